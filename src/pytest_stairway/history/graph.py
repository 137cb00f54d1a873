"""Walking a graph that is given as the parents of each id. Parents that are no ids of the graph are passed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    Parents = Mapping[str, tuple[str, ...]]


def upgrade_order(parents: Parents) -> tuple[str, ...]:
    """Order the ids of a graph without cycles as `alembic upgrade heads` applies them.

    Follows `RevisionMap._topological_sort` of Alembic step by step: down each branch from the first head on, turning
    to another head where that one still leads to the current id; what is met last is applied first. Alembic takes
    several `depends_on` of one revision in the order of a set, which changes from run to run; here they keep theirs.
    """
    followed = {parent for those in parents.values() for parent in those}
    heads = [node for node in parents if node not in followed]
    below = [ancestors(parents, head) for head in heads]
    todo = set(parents)
    downwards: list[str] = []
    current = 0
    while heads:
        node = heads[current]
        above = next((index for index, nodes in enumerate(below) if index != current and node in nodes), None)
        if above is not None:
            current = above
            continue
        downwards.append(node)
        todo.remove(node)
        following = [parent for parent in parents[node] if parent in todo and parent not in heads]
        if not following:
            del heads[current], below[current]
            current = max(current - 1, 0)
            continue
        heads[current] = following[0]
        heads.extend(following[1:])
        if len(parents[node]) == 1:
            below[current].discard(node)
        else:
            below[current] = ancestors(parents, following[0])
            below.extend(ancestors(parents, parent) for parent in following[1:])
    return tuple(reversed(downwards))


def find_cycles(parents: Parents) -> tuple[tuple[str, ...], ...]:
    """Find the cycles that a depth-first walk closes, each in the order of upgrades from its first id in `parents`."""
    position = {node: index for index, node in enumerate(parents)}
    cycles: dict[tuple[str, ...], None] = {}
    done: set[str] = set()
    for start in parents:
        path = {} if start in done else {start: iter(parents[start])}
        while path:
            node, remaining = next(reversed(path.items()))
            parent = next(remaining, None)
            if parent is None:
                del path[node]
                done.add(node)
            elif parent in path:
                upwards = list(path)[list(path).index(parent) :][::-1]
                first = upwards.index(min(upwards, key=position.__getitem__))
                cycles[tuple(upwards[first:] + upwards[:first])] = None
            elif parent in parents and parent not in done:
                path[parent] = iter(parents[parent])
    return tuple(cycles)


def ancestors(parents: Parents, node: str) -> set[str]:
    """Return the ids that `node` follows, itself included."""
    seen: set[str] = set()
    todo = [node]
    while todo:
        current = todo.pop()
        if current in parents and current not in seen:
            seen.add(current)
            todo.extend(parents[current])
    return seen
