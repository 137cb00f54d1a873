"""What to write instead of dropping an index that a foreign key needs (error 1553).

InnoDB keeps, under each foreign key, an index whose first columns are the key's, in both tables (MySQL manual, "FOREIGN
KEY Constraints"), and refuses to drop the last one. Autogenerate drops indexes before tables and without looking for
foreign keys.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_stairway.checks.wording import code, joined
from pytest_stairway.history.operations import Operation, operations
from pytest_stairway.remedies.keys import adding_foreign_key, dropping_foreign_key
from pytest_stairway.remedies.target import Target
from pytest_stairway.schema.model import Kind
from pytest_stairway.schema.parse import parse_table
from pytest_stairway.walk.record import Direction
from pytest_stairway.walk.statements import named_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_stairway.flavor import Flavor
    from pytest_stairway.history.revisions import Revision
    from pytest_stairway.schema.model import ForeignKey, Index, Schema, Table
    from pytest_stairway.walk.failure import Failure
    from pytest_stairway.walk.record import Step


@dataclass(frozen=True, slots=True)
class _Needed:
    """An index, its table, and the foreign keys, each with its own table, that would be without one in `target`."""

    index: Index
    table: Table
    keys: tuple[tuple[str, ForeignKey], ...]
    target: Target


def advice_on_needed_index(failure: Failure, step: Step, up: Step, file: Revision | None, flavor: Flavor) -> str:
    """Name the foreign keys and what works; "" where the failed statement leaves open what it is about.

    `up` is the upgrade of the same revision: it tells what this revision made itself.
    """
    needed = _needed(failure, step, flavor)
    if needed is None or file is None:
        return ""
    here, later = _here_and_later(failure, step, file)
    words = [*_why(needed), *_ways(needed, step, up, here, later)]
    return "\n".join(words)


def _needed(failure: Failure, step: Step, flavor: Flavor) -> _Needed | None:
    found = re.search(r"index [`']([^`']+)[`']", failure.error)
    if found is None or not step.statements:
        return None
    named = named_in((step.statements[-1],))
    tables = [table for table in _tables(step.after) if table.name.casefold() in named]
    fitting = [(table, each) for table in tables for each in table.indexes if each.name == found[1]]
    if len(fitting) != 1:
        return None
    table, index = fitting[0]
    keys = tuple(_needing(index, table, step.after))
    return _Needed(index, table, keys, Target(step.after, flavor)) if keys else None


def _needing(index: Index, table: Table, schema: Schema) -> Iterator[tuple[str, ForeignKey]]:
    others = [each for each in (table.primary_key, *table.indexes) if each is not None and each != index]

    def is_last(columns: Sequence[str]) -> bool:
        return _serves(index, columns) and not any(_serves(other, columns) for other in others)

    for other in _tables(schema):
        for key in other.foreign_keys:
            at_its_end = other.name == table.name and is_last(key.columns)
            at_the_far_end = key.referenced_table.casefold() == table.name.casefold() and is_last(
                key.referenced_columns
            )
            if at_its_end or at_the_far_end:
                yield other.name, key


def _serves(index: Index, columns: Sequence[str]) -> bool:
    return tuple(name.casefold() for name in index.columns[: len(columns)]) == tuple(map(str.casefold, columns))


def _tables(schema: Schema) -> Iterator[Table]:
    for name in schema.names(Kind.TABLE):
        yield parse_table(schema.objects[Kind.TABLE, name], schema.collations)


def _here_and_later(failure: Failure, step: Step, file: Revision) -> tuple[Operation | None, tuple[Operation, ...]]:
    """Read the operation that failed, and those that stand behind it in the same function."""
    line = failure.location.line
    every = [each for each in operations(file.path) if each.function == step.direction]
    here = next((each for each in every if each.stands_on(line)), None)
    return here, tuple(each for each in every if here is not None and each.line > here.line)


def _why(needed: _Needed) -> Iterator[str]:
    for table, key in needed.keys:
        columns = key.columns if table == needed.table.name else key.referenced_columns
        yield (
            f"Foreign key {key.name} of {table} needs an index on {needed.table.name} ({', '.join(columns)}): "
            f"{needed.index.name} is the last one."
        )


def _ways(needed: _Needed, step: Step, up: Step, here: Operation | None, later: Sequence[Operation]) -> Iterator[str]:
    table, index = needed.table.name, needed.index.name
    receiver = here.receiver if here is not None else "op"
    dropping = here.source if here is not None else _call("op", "drop_index", f'"{index}"', f'table_name="{table}"')
    goes = [each for each in later if each.name == "drop_table" and each.table == table]
    made_here = step.direction is Direction.DOWNGRADE and (Kind.TABLE, table) not in up.before.objects
    if (goes or made_here) and all(owner == table for owner, _ in needed.keys):
        line = f", line {goes[0].line}," if goes else ""
        yield f'Leave this line out: op.drop_table("{table}"){line} drops the indexes of its table.'
        return
    if (replacing := _replacing(needed, later)) is not None:
        yield f"Create the index that replaces it, line {replacing.line}, before this one goes:"
        yield code(replacing.source, dropping)
        return
    stays = not _goes(needed, step, up, later)
    names = joined([key.name for _, key in needed.keys])
    replaced_own = stays and step.direction is Direction.DOWNGRADE and not _had_index(up.before, table, index)
    if replaced_own and all(owner == table for owner, _ in needed.keys):
        yield f"The upgrade made {index}, and the server dropped its own for {names}, which comes back with the key:"
        added = [adding_foreign_key(owner, key.definition, needed.target) for owner, key in needed.keys]
        dropped = [dropping_foreign_key(owner, key.definition) for owner, key in needed.keys]
        yield code(*dropped, dropping, *added)
        return
    if stays:
        yield f"As long as {names} stays, leave this line out and keep {index} in the models."
        yield "To drop both, begin with the foreign key:"
    else:
        yield "Drop the foreign key first:"
    yield code(*(_dropping(receiver, owner, key) for owner, key in needed.keys), dropping)


def _had_index(schema: Schema, table: str, index: str) -> bool:
    text = schema.objects.get((Kind.TABLE, table))
    return text is not None and index in {each.name for each in parse_table(text, schema.collations).indexes}


def _goes(needed: _Needed, step: Step, up: Step, later: Sequence[Operation]) -> bool:
    """Tell whether every one of the foreign keys is dropped further down, or came with this revision."""
    dropped = {each.values.get("constraint_name") for each in later if each.name == "drop_constraint"}
    dropped_tables = {each.table for each in later if each.name == "drop_table"}
    return all(
        key.name in dropped
        or owner in dropped_tables
        or (step.direction is Direction.DOWNGRADE and not _is_there(up.before, owner, key))
        for owner, key in needed.keys
    )


def _is_there(schema: Schema, table: str, key: ForeignKey) -> bool:
    return key.definition in schema.objects.get((Kind.TABLE, table), "")


def _replacing(needed: _Needed, later: Sequence[Operation]) -> Operation | None:
    """Find the operation further down that creates an index for all of the foreign keys."""
    for each in later:
        columns = each.values.get("columns")
        if (
            each.name in {"create_index", "create_unique_constraint"}
            and each.table == needed.table.name
            and isinstance(columns, list | tuple)
            and all(
                list(columns[: len(wanted)]) == list(wanted)
                for owner, key in needed.keys
                for wanted in [key.columns if owner == needed.table.name else key.referenced_columns]
            )
        ):
            return each
    return None


def _dropping(receiver: str, table: str, key: ForeignKey) -> str:
    return _call(receiver, "drop_constraint", f'"{key.name}"', f'"{table}"', 'type_="foreignkey"')


def _call(receiver: str, name: str, first: str, table: str, *more: str) -> str:
    """Write an operation; in a batch block the table goes without saying."""
    return f"{receiver}.{name}({', '.join([first, *([] if receiver != 'op' else [table]), *more])})"
