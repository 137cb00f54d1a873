"""A table, column or index that is not there, where one with nearly the same name is."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from pytest_stairway.schema.model import Kind
from pytest_stairway.schema.parse import parse_table
from pytest_stairway.walk.failure import Statement
from pytest_stairway.walk.statements import named_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.schema.model import Schema
    from pytest_stairway.walk.failure import Failure
    from pytest_stairway.walk.record import Step

_TABLE = re.compile(r"(?:Table|Unknown table|referenced table) ['\"`](?:[^'\"`.]+\.)?([^'\"`.]+)['\"`]", re.IGNORECASE)
_COLUMN = re.compile(r"column ['`](?:[^'`.]+\.)?([^'`.]+)['`]", re.IGNORECASE)
_PART = re.compile(r"DROP (?:COLUMN |INDEX |FOREIGN KEY |CONSTRAINT |KEY )?['`]([^'`]+)['`]|Constraint '([^']+)'")
_WHAT = {1051: _TABLE, 1146: _TABLE, 1824: _TABLE, 1054: _COLUMN, 1072: _COLUMN, 1091: _PART, 3821: _PART, 3940: _PART}
_NEAR = 0.8
"""`difflib`'s ratio: `user` and `users` have 0.89, `roles` and `users` 0.4."""


def advice_on_misspelt(failure: Failure, step: Step) -> str:
    """Name what is there under nearly the same name; "" where nothing is."""
    pattern = _WHAT.get(failure.errno or 0)
    found = pattern.search(failure.error) if pattern is not None else None
    if found is None:
        return ""
    name = next(filter(None, found.groups()))
    there = set(step.after.names(Kind.TABLE)) if pattern is _TABLE else set(_parts(step.after, failure))
    if name in there:
        return ""
    by_folded = {each.casefold(): each for each in there}
    near = difflib.get_close_matches(name.casefold(), by_folded, n=1, cutoff=_NEAR)
    return f"There is no {name}, but {by_folded[near[0]]} is there: is that the one?" if near else ""


def _parts(schema: Schema, failure: Failure) -> Iterator[str]:
    """Give the names of columns, indexes and constraints of the tables that the statement names."""
    named = named_in((Statement(failure.statement or "", failure.location),))
    for name in schema.names(Kind.TABLE):
        if name.casefold() in named:
            table = parse_table(schema.objects[Kind.TABLE, name], schema.collations)
            yield from (each.name for each in table.columns)
            yield from (each.name for each in table.indexes)
            yield from (each.name for each in table.foreign_keys)
            yield from (each.name for each in table.checks)
