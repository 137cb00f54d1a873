"""Which changes one revision has to make together, and in which order the others can follow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_stairway.remedies.keys import key_name
from pytest_stairway.schema.model import Kind
from pytest_stairway.schema.tokens import identifier_value, quote_identifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pytest_stairway.remedies.target import Target
    from pytest_stairway.schema.change import Change

_QUOTED = re.compile(r"`(?:[^`]|``)+`")
_REFERENCES = re.compile(r"\) REFERENCES (`(?:[^`]|``)+`) \(")
_OF_BOTH_SIDES = {"type", "character set", "collation"}
"""Both sides of a foreign key have these in common, so it must go before they change (1832, 1833, 3780)."""


@dataclass(frozen=True, slots=True)
class Detached:
    """A foreign key that goes before the rest of its group and comes, or comes again, after it.

    `before` is its definition as it should be, None where it should not be there; `after` as it is.
    """

    table: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """Changes that cannot be taken back one by one. The first is the one that the remedy is told with."""

    changes: tuple[Change, ...]
    detached: tuple[Detached, ...] = ()


def grouped(changes: Sequence[Change], target: Target) -> list[Group]:
    """Put together what belongs together, in an order in which one group can follow the other."""
    detached = [*_under_foreign_keys(changes, target), *_in_cycles(changes, target)]
    sets = [*(touched for _, touched in detached), *_with_their_keys(changes), *_with_their_foreign_keys(changes)]
    groups = []
    for members in sorted(_merged(sets, len(changes)), key=min):
        own = tuple(key for key, touched in detached if touched <= members)
        groups.append(Group(tuple(sorted((changes[at] for at in sorted(members)), key=_leading)), own))
    return _in_order(groups)


def columns_of_key(change: Change, every: Iterable[Change]) -> list[Change]:
    """Return the changed columns of a changed primary key; none for any other change."""
    if change.part != "primary key":
        return []
    definitions = change.before_definition + change.after_definition
    return [
        other
        for other in every
        if (other.part, other.table) == ("column", change.table) and quote_identifier(other.column) in definitions
    ]


def _with_their_keys(changes: Sequence[Change]) -> Iterator[set[int]]:
    for at, change in enumerate(changes):
        if columns := columns_of_key(change, changes):
            yield {at, *(changes.index(column) for column in columns)}


def brought_along(change: Change, every: Iterable[Change]) -> Change | None:
    """Return the missing foreign key whose index this is, and with which the server makes it again."""
    name = key_name(change.before_definition)
    if (
        change.part != "index"
        or change.after is not None
        or change.before != f"KEY {quote_identifier(name)} {_columns(change)}"
    ):
        return None
    return next(
        (
            other
            for other in every
            if (other.part, other.table, other.after) == ("foreign key", change.table, None)
            and key_name(other.before_definition) == name
            and f" FOREIGN KEY {_columns(change)} " in other.before_definition.replace("`, `", "`,`")
        ),
        None,
    )


def _columns(change: Change) -> str:
    """Read the parenthesised columns of a key as SHOW CREATE TABLE prints them."""
    return change.before_definition[change.before_definition.find("(") :]


def _with_their_foreign_keys(changes: Sequence[Change]) -> Iterator[set[int]]:
    for at, change in enumerate(changes):
        if (key := brought_along(change, changes)) is not None:
            yield {at, changes.index(key)}


def _under_foreign_keys(changes: Sequence[Change], target: Target) -> Iterator[tuple[Detached, set[int]]]:
    """Find the foreign keys that keep columns from changing, with the changes that they concern."""
    affected = dict(_affected(changes))
    if not affected:
        return
    told = {(change.table, change.after_definition): at for at, change in enumerate(changes) if _is_key(change)}
    for table, key in target.foreign_keys():
        ends = [*((table, name) for name in key.columns), *((key.referenced_table, n) for n in key.referenced_columns)]
        touched = {affected[end] for end in (_folded(*end) for end in ends) if end in affected}
        at = told.get((table, key.definition))
        if not touched or (at is not None and changes[at].before is None):
            continue
        if at is None:
            yield Detached(table, key.definition, key.definition), touched
        else:
            yield Detached(table, changes[at].before_definition, key.definition), {*touched, at}


def _is_key(change: Change) -> bool:
    return change.part == "foreign key" and change.after is not None


def _affected(changes: Sequence[Change]) -> Iterator[tuple[tuple[str, str], int]]:
    """Give the columns whose change a foreign key may not let pass, with the number of the change."""
    for at, change in enumerate(changes):
        if change.part == "option":
            yield from ((_folded(change.table, name), at) for name in change.following)
        elif change.part == "column" and _OF_BOTH_SIDES & set(change.attributes):
            yield _folded(change.table, change.column), at


def _folded(table: str, column: str) -> tuple[str, str]:
    return table.casefold(), column.casefold()


def _in_cycles(changes: Sequence[Change], target: Target) -> Iterator[tuple[Detached, set[int]]]:
    """Find the foreign keys through which tables that are missing, or extra, refer to each other in a circle."""
    for missing in (True, False):
        tables = {
            change.table.casefold(): (at, target.table(change.before_definition or change.after_definition))
            for at, change in enumerate(changes)
            if change.part == "table" and change.kind is Kind.TABLE and (change.after is None) is missing
        }
        refers = {
            name: {key.referenced_table.casefold() for key in table.foreign_keys} & tables.keys()
            for name, (_, table) in tables.items()
        }
        for name, (at, table) in tables.items():
            for key in table.foreign_keys:
                referenced = key.referenced_table.casefold()
                if referenced in tables and referenced != name and name in _reached(referenced, refers):
                    ends = (key.definition, None) if missing else (None, key.definition)
                    yield Detached(table.name, *ends), {at, tables[referenced][0]}


def _reached(start: str, refers: dict[str, set[str]]) -> set[str]:
    found, newest = {start}, {start}
    while newest:
        newest = {name for each in newest for name in refers[each]} - found
        found |= newest
    return found


def _merged(sets: Iterable[set[int]], count: int) -> list[set[int]]:
    """Partition 0 to `count` so that each of the sets lies within one part."""
    parts = [{number} for number in range(count)]
    for each in sets:
        meeting = [part for part in parts if part & each]
        parts = [part for part in parts if not part & each]
        parts.append(set().union(*meeting))
    return parts


_STEPS: tuple[Callable[[Change], bool], ...] = (
    lambda change: change.kind is not Kind.TABLE and change.before is None,
    lambda change: change.part == "foreign key" and change.before is None,
    lambda change: change.part == "table" and change.before is None,
    lambda change: change.part in ("option", "partitions"),
    lambda change: change.part == "column" and change.after is None,
    lambda change: change.part == "column" and change.before is not None and "AUTO_INCREMENT" not in change.before,
    lambda change: change.part == "index" and change.before is not None,
    lambda change: change.part == "primary key",
    lambda change: change.part in ("index", "check"),
    lambda change: change.part == "column",
    lambda change: change.part == "table",
    lambda change: change.part == "foreign key",
)
"""What is restored after what: a foreign key goes before its index and its target, and comes after both (1553, 1824).

An index comes before the one that it replaces goes, and goes before its columns (1091); an AUTO_INCREMENT needs its key
(1075). What is not a table goes first and comes last.
"""


def rank(change: Change) -> int:
    return next((at for at, holds in enumerate(_STEPS) if holds(change)), len(_STEPS))


def _leading(change: Change) -> tuple[bool, bool, int]:
    """Order the changes of a group: it is told with its primary key, which takes columns along, or a foreign key."""
    return change.part != "primary key", change.part == "index", rank(change)


def _in_order(groups: Sequence[Group]) -> list[Group]:
    """Order groups so that what restores them runs in one revision, one after the other."""
    steps: dict[int, list[Group]] = {}
    for group in groups:
        steps.setdefault(rank(group.changes[0]), []).append(group)
    return [group for step in sorted(steps) for group in _targets_first(steps[step])]


def _targets_first(groups: list[Group]) -> list[Group]:
    """Put each whole object behind those that its text refers to, and before them where it goes."""
    change = groups[0].changes[0]
    if change.part != change.kind:
        return groups
    left = dict(enumerate(groups))
    names = {at: {change.table.casefold() for change in group.changes} for at, group in left.items()}
    targets = {at: _targets(group) - names[at] for at, group in left.items()}
    ordered: list[Group] = []
    while left:
        there = {name for at in left for name in names[at]}
        free = [at for at in left if targets[at].isdisjoint(there)]
        ordered += [left.pop(at) for at in free or list(left)]
    return ordered if change.before is not None else ordered[::-1]


def _targets(group: Group) -> set[str]:
    """Read what foreign keys refer to, and any name that stands in what is not a table."""
    return {
        identifier_value(name).casefold()
        for change in group.changes
        for name in (_REFERENCES if change.kind is Kind.TABLE else _QUOTED).findall(
            change.before_definition or change.after_definition
        )
    }
