"""What one revision leaves behind in the session that the next revision runs in: variables, temporary tables, locks.

`alembic upgrade` runs all revisions on one connection, and so does a walk. What is left is told, and put back, so that
the revision after it is judged by what it does itself.
"""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Any

from pytest_stairway.schema.tokens import quote_identifier
from pytest_stairway.walk.record import Leak, LeakKind
from pytest_stairway.walk.sessions import locks_tables
from pytest_stairway.walk.statements import PLAIN_VERBS, first_word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.engine import Connection

    from pytest_stairway.walk.failure import Statement
    from pytest_stairway.walk.sessions import Sessions

# Character sets before the collation, which they reset. Left out is what bounds time and memory, and user variables.
_VARIABLES = (
    "autocommit", "auto_increment_increment", "auto_increment_offset", "character_set_client",
    "character_set_connection", "character_set_results", "collation_connection", "default_storage_engine",
    "explicit_defaults_for_timestamp", "foreign_key_checks", "innodb_strict_mode", "old_alter_table",
    "sql_auto_is_null", "sql_mode", "sql_require_primary_key", "sql_safe_updates", "system_versioning_alter_history",
    "time_zone", "transaction_isolation", "tx_isolation", "unique_checks",
)  # fmt: skip
_QUESTION = "SHOW SESSION VARIABLES WHERE Variable_name IN ({})".format(", ".join(f"'{name}'" for name in _VARIABLES))
_TEMPORARY = re.compile(
    r"\bCREATE\s+(?:OR\s+REPLACE\s+)?TEMPORARY\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:[`\w$]+\s*\.\s*)?`?([\w$]+)`?",
    re.IGNORECASE,
)
_USE = re.compile(r"\s*USE\s+`?([^`;\s]+)", re.IGNORECASE)


class SessionState:
    """The session of env.py's connection. `asked` counts what was sent here, which no recorder sees."""

    def __init__(self, connection: Connection, database: str, sessions: Sessions) -> None:
        self.asked = 0
        self._connection = connection
        self._database = database
        self._sessions = sessions
        self._before = dict(self._fetch(_QUESTION))

    def settle(self, statements: Sequence[Statement]) -> tuple[Leak, ...]:
        """Say what the statements of a step left behind, and put it back. Asks nothing where none could have."""
        suspects = [sent for sent in statements if _may_leak(sent.sql)]
        held = self._table_locks(statements)
        if not suspects and held is None:
            return ()
        try:
            leaks = [*self._database_left(suspects), *self._variables(suspects), *self._temporary_tables(suspects)]
            if held is not None:
                leaks.append(Leak(LeakKind.LOCK, "table locks", None, "held", held))
                self._execute("UNLOCK TABLES")
        except Exception:  # noqa: BLE001 - each driver has its own; a connection that is gone has left nothing
            return ()
        return tuple(leaks)

    def roll_back(self) -> None:
        """Undo what a failed step had not committed, as the end of a real run does."""
        with contextlib.suppress(Exception):  # each driver has its own; a connection that is gone has nothing to undo
            self._execute("ROLLBACK")

    def _variables(self, suspects: Sequence[Statement]) -> Iterator[Leak]:
        now = dict(self._fetch(_QUESTION))
        for name in _VARIABLES:
            before, after = self._before.get(name), now.get(name)
            if before is not None and after is not None and before != after:
                yield Leak(LeakKind.VARIABLE, name, before, after, _setting(name, suspects))
                self._execute(f"SET SESSION {name} = {_literal(name, before)}")

    def _database_left(self, suspects: Sequence[Statement]) -> Iterator[Leak]:
        ((now,),) = self._fetch("SELECT DATABASE()")
        if now != self._database:
            sent = next((each for each in reversed(suspects) if _USE.match(each.sql)), suspects[-1])
            yield Leak(LeakKind.DATABASE, "current database", None, str(now), sent)
            self._execute(f"USE {quote_identifier(self._database)}")

    def _temporary_tables(self, suspects: Sequence[Statement]) -> Iterator[Leak]:
        created = {name: sent for sent in suspects for name in _TEMPORARY.findall(sent.sql) if sent.error is None}
        for name, sent in created.items():
            if self._is_temporary(name):
                yield Leak(LeakKind.TEMPORARY_TABLE, name, None, "there", sent)
                self._execute(f"DROP TEMPORARY TABLE {quote_identifier(name)}")

    def _is_temporary(self, name: str) -> bool:
        try:
            ((_, text),) = self._fetch(f"SHOW CREATE TABLE {quote_identifier(name)}")
        except Exception:  # noqa: BLE001 - 1146, as each driver raises it: it was dropped
            return False
        return bool(re.match(r"CREATE TEMPORARY", text))

    def _table_locks(self, statements: Sequence[Statement]) -> Statement | None:
        """Give the statement of this step whose table locks the connection still holds."""
        session = self._sessions.of(self._connection)
        held = {each.sql for each in session.held if locks_tables(each.sql)} if session is not None else set()
        return next((sent for sent in statements if sent.sql in held), None)

    def _fetch(self, sql: str) -> list[Any]:
        self.asked += 1
        cursor = self._connection.connection.cursor()
        try:
            cursor.execute(sql)
            return [tuple(map(_text, row)) for row in cursor.fetchall()]
        finally:
            cursor.close()

    def _execute(self, sql: str) -> None:
        self.asked += 1
        cursor = self._connection.connection.cursor()
        cursor.execute(sql)
        cursor.close()


def kept_from_versions(statements: Sequence[Statement], errno: int | None) -> tuple[Leak, ...]:
    """Say what keeps Alembic from its version table, where that is why it stopped: its connection is gone by now."""
    if errno in _BY_LOCKS:
        for sent in reversed(statements):
            if locks_tables(sent.sql):
                return (Leak(LeakKind.LOCK, "table locks", None, "held", sent),)
    if errno in _BY_DATABASE:
        for sent in reversed(statements):
            if used := _USE.match(sent.sql):
                return (Leak(LeakKind.DATABASE, "current database", None, used[1], sent),)
    return ()


_BY_LOCKS = frozenset({1099, 1100, 1223})  # not locked for writing, not locked at all, FLUSH TABLES WITH READ LOCK
_BY_DATABASE = frozenset({1044, 1049, 1142, 1146})


def _may_leak(sql: str) -> bool:
    """Tell what may change the session: all that is not plainly DDL, DML or a query, and temporary tables."""
    return first_word(sql) not in PLAIN_VERBS or _TEMPORARY.search(sql) is not None


def _setting(name: str, suspects: Sequence[Statement]) -> Statement:
    """Find the last statement that sets a variable; SET NAMES and procedures do it without naming it."""
    other = "names" if name.startswith(("character_set", "collation")) else name.replace("_", " ")
    named = (sent for sent in reversed(suspects) if any(word in sent.sql.lower() for word in (name, other)))
    return next(named, suspects[-1])


def _literal(name: str, value: str) -> str:
    if value.isdecimal() or (value == "" and name == "character_set_results"):
        return value or "NULL"
    return "'" + value.replace("'", "''") + "'"


def _text(value: object) -> object:
    """Decode what some drivers give as bytes."""
    return value.decode() if isinstance(value, bytes | bytearray) else value
