"""Comparing the columns of one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_stairway.schema import normalise
from pytest_stairway.schema.change import Change, column_text
from pytest_stairway.schema.model import NO_DEFAULT, Column, Kind, Table
from pytest_stairway.schema.pairing import Meaning, differing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.flavor import Flavor
    from pytest_stairway.schema.tolerances import Tolerances


def column_changes(before: Table, after: Table, tolerances: Tolerances, flavor: Flavor) -> Iterator[Change]:
    """Compare column by column; MySQL and MariaDB know names without regard to case, so case is an attribute."""
    old_columns = {column.name.casefold(): column for column in before.columns}
    new_columns = {column.name.casefold(): column for column in after.columns}
    for key in old_columns | new_columns:
        old, new = old_columns.get(key), new_columns.get(key)
        if old is None or new is None:
            yield _came_or_went(before.name, old, new)
        elif attributes := _differing(old, new, tolerances, flavor):
            yield _changed(before.name, old, new, attributes)
    if not tolerances.column_order:
        yield from _order(before, after)


def _came_or_went(table: str, old: Column | None, new: Column | None) -> Change:
    return Change(
        Kind.TABLE,
        table,
        "column",
        f"{table}.{old.name if old else new.name if new else ''}",
        column_text(old) if old else None,
        column_text(new) if new else None,
        (),
        old.definition if old else "",
        new.definition if new else "",
    )


def _changed(table: str, old: Column, new: Column, attributes: tuple[str, ...]) -> Change:
    lacks = old.nullable and new.nullable and {old.default, new.default} == {NO_DEFAULT, "NULL"}
    before, after = (column_text(each, attributes, lacks_default=lacks) for each in (old, new))
    if "name" in attributes:
        before, after = f"{old.name} {before}", f"{new.name} {after}"
    return Change(
        Kind.TABLE, table, "column", f"{table}.{old.name}", before, after, attributes, old.definition, new.definition
    )


def _differing(old: Column, new: Column, tolerances: Tolerances, flavor: Flavor) -> tuple[str, ...]:
    """Return the attributes that differ. A default that is spelled the same in both is the same, whatever the type."""
    names = differing(_meaning(old, tolerances, flavor), _meaning(new, tolerances, flavor))
    if old.default == new.default:
        names = tuple(name for name in names if name != "default")
    return names


def _meaning(column: Column, tolerances: Tolerances, flavor: Flavor) -> Meaning:
    return (
        ("name", column.name),
        ("type", normalise.column_type(column.type, tolerances)),
        ("character set", column.charset),
        ("collation", column.collation),
        ("expression", normalise.expression(column.generated, tolerances)),
        ("stored", column.stored),
        ("nullable", column.nullable),
        ("default", normalise.default(column, tolerances, flavor)),
        ("on update", normalise.on_update(column)),
        ("auto_increment", column.auto_increment),
        ("visible", column.visible),
        ("comment", column.comment),
        ("column format", column.column_format),
        ("storage", column.storage),
        ("srid", column.srid),
        ("check", normalise.expression(column.check, tolerances)),
        ("other", column.other),
    )


def _order(before: Table, after: Table) -> Iterator[Change]:
    """Compare the order of the columns that both tables have."""
    old, new = ([column.name.casefold() for column in table.columns] for table in (before, after))
    common = set(old) & set(new)
    if [name for name in old if name in common] != [name for name in new if name in common]:
        texts = [", ".join(column.name for column in table.columns) for table in (before, after)]
        yield Change(Kind.TABLE, before.name, "column order", before.name, texts[0], texts[1], ("order",))
