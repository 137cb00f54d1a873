"""Who holds the lock that a statement waits for."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pymysql

from pytest_stairway.servers.database import connect
from pytest_stairway.walk import drivers
from pytest_stairway.walk.failure import LockWait, Statement
from pytest_stairway.walk.sessions import holding

if TYPE_CHECKING:
    from pymysql.cursors import Cursor

    from pytest_stairway.servers.interface import Server
    from pytest_stairway.walk.sessions import Sessions

# Both vendors fill it without the performance schema, which a server started here does not have.
_TRANSACTIONS = "SELECT trx_mysql_thread_id FROM information_schema.INNODB_TRX"
# Where the performance schema is on: the owners of metadata locks (MySQL 8, MariaDB 10.5).
_METADATA_LOCKS = (
    "SELECT t.PROCESSLIST_ID FROM performance_schema.metadata_locks l"
    " JOIN performance_schema.threads t ON t.THREAD_ID = l.OWNER_THREAD_ID WHERE l.LOCK_STATUS = 'GRANTED'"
)
_LAST_STATEMENT = (
    "SELECT s.SQL_TEXT FROM performance_schema.events_statements_current s"
    " JOIN performance_schema.threads t USING (THREAD_ID) WHERE t.PROCESSLIST_ID = %s AND s.SQL_TEXT IS NOT NULL"
)


def wait_of(server: Server, number: int, waiting: Statement, sessions: Sessions, database: str) -> LockWait:
    """Do as `described_wait()`, on a connection of our own where one is needed."""
    held = holding(waiting.sql, [session for session in sessions if session.id != number])
    if not held:
        with contextlib.suppress(pymysql.MySQLError):
            with drivers.opening():
                connection = connect(server.address)
            with contextlib.closing(connection), connection.cursor() as cursor:
                return described_wait(cursor, number, waiting, sessions, database)
    return LockWait(waiting, held)


def described_wait(cursor: Cursor, number: int, waiting: Statement, sessions: Sessions, database: str) -> LockWait:
    """Say what connection `number` waits for: what others have sent, else what the server knows of others."""
    held = holding(waiting.sql, [session for session in sessions if session.id != number])
    return LockWait(waiting, held, () if held else _unrecorded(cursor, number, sessions, database))


def _unrecorded(cursor: Cursor, number: int, sessions: Sessions, database: str) -> tuple[str, ...]:
    """Describe the other connections that hold locks though no statement of theirs was recorded: raw DBAPI cursors."""
    holders = set()
    for query in (_TRANSACTIONS, _METADATA_LOCKS):
        with contextlib.suppress(pymysql.MySQLError):  # not there in this version, or no right to it
            cursor.execute(query)
            holders |= {row[0] for row in cursor.fetchall()}
    cursor.execute("SHOW PROCESSLIST")
    known = {session.id for session in sessions}
    return tuple(
        f"connection {other}{_last_statement(cursor, other)}"
        for other, _user, _host, current, *_ in cursor.fetchall()
        if other in holders and other != number and (other in known or current == database)
    )


def _last_statement(cursor: Cursor, number: int) -> str:
    with contextlib.suppress(pymysql.MySQLError):
        cursor.execute(_LAST_STATEMENT, (number,))
        row = cursor.fetchone()
        if row:
            return f", which last sent: {row[0]}"
    return ", whose statements passed no SQLAlchemy event"
