"""What differs as after a rename: one gone, one come, and nothing else about them changed.

Autogenerate writes a rename as an add and a drop, and all values are lost. Whether one was meant only people know: what
is found here is told as a question, with the calls that keep the values.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pytest_stairway.remedies.columns import own_name, renaming_column
from pytest_stairway.remedies.keys import adding_foreign_key, dropping_foreign_key, key_name
from pytest_stairway.remedies.python import execute, text
from pytest_stairway.schema.model import Kind
from pytest_stairway.schema.tokens import quote_identifier
from pytest_stairway.schema.tolerances import looks_automatic

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_stairway.remedies.target import Target
    from pytest_stairway.schema.change import Change
    from pytest_stairway.schema.model import ForeignKey, Index, Table

_LEAST_COLUMNS = 2
"""Two tables that have nothing but the same id say nothing about each other."""


@dataclass(frozen=True, slots=True)
class Rename:
    """`old` is there and `new` should be (`users`, `users.email`); `changes` are all that the calls would end."""

    old: str
    new: str
    changes: tuple[Change, ...]
    upgrade: tuple[str, ...]
    downgrade: tuple[str, ...]


def renames(changes: Sequence[Change], target: Target) -> tuple[Rename, ...]:
    """Find what can be a rename, from what is (`after`, the target's schema) to what should be (`before`)."""
    tables = {change.table for change in changes if change.part == "column"}
    columns = [_column(table, changes, target) for table in sorted(tables)]
    return tuple(found for found in (*columns, *_tables(changes, target)) if found is not None)


def _column(table: str, changes: Sequence[Change], target: Target) -> Rename | None:
    own = [change for change in changes if change.part == "column" and change.table == table]
    missing = [change for change in own if change.after is None]
    extra = [change for change in own if change.before is None]
    if len(missing) != 1 or len(extra) != 1:
        return None
    old, new = own_name(extra[0]), own_name(missing[0])
    its_own = extra[0].after_definition.replace(quote_identifier(old), quote_identifier(new))
    if missing[0].before_definition != its_own:  # MariaDB's JSON has a check that names the column
        return None
    column = target.column(table, old, extra[0].after_definition)
    if column.generated or column.auto_increment:
        return None
    others = [
        change for change in changes if change not in (missing[0], extra[0]) and _mentions(change, table, old, new)
    ]
    keys = _renamed_keys(others, quote_identifier(old), quote_identifier(new))
    if keys is None:
        return None
    return Rename(
        old=f"{table}.{old}",
        new=f"{table}.{new}",
        changes=(missing[0], extra[0], *others),
        upgrade=(renaming_column(table, column, new, target), *(_renaming_index(table, *pair) for pair in keys)),
        downgrade=(
            *(_renaming_index(table, new_key, old_key) for old_key, new_key in keys),
            renaming_column(table, replace(column, name=new), old, target),
        ),
    )


def _mentions(change: Change, table: str, *columns: str) -> bool:
    definitions = change.before_definition + change.after_definition
    if change.part == "column" or not any(quote_identifier(name) in definitions for name in columns):
        return False
    return change.table == table or f"REFERENCES {quote_identifier(table)} " in definitions


def _renamed_keys(changes: Sequence[Change], old: str, new: str) -> list[tuple[str, str]] | None:
    """Give the indexes to rename, old and new name; None where a change is more than the rename brings about."""
    missing = [change for change in changes if change.after is None]
    pairs = []
    for change in changes:
        if change.before is not None and change.after is not None:
            if _renamed(change.after_definition, old, new) != _unnamed(change.before_definition):
                return None
        elif change.before is None and not _serves_renamed_key(change, changes, old, new):
            wanted = _renamed(change.after_definition, old, new)
            found = [
                each for each in missing if each.part == change.part and _unnamed(each.before_definition) == wanted
            ]
            if len(found) != 1 or found[0].table != change.table:
                return None
            missing.remove(found[0])
            pairs.append((change, found[0]))
    indexes = [(key_name(gone.after_definition), key_name(come.before_definition)) for gone, come in pairs]
    return None if missing or any(gone.part != "index" for gone, _ in pairs) else indexes


def _serves_renamed_key(index: Change, changes: Sequence[Change], old: str, new: str) -> bool:
    """Tell of the index that the server made for a foreign key: under whatever name, it will serve the renamed one."""
    columns = _renamed(index.after_definition, old, new).partition("(")[2]
    return index.part == "index" and any(
        each.part == "foreign key"
        and each.table == index.table
        and f"FOREIGN KEY ({columns} " in each.before_definition
        for each in changes
    )


def _renamed(definition: str, old: str, new: str) -> str:
    return _unnamed(definition).replace(old, new)


def _unnamed(definition: str) -> str:
    """Leave out the name of a key, the first quoted word of its definition."""
    return definition.replace(quote_identifier(key_name(definition)), "", 1)


def _renaming_index(table: str, old: str, new: str) -> str:
    return execute(
        f"ALTER TABLE {quote_identifier(table)} RENAME INDEX {quote_identifier(old)} TO {quote_identifier(new)}"
    )


def _tables(changes: Sequence[Change], target: Target) -> Iterator[Rename]:
    whole = [change for change in changes if change.part == "table" and change.kind is Kind.TABLE]
    missing = {change: target.table(change.before_definition) for change in whole if change.after is None}
    extra = {change: target.table(change.after_definition) for change in whole if change.before is None}
    for come, new in missing.items():
        alike = [gone for gone, old in extra.items() if _alike(old, new)]
        if len(alike) == 1 and sum(_alike(extra[alike[0]], each) for each in missing.values()) == 1:
            found = _table(alike[0], come, changes, target)
            if found is not None:
                yield found


def _alike(old: Table, new: Table) -> bool:
    """Compare all but names: of the tables, and of their keys and constraints."""
    return len(old.columns) >= _LEAST_COLUMNS and _shape(old) == _shape(new)


def _shape(table: Table) -> tuple[object, ...]:
    return (
        table.columns,
        table.primary_key,
        Counter(map(_nameless, table.indexes)),
        Counter(_meaning(key, table) for key in table.foreign_keys),
        Counter(check.expression for check in table.checks),
        {check.name for check in table.checks if not looks_automatic(table.name, check.name)},
        dict(table.options),
        (table.partitions, table.periods, table.unparsed),
    )


def _nameless(index: Index) -> Index:
    return replace(index, name="", definition="")


def _meaning(key: ForeignKey, table: Table) -> ForeignKey:
    to_itself = key.referenced_table == table.name
    return replace(key, name="", definition="", referenced_table="" if to_itself else key.referenced_table)


def _table(gone: Change, come: Change, changes: Sequence[Change], target: Target) -> Rename | None:
    ends = quote_identifier(gone.table), quote_identifier(come.table)
    others = [
        change
        for change in changes
        if change not in (gone, come)
        and any(f"REFERENCES {name} " in change.before_definition + change.after_definition for name in ends)
    ]
    if _renamed_keys(others, *ends) != []:
        return None
    old, new = target.table(gone.after_definition), target.table(come.before_definition)
    upgrade, downgrade = _renaming_table(old, new, target), _renaming_table(new, old, target)
    return Rename(old.name, new.name, (come, gone, *others), tuple(upgrade), tuple(downgrade))


def _renaming_table(old: Table, new: Table, target: Target) -> Iterator[str]:
    """Rename the table and then, in it, the keys whose names differ; the server renames its own (`users_ibfk_1`)."""
    yield f"op.rename_table({text(old.name)}, {text(new.name)})"
    indexes = list(new.indexes)
    for index in old.indexes:
        other = next(each for each in indexes if _nameless(each) == _nameless(index))
        indexes.remove(other)
        if other.name != index.name:
            yield _renaming_index(new.name, index.name, other.name)
    keys = list(new.foreign_keys)
    for key in old.foreign_keys:
        other_key = next(each for each in keys if _meaning(each, new) == _meaning(key, old))
        keys.remove(other_key)
        automatic = looks_automatic(old.name, key.name) and looks_automatic(new.name, other_key.name)
        if other_key.name != key.name and not automatic:
            yield dropping_foreign_key(new.name, key.definition)
            yield adding_foreign_key(new.name, other_key.definition, target)
