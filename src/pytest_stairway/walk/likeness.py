"""Makes one database like another by copying the tables that differ, and proves that it is like it then.

Tables are made by CREATE TABLE ... LIKE, which keeps what SHOW CREATE TABLE does not tell: whether an index is the
server's own for a foreign key, which it drops by itself and does not let go of otherwise (1553; measured on MySQL 9.7
and MariaDB 10.11). Foreign keys, which LIKE leaves out, are added after it, and triggers, which go with their table.
"""

from __future__ import annotations

import contextlib
import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pymysql

from pytest_stairway.schema.diff import Tolerances, changes
from pytest_stairway.schema.model import UNREADABLE, ForeignKey, Kind
from pytest_stairway.schema.parse import parse_table
from pytest_stairway.schema.read import SchemaReader
from pytest_stairway.schema.tokens import quote_identifier
from pytest_stairway.schema.triggers import firing_orders, table_of_trigger
from pytest_stairway.servers.database import connect, end_sessions
from pytest_stairway.walk import drivers
from pytest_stairway.walk.observer import State
from pytest_stairway.walk.rows import read_rows

if TYPE_CHECKING:
    from collections.abc import Collection

    from pytest_stairway.flavor import Flavor
    from pytest_stairway.servers.interface import Server

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
    """The database to be like: `state` is what it holds now, counters included. `version_table` is in it as well."""

    database: str
    state: State
    version_table: str


@dataclass(frozen=True, slots=True)
class Dirty:
    """The database to be made alike, and what it holds now.

    The suspects, in lower case, are what may differ in a way that cannot be seen.
    """

    database: str
    state: State
    suspects: Collection[str]


def make_alike(server: Server, dirty: Dirty, pattern: Pattern) -> State | None:
    """Copy the tables of which schema, rows, counter or triggers differ, and the suspects.

    Gives what the database holds then, None where it is not all the same. What is neither table nor trigger is never
    made.
    """
    try:
        with drivers.opening():
            connection = connect(server.address)
        with contextlib.closing(connection):
            with connection.cursor() as cursor:
                end_sessions(cursor, dirty.database)  # what a migration left open would block DROP TABLE
            return _Copying(server.flavor, connection, dirty, pattern).make_alike()
    except pymysql.MySQLError:  # a table that LIKE refuses, say
        return None


class _Copying:
    def __init__(self, flavor: Flavor, connection: pymysql.Connection[Any], dirty: Dirty, pattern: Pattern) -> None:
        self._flavor = flavor
        self._pattern = pattern
        self._found = dirty.state
        self._suspects = dirty.suspects
        self._reader = SchemaReader(connection, dirty.database, flavor, frozenset({pattern.version_table}))
        self._ask = self._reader.asker.rows

    def make_alike(self) -> State | None:
        wanted, found = self._pattern.state, self._found
        differing = changes(wanted.schema, found.schema, _SAME, flavor=self._flavor)
        if any(change.kind not in {Kind.TABLE, Kind.TRIGGER} for change in differing):
            return None
        names = {change.table for change in differing if change.kind is Kind.TABLE}
        names |= self._with_other_contents() | self._with_other_triggers()
        names |= {name for name in wanted.schema.names(Kind.TABLE) if name.lower() in self._suspects}
        if any(_cannot_be_copied(wanted.schema.objects.get((Kind.TABLE, name), "")) for name in names):
            return None
        for statement in _SESSION:
            self._ask(statement)
        self._copy(names)
        self._copy_triggers(names)
        made = self._reader.refresh(found.schema, names)
        kept = {name: rows for name, rows in found.rows.items() if name not in names}
        there = names & set(made.names(Kind.TABLE))
        state = State(made, kept | read_rows(self._ask, made, there, {}), wanted.versions)
        return state if self._is_alike(state) else None

    def _with_other_contents(self) -> set[str]:
        """Give the tables with other rows, with more than were read, or with another counter."""
        wanted, found = self._pattern.state, self._found
        names = {
            name for name in found.rows.keys() | wanted.rows.keys() if found.rows.get(name) != wanted.rows.get(name)
        }
        names |= {name for name, each in wanted.rows.items() if each.rows is None}
        counters, others = wanted.schema.counters, found.schema.counters
        return names | {name for name in counters.keys() | others.keys() if counters.get(name) != others.get(name)}

    def _with_other_triggers(self) -> set[str]:
        wanted, found = self._pattern.state.schema.objects, self._found.schema.objects
        differing = {key for key in wanted.keys() | found.keys() if wanted.get(key) != found.get(key)}
        texts = [objects[key] for key in differing for objects in (wanted, found) if key in objects]
        return {table_of_trigger(text) for text in texts} - {""}

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

    def _copy_triggers(self, tables: set[str]) -> None:
        """Create the triggers that went with their tables, with what each keeps of the session that it was made in."""
        schema = self._pattern.state.schema
        names = itertools.chain.from_iterable(firing_orders(schema).values())
        wanted = [name for name in names if table_of_trigger(schema.objects[Kind.TRIGGER, name]) in tables]
        # All before the first sql_mode: MySQL quotes what it shows as the session's says, not the trigger's.
        shown = [self._ask(f"SHOW CREATE TRIGGER {self._qualified(name)}")[0] for name in wanted]
        for _, sql_mode, text, charset, collation, *_ in shown:
            self._ask(f"SET SESSION sql_mode = '{sql_mode}', character_set_client = {charset}")
            self._ask(f"SET SESSION collation_connection = {collation}")
            self._ask(text)
        self._ask("SET NAMES utf8mb4")
        self._ask("SET SESSION sql_mode = ''")

    def _is_alike(self, made: State) -> bool:
        wanted = self._pattern.state
        return (
            made.rows == wanted.rows
            and made.schema.counters == wanted.schema.counters
            and not changes(wanted.schema, made.schema, _SAME, flavor=self._flavor)
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
