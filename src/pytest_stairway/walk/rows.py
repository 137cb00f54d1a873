"""The rows that migrations put into tables, and what a round trip did to them."""

from __future__ import annotations

import functools
import itertools
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pytest_stairway.schema.model import UNREADABLE, Kind, Schema
from pytest_stairway.schema.parse import parse_table
from pytest_stairway.schema.tokens import quote_identifier
from pytest_stairway.walk.record import ChangedValue, RowLoss

Fetch = Callable[[str], list[tuple[Any, ...]]]
Row = tuple[Any, ...]

_CHUNK = 50  # tables that one statement asks
MOST_ROWS = 20_000  # of one table; migrations that insert more are told as not compared
_ROW_TIME = re.compile(r"\bAS ROW (?:START|END)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TableRows:
    """Every row of a table, None where there are more than `MOST_ROWS`."""

    columns: tuple[str, ...]
    key: tuple[str, ...]
    rows: tuple[Row, ...] | None

    def values(self, columns: Iterable[str]) -> list[Row]:
        places = [self.columns.index(column) for column in columns]
        return [tuple(row[place] for place in places) for row in self.rows or ()]


Rows = Mapping[str, TableRows]
"""Tables that have rows. A table that is not in it is empty."""


def read_rows(fetch: Fetch, schema: Schema, tables: Collection[str], known: Rows) -> dict[str, TableRows]:
    """Read all rows of the given tables, leaving out the empty ones and what the server cannot even show.

    Those that are not `known` to have rows are first asked, many at once, whether they have any: most have none.
    """
    shown = {name for name in tables if not schema.objects[Kind.TABLE, name].startswith(UNREADABLE)}
    found = {}
    for name in sorted({*shown & known.keys(), *_filled(fetch, sorted(shown - known.keys()))}):
        columns, key = _columns_and_key(schema.objects[Kind.TABLE, name])
        selected = ", ".join(map(quote_identifier, columns))
        rows = fetch(f"SELECT {selected} FROM {quote_identifier(name)} LIMIT {MOST_ROWS + 1}")  # noqa: S608 - quoted
        if rows:
            found[name] = TableRows(columns, key, tuple(rows) if len(rows) <= MOST_ROWS else None)
    return found


def _filled(fetch: Fetch, tables: Sequence[str]) -> Iterator[str]:
    for start in range(0, len(tables), _CHUNK):
        asked = tables[start : start + _CHUNK]
        columns = ", ".join(f"EXISTS(SELECT 1 FROM {quote_identifier(name)})" for name in asked)  # noqa: S608 - quoted
        (answers,) = fetch(f"SELECT {columns}")
        yield from itertools.compress(asked, answers)


@functools.lru_cache(maxsize=1024)
def _columns_and_key(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    table = parse_table(text)
    key = table.primary_key.columns if table.primary_key is not None else ()
    return tuple(column.name for column in table.columns), key


def named_rows(rows: TableRows | None) -> tuple[str, ...]:
    """Name each row by its key, or its first columns, in SQL terms."""
    return () if rows is None else tuple(_named(rows, row) for row in rows.rows or ())


def counts(tables: Rows) -> dict[str, int | None]:
    """Give the number of rows of each table that has some, None where they were too many to be read."""
    return {name: None if rows.rows is None else len(rows.rows) for name, rows in tables.items()}


def losses(before: Rows, upgraded: Schema, after: Rows) -> tuple[RowLoss, ...]:
    """Compare the rows from before an upgrade with those after the downgrade.

    Values count in columns that exist before, after the upgrade and after the downgrade; a column that the upgrade
    itself drops is compared on its own, since the downgrade cannot invent its values. What the server writes whenever
    a row changes is not compared: an UPDATE and the one that takes it back leave another time there.
    """
    found = []
    for name, rows in sorted(before.items()):
        if rows.rows is None or after.get(name) == rows:
            continue
        text = upgraded.objects.get((Kind.TABLE, name))
        in_upgraded = set(_columns_and_key(text)[0]) if text else set()
        compared = _without(rows, _written_by_server(text)) if text else rows
        found += _table_losses(name, compared, in_upgraded, after.get(name))
    return tuple(found)


@functools.lru_cache(maxsize=1024)
def _written_by_server(text: str) -> frozenset[str]:
    """Name the columns with ON UPDATE, and the beginning and end of a system-versioned row."""
    columns = parse_table(text).columns
    return frozenset(column.name for column in columns if column.on_update or _ROW_TIME.search(column.definition))


def _without(rows: TableRows, columns: frozenset[str]) -> TableRows:
    """Leave columns out, but those of the key, by which rows are found."""
    kept = [column for column in rows.columns if column not in columns or column in rows.key]
    return replace(rows, columns=tuple(kept), rows=tuple(rows.values(kept)))


def _table_losses(name: str, before: TableRows, in_upgraded: set[str], after: TableRows | None) -> list[RowLoss]:
    if after is None:
        gone = tuple(_named(before, row) for row in before.rows or ())
        return [RowLoss(name, len(gone), gone=gone, dropped_by_upgrade=not in_upgraded)]
    if after.rows is None:
        return []
    kept = [column for column in before.columns if column in in_upgraded and column in after.columns]
    dropped = [column for column in before.columns if column not in in_upgraded and column in after.columns]
    key = before.key if before.key and set(before.key) <= set(after.columns) else ()
    found = []
    for columns, by_upgrade in ((kept, not in_upgraded), (dropped, True)):
        gone, changed = _by_key(before, after, key, columns) if key else _by_value(before, after, columns)
        if by_upgrade and in_upgraded:  # a row that is gone altogether has been told with the columns kept
            gone = ()
        if gone or changed:
            found.append(RowLoss(name, len(before.rows or ()), gone, changed, dropped_by_upgrade=by_upgrade))
    return found


def _by_key(
    before: TableRows, after: TableRows, key: tuple[str, ...], columns: list[str]
) -> tuple[tuple[str, ...], tuple[ChangedValue, ...]]:
    now = dict(zip(after.values(key), after.values(columns), strict=True))
    gone, changed = [], []
    for place, row, values in zip(before.values(key), before.rows or (), before.values(columns), strict=True):
        if place not in now:
            gone.append(_named(before, row))
            continue
        for column, old, new in zip(columns, values, now[place], strict=True):
            if old != new:
                changed.append(ChangedValue(_named(before, row), column, sql_value(old), sql_value(new)))
    return tuple(gone), tuple(changed)


def _by_value(
    before: TableRows, after: TableRows, columns: list[str]
) -> tuple[tuple[str, ...], tuple[ChangedValue, ...]]:
    """Without a usable primary key a row is all its values; `Counter` compares them as a multiset."""
    missing = Counter(before.values(columns))
    missing.subtract(after.values(columns))
    gone = [
        ", ".join(f"{column} = {sql_value(value)}" for column, value in zip(columns, row, strict=True))
        for row, count in missing.items()
        for _ in range(max(count, 0))
    ]
    return tuple(gone), ()


def _named(rows: TableRows, row: Row) -> str:
    columns = rows.key or rows.columns[:3]
    return ", ".join(f"{column} = {sql_value(row[rows.columns.index(column)])}" for column in columns)


def sql_value(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bytes | bytearray):
        return f"0x{bytes(value[:20]).hex()}" + ("..." if len(value) > 20 else "")  # noqa: PLR2004 - enough to recognise
    text = str(value)
    if isinstance(value, int | float):
        return text
    shown = text if len(text) <= 60 else text[:60] + "..."  # noqa: PLR2004 - one line of a finding
    return "'" + shown.replace("'", "''") + "'"
