"""Databases beside the project's own that migrations work in, as the settings name them: empty before, gone after."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

import pymysql

from pytest_stairway.errors import ServerError
from pytest_stairway.schema.model import Schema
from pytest_stairway.schema.read import SchemaReader
from pytest_stairway.schema.tokens import quote_identifier
from pytest_stairway.servers.database import connect
from pytest_stairway.walk import drivers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pymysql.connections import Connection
    from pymysql.cursors import Cursor

    from pytest_stairway.servers.interface import Server
    from pytest_stairway.walk.environment import Environment

OWN = "the project's own"
"""Stands for the name of the project's own database where another one refers to it."""

_UNKNOWN_DATABASE = 1049
_LOCK_SECONDS = 600
"""How long one worker of pytest-xdist waits for another that uses these databases: as long as a long walk."""


@contextlib.contextmanager
def other_databases(environment: Environment) -> Iterator[None]:
    """Make the databases of the settings empty, but for those that a migration itself creates, and drop them after.

    They have their real names, which the migrations spell out, so one process at a time can have them.

    Raises:
        ServerError: the server is not ours, or has a database of that name already, or another process keeps them.
    """
    names = environment.settings.databases
    if not names:
        yield
        return
    server, settings = environment.server, environment.settings
    given = settings.url is not None
    if given and not settings.url_is_disposable:
        raise _confined(names)
    made = [name for name in names if not _created_by_migration(name, environment.project.version_locations)]
    with contextlib.closing(connect(server.address)) as connection, connection.cursor() as cursor:
        _lock(cursor, server)
        if given:
            _refuse_existing(cursor, names)
        try:
            _drop(cursor, names)
            for name in made:
                cursor.execute(f"CREATE DATABASE {quote_identifier(name)}")
            yield
        finally:
            with contextlib.suppress(pymysql.MySQLError):  # a dead server has nothing left to drop
                _drop(cursor, names)


def read_others(
    server: Server, names: Sequence[str], own: str, version_table: tuple[str | None, str]
) -> dict[str, Schema]:
    """Read these databases whole, those that are not there as empty; `own` is the project's.

    Alembic's version table, given as database and name, takes no part.
    """
    if not names:
        return {}
    with drivers.opening():
        connection = connect(server.address)
    with contextlib.closing(connection):
        return {name: _read(connection, server, name, own, ignored_in(name, version_table)) for name in names}


def ignored_in(database: str, version_table: tuple[str | None, str]) -> frozenset[str]:
    """Give the tables of a database beside the project's own that are Alembic's."""
    there, name = version_table
    return frozenset({name}) if there is not None and there.casefold() == database.casefold() else frozenset()


def _read(
    connection: Connection[Cursor], server: Server, name: str, own: str, ignored_tables: frozenset[str]
) -> Schema:
    try:
        return SchemaReader(connection, name, server.flavor, ignored_tables, aliases={own: OWN}).read()
    except pymysql.MySQLError as error:
        if error.args[0] == _UNKNOWN_DATABASE:
            return Schema({})
        raise


def _created_by_migration(name: str, directories: Sequence[Path]) -> bool:
    """Tell whether a revision file says CREATE DATABASE of it, which an existing one would make fail (1007)."""
    creating = re.compile(rf"CREATE\s+(?:DATABASE|SCHEMA)\s+(?!IF\b)`?{re.escape(name)}\b", re.IGNORECASE)
    files = (file for directory in directories for file in directory.rglob("*.py"))
    return any(creating.search(file.read_text(encoding="utf-8", errors="replace")) for file in files)


def _lock(cursor: Cursor, server: Server) -> None:
    cursor.execute("SELECT GET_LOCK(%s, %s)", (f"{server.database_prefix}databases", _LOCK_SECONDS))
    if cursor.fetchone() != (1,):
        raise ServerError(
            "another process of this run keeps the databases of the settings",
            tried=(f"waiting for {_LOCK_SECONDS} s",),
            fix=("run the tests of the suite in one process: without -n of pytest-xdist",),
        )


def _refuse_existing(cursor: Cursor, names: Sequence[str]) -> None:
    cursor.execute("SHOW DATABASES")
    there = {str(name).casefold() for (name,) in cursor.fetchall()}
    taken = [name for name in names if name.casefold() in there]
    if taken:
        raise ServerError(
            f"the server at the URL has a database {taken[0]}, which the settings want empty",
            tried=(f"databases in [tool.stairway]: {', '.join(names)}",),
            fix=("drop it there if nobody needs it", "or let the suite start a server of its own: leave the URL out"),
        )


def _confined(names: Sequence[str]) -> ServerError:
    return ServerError(
        "migrations that work in several databases need a server of their own",
        tried=(f"databases in [tool.stairway]: {', '.join(names)}", "the URL: only databases of this run may be used"),
        fix=(
            "let the suite start a server of its own: leave the URL out",
            "or pass --stairway-url-is-disposable, where the whole server at the URL may be used",
        ),
    )


def _drop(cursor: Cursor, names: Sequence[str]) -> None:
    cursor.execute("SET SESSION foreign_key_checks = 0")  # tables of the project's own may refer to them
    for name in names:
        cursor.execute(f"DROP DATABASE IF EXISTS {quote_identifier(name)}")
