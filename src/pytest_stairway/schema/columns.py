"""Comparing the columns of one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_stairway.schema import normalise
from pytest_stairway.schema.change import Change, column_text
from pytest_stairway.schema.model import NO_DEFAULT, Column, Kind, Table
from pytest_stairway.schema.pairing import Meaning, differing
from pytest_stairway.schema.tokens import quote_identifier

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from pytest_stairway.flavor import Flavor
    from pytest_stairway.schema.tolerances import Tolerances


_WIDENED = ("tinytext", "text", "mediumtext")
"""Types that CONVERT TO replaces by the next longer one where characters may need more bytes."""


def following(before: Table, after: Table, tolerances: Tolerances, flavor: Flavor) -> tuple[str, ...]:
    """Return the columns that differ only in that they have their own table's default collation."""
    new_columns = {column.name: column for column in after.columns}
    return tuple(
        old.name
        for old in before.columns
        if (new := new_columns.get(old.name)) is not None
        and old.inherits_collation
        and new.inherits_collation
        and old.collation
        and new.collation
        and set(_differing(old, new, tolerances, flavor)) in ({"collation"}, {"character set", "collation"})
    )


def converting(before: Table, after: Table, follow: Collection[str]) -> str:
    """Write the actions of ALTER TABLE that give a table and the columns that `follow` the collation they had before.

    CONVERT TO changes every column, even one for which the same statement says otherwise, and makes TEXT a MEDIUMTEXT
    (MySQL manual 15.1.9 "ALTER TABLE"): it is written only where it does no more than it should.
    """
    charset, collation = before.options.get("CHARSET", ""), before.options.get("COLLATE", "")
    strings = [column for column in (*before.columns, *after.columns) if column.collation]
    if all(column.inherits_collation and column.type not in _WIDENED for column in strings):
        return f"CONVERT TO CHARACTER SET {charset} COLLATE {collation}"
    modify = [
        f"MODIFY COLUMN {quote_identifier(column.name)} {_definition(column, before, after)}"
        for column in before.columns
        if column.name in follow
    ]
    return ", ".join([f"DEFAULT CHARACTER SET {charset} COLLATE {collation}", *modify])


def column_changes(
    before: Table, after: Table, tolerances: Tolerances, flavor: Flavor, follow: Collection[str] = ()
) -> Iterator[Change]:
    """Compare column by column; MySQL and MariaDB know names without regard to case, so case is an attribute.

    Left out are the columns that `follow` their table's default collation, which is told of the table.
    """
    old_columns = {column.name.casefold(): column for column in before.columns}
    new_columns = {column.name.casefold(): column for column in after.columns}
    for key in old_columns | new_columns:
        old, new = old_columns.get(key), new_columns.get(key)
        if old is None or new is None:
            yield _came_or_went(before, after, old, new)
        elif old.name not in follow and (attributes := _differing(old, new, tolerances, flavor)):
            yield _changed(before, after, old, new, attributes)
    if not tolerances.column_order:
        yield from _order(before, after)


def _came_or_went(before: Table, after: Table, old: Column | None, new: Column | None) -> Change:
    return Change(
        Kind.TABLE,
        before.name,
        "column",
        f"{before.name}.{old.name if old else new.name if new else ''}",
        column_text(old) if old else None,
        column_text(new) if new else None,
        (),
        _definition(old, before, after) if old else "",
        _definition(new, after, before) if new else "",
    )


def _definition(column: Column, table: Table, other: Table) -> str:
    """Give the server's line for use in the `other` table, whose default must not replace the collation left out."""
    unsaid = column.definition.removeprefix(column.type)
    if not column.collation or table.options.get("COLLATE") == other.options.get("COLLATE"):
        return column.definition
    if unsaid == column.definition or unsaid.startswith((" CHARACTER SET ", " COLLATE ")):
        return column.definition
    return f"{column.type} CHARACTER SET {column.charset} COLLATE {column.collation}{unsaid}"


def _changed(before: Table, after: Table, old: Column, new: Column, attributes: tuple[str, ...]) -> Change:
    lacks = old.nullable and new.nullable and {old.default, new.default} == {NO_DEFAULT, "NULL"}
    texts = [column_text(each, attributes, lacks_default=lacks) for each in (old, new)]
    if "name" in attributes:
        texts = [f"{old.name} {texts[0]}", f"{new.name} {texts[1]}"]
    definitions = _definition(old, before, after), _definition(new, after, before)
    name = f"{before.name}.{old.name}"
    return Change(Kind.TABLE, before.name, "column", name, texts[0], texts[1], attributes, *definitions)


def _differing(old: Column, new: Column, tolerances: Tolerances, flavor: Flavor) -> tuple[str, ...]:
    """Return the attributes that differ. A default that is spelled the same in both is the same, whatever the type."""
    if old == new:
        return ()
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
        moves = _moves(before, after), _moves(after, before)
        yield Change(Kind.TABLE, before.name, "column order", before.name, texts[0], texts[1], ("order",), *moves)


def _moves(wanted: Table, there: Table) -> str:
    """Write the actions of ALTER TABLE that put the columns of `there` in the order wanted, one for each that moves."""
    places = {column.name.casefold(): place for place, column in enumerate(there.columns)}
    common = [column for column in wanted.columns if column.name.casefold() in places]
    stays = _longest_rising([places[column.name.casefold()] for column in common])
    moves = []
    for place, column in enumerate(common):
        if places[column.name.casefold()] not in stays:
            after = f"AFTER {quote_identifier(common[place - 1].name)}" if place else "FIRST"
            moves.append(f"MODIFY COLUMN {quote_identifier(column.name)} {_definition(column, wanted, there)} {after}")
    return ", ".join(moves)


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """Return the longest subsequence that rises: what can stay where it is."""
    runs: dict[int, list[int]] = {-1: []}
    for number in numbers:
        longest = max((run for last, run in runs.items() if last < number), key=len)
        runs[number] = [*longest, number]
    longest = max(runs.values(), key=len)
    return set(longest)
