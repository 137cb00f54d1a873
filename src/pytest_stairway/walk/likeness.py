"""Makes one database like another by copying the tables that differ, and proves that it is like it then.

Tables are made by CREATE TABLE ... LIKE, which keeps what SHOW CREATE TABLE does not tell: whether an index is the
server's own for a foreign key, which it drops by itself and does not let go of otherwise (1553; measured on MySQL 9.7
and MariaDB 10.11). Foreign keys, which LIKE leaves out, are added after it.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pymysql

from pytest_stairway.schema.diff import Tolerances, changes
from pytest_stairway.schema.model import UNREADABLE, ForeignKey, Kind, Schema
from pytest_stairway.schema.parse import parse_table
from pytest_stairway.schema.read import SchemaReader
from pytest_stairway.schema.tokens import quote_identifier
from pytest_stairway.servers.database import connect, end_sessions
from pytest_stairway.walk import drivers
from pytest_stairway.walk.rows import read_rows

if TYPE_CHECKING:
    from collections.abc import Collection

    from pytest_stairway.flavor import Flavor
    from pytest_stairway.servers.interface import Server
    from pytest_stairway.walk.observer import State
    from pytest_stairway.walk.rows import Rows

_SAME = Tolerances(index_order=True)
"""An index that the server makes for a foreign key comes last where the key is added to a table."""

# A row keeps the 0 in its AUTO_INCREMENT column, and what is read is not locked against the one who wrote it.
_SESSION = (
    "SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO'",
    "SET SESSION foreign_key_checks = 0, unique_checks = 0",
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
    "SET SESSION innodb_lock_wait_timeout = 5",
)
_KEEPS_HISTORY = "WITH SYSTEM VERSIONING"


@dataclass(frozen=True, slots=True)
class Pattern:
    """The database to be like: `state` is what it holds now, all read. `version_table` is in it as well."""

    database: str
    state: State
    version_table: str


def make_alike(server: Server, database: str, pattern: Pattern, suspects: Collection[str]) -> bool:
    """Copy the tables of which schema, rows or counter differ, and the suspects; tell whether all is the same then.

    The suspects, in lower case, are what may differ in a way that cannot be seen. What is no table is never made.
    """
    try:
        with drivers.opening():
            connection = connect(server.address)
        with contextlib.closing(connection):
            with connection.cursor() as cursor:
                end_sessions(cursor, database)  # what a migration left open would block DROP TABLE
            return _Copying(server.flavor, connection, database, pattern).make_alike(suspects)
    except pymysql.MySQLError:  # a table that LIKE refuses, say
        return False


class _Copying:
    def __init__(self, flavor: Flavor, connection: pymysql.Connection[Any], database: str, pattern: Pattern) -> None:
        self._flavor = flavor
        self._pattern = pattern
        self._reader = SchemaReader(connection, database, flavor, frozenset({pattern.version_table}))
        self._ask = self._reader.asker.rows

    def make_alike(self, suspects: Collection[str]) -> bool:
        wanted = self._pattern.state
        found = self._reader.read()
        differing = changes(wanted.schema, found, _SAME, flavor=self._flavor)
        if any(change.kind is not Kind.TABLE for change in differing):
            return False
        rows = read_rows(self._ask, found, set(found.names(Kind.TABLE)), {})
        names = {change.table for change in differing} | self._with_other_contents(found, rows)
        names |= {name for name in wanted.schema.names(Kind.TABLE) if name.lower() in suspects}
        if any(_cannot_be_copied(wanted.schema.objects.get((Kind.TABLE, name), "")) for name in names):
            return False
        for statement in _SESSION:
            self._ask(statement)
        self._copy(names)
        made = self._reader.refresh(found, names)
        kept = {name: each for name, each in rows.items() if name not in names}
        there = names & set(made.names(Kind.TABLE))
        return self._is_alike(made, kept | read_rows(self._ask, made, there, {}))

    def _with_other_contents(self, found: Schema, rows: Rows) -> set[str]:
        """Give the tables with other rows, with more than were read, or with another counter."""
        wanted, counters = self._pattern.state.rows, self._pattern.state.schema.counters
        names = {name for name in rows.keys() | wanted.keys() if rows.get(name) != wanted.get(name)}
        names |= {name for name, each in wanted.items() if each.rows is None}
        both = found.counters.keys() | counters.keys()
        return names | {name for name in both if found.counters.get(name) != counters.get(name)}

    def _copy(self, names: set[str]) -> None:
        schema = self._pattern.state.schema
        there = sorted(name for name in names if (Kind.TABLE, name) in schema.objects)
        for name in sorted(names):
            self._ask(f"DROP TABLE IF EXISTS {quote_identifier(name)}")
        for name in there:
            self._ask(f"CREATE TABLE {quote_identifier(name)} LIKE {self._qualified(name)}")
        for name in there:
            self._name_checks(name)
            self._add_foreign_keys(name)
            if name in self._pattern.state.rows:
                self._copy_rows(name)
            if name in schema.counters:
                self._ask(f"ALTER TABLE {quote_identifier(name)} AUTO_INCREMENT = {schema.counters[name]:d}")
        versions = quote_identifier(self._pattern.version_table)
        self._ask(f"DELETE FROM {versions}")  # noqa: S608 - a quoted identifier
        self._ask(f"INSERT INTO {versions} SELECT * FROM {self._qualified(self._pattern.version_table)}")  # noqa: S608 - quoted

    def _name_checks(self, name: str) -> None:
        """Give checks the names back that LIKE took from them: on MySQL a name is there once in a database."""
        checks = parse_table(self._pattern.state.schema.objects[Kind.TABLE, name]).checks
        numbered = [f"{name}_chk_{number}" for number in range(1, len(checks) + 1)]
        if self._flavor.is_mariadb or [check.name for check in checks] == numbered:
            return
        parts = [f"DROP CHECK {quote_identifier(each)}" for each in numbered]
        parts += [f"ADD {check.definition}" for check in checks]
        self._ask(f"ALTER TABLE {quote_identifier(name)} {', '.join(parts)}")

    def _add_foreign_keys(self, name: str) -> None:
        """Add them one by one in the order of their numbers, so that the server gives the names that it gave before."""
        table = parse_table(self._pattern.state.schema.objects[Kind.TABLE, name])
        for key in sorted(table.foreign_keys, key=lambda key: (len(key.name), key.name)):
            self._ask(f"ALTER TABLE {quote_identifier(name)} ADD {_clause(name, key)}")

    def _copy_rows(self, name: str) -> None:
        table = parse_table(self._pattern.state.schema.objects[Kind.TABLE, name])
        columns = ", ".join(quote_identifier(column.name) for column in table.columns if not column.generated)
        self._ask(
            f"INSERT INTO {quote_identifier(name)} ({columns}) SELECT {columns} FROM {self._qualified(name)}"  # noqa: S608 - quoted
        )

    def _is_alike(self, made: Schema, rows: Rows) -> bool:
        wanted = self._pattern.state
        return (
            rows == wanted.rows
            and made.counters == wanted.schema.counters
            and not changes(wanted.schema, made, _SAME, flavor=self._flavor)
        )

    def _qualified(self, name: str) -> str:
        return f"{quote_identifier(self._pattern.database)}.{quote_identifier(name)}"


def _cannot_be_copied(text: str) -> bool:
    """Tell of the rows of the past, which no SELECT gives as they are, and of what the server cannot show."""
    return text.startswith(UNREADABLE) or _KEEPS_HISTORY in text


def _clause(table: str, key: ForeignKey) -> str:
    """Leave out a name that the server gave: it names the index of such a key after the column."""
    given = re.compile(rf"CONSTRAINT `{re.escape(table)}_ibfk_\d+` ")
    return given.sub("", key.definition, count=1)
