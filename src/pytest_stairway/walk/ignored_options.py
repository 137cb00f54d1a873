"""Options of the models that are meant for the other of the two dialects, `mysql` and `mariadb`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_stairway.walk.record import IgnoredOptions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlalchemy import Table

OTHER = {"mysql": "mariadb", "mariadb": "mysql"}


def ignored_options(tables: Iterable[Table], dialect: str) -> tuple[IgnoredOptions, ...]:
    """Collect what SQLAlchemy leaves out of each table and index, because only the other dialect would read it."""
    return tuple(found for table in tables for found in _of_table(table, dialect) if found.options)


def _of_table(table: Table, dialect: str) -> Iterator[IgnoredOptions]:
    yield IgnoredOptions(table.name, table.name, unread(table.kwargs, dialect))
    yield IgnoredOptions(table.name, f"primary key of {table.name}", unread(table.primary_key.kwargs, dialect))
    for index in table.indexes:
        yield IgnoredOptions(table.name, f"index {index.name} on {table.name}", unread(index.kwargs, dialect))


def unread(options: Mapping[str, Any], dialect: str) -> tuple[tuple[str, int | str], ...]:
    """Give the options that begin with the other dialect's name and are not there with this one's."""
    prefix, given = f"{OTHER.get(dialect, '')}_", dict(options)  # asking SQLAlchemy's own view would fill in defaults
    return tuple(
        (name.removeprefix(prefix), value if isinstance(value, int) else str(value))
        for name, value in given.items()
        if name.startswith(prefix) and f"{dialect}_{name.removeprefix(prefix)}" not in given and value is not None
    )
