"""Checks that MariaDB keeps with a column, and those that it keeps with the table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_stairway.schema import normalise
from pytest_stairway.schema.model import Check, Column, Table

if TYPE_CHECKING:
    from pytest_stairway.schema.tolerances import Tolerances


def in_one_place(before: Table, after: Table, tolerances: Tolerances) -> tuple[Table, Table]:
    """Take a check away from its column where the other table has it as one of its own."""
    if not tolerances.column_checks:
        return before, after
    return _with_checks_of_columns(before, after, tolerances), _with_checks_of_columns(after, before, tolerances)


def _with_checks_of_columns(table: Table, other: Table, tolerances: Tolerances) -> Table:
    def expression(item: Check | Column) -> str:
        text = item.expression if isinstance(item, Check) else item.check
        return normalise.expression(text, tolerances)

    there = {expression(check) for check in other.checks} - {expression(check) for check in table.checks}
    moving = [column for column in table.columns if column.check and expression(column) in there]
    if not moving:
        return table
    return replace(
        table,
        columns=tuple(replace(column, check="") if column in moving else column for column in table.columns),
        checks=(*table.checks, *(Check("", column.check, f"CHECK ({column.check})") for column in moving)),
    )
