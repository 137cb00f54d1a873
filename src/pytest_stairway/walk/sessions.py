"""The connections of one run of env.py: what each is sending, and what it has sent since it let go of its locks."""

from __future__ import annotations

import contextlib
import re
import sys
import sysconfig
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import Pool

from pytest_stairway.findings import Location
from pytest_stairway.walk.failure import Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from types import FrameType

_LIBRARIES = tuple(sysconfig.get_paths()[name] for name in ("stdlib", "purelib", "platlib"))

# Locks that COMMIT leaves alone (MySQL manual, "LOCK TABLES and UNLOCK TABLES Statements", "Locking Functions").
_TABLE_LOCK = re.compile(r"\s*(LOCK\s+(TABLES?|INSTANCE)|FLUSH\s[^;]*(READ\s+LOCK|FOR\s+EXPORT))\b", re.IGNORECASE)
_TABLE_UNLOCK = re.compile(r"\s*UNLOCK\b", re.IGNORECASE)
_USER_LOCK = re.compile(r"\bGET_LOCK\s*\(", re.IGNORECASE)
_USER_UNLOCK = re.compile(r"\bRELEASE_(ALL_)?LOCKS?\s*\(", re.IGNORECASE)
_TABLE = re.compile(r"\b(?:from|join|into|update|table|on|references)\s+(?:if\s+(?:not\s+)?exists\s+)?`?([\w$]+)")
_STRING = re.compile(r"'([^']*)'")
_NO_EVENTS = "skip_user_error_events"


class SourceLines:
    """Finds the project's own line in a Python stack: that of a revision file, else of another file of the project."""

    def __init__(self, root: Path) -> None:
        self.revisions: Mapping[str, str] = {}
        self._root = root
        self._is_own: dict[str, bool] = {}

    def find(self, frame: FrameType | None) -> Location:
        own = Location()
        while frame is not None:
            path = frame.f_code.co_filename
            if path in self.revisions:
                return Location(path, frame.f_lineno, self.revisions[path])
            if own.path is None and self._own(path):
                own = Location(path, frame.f_lineno)
            frame = frame.f_back
        return own

    def _own(self, path: str) -> bool:
        if path not in self._is_own:
            installed = path.startswith(_LIBRARIES) or "site-packages" in path
            self._is_own[path] = not installed and Path(path).is_relative_to(self._root)
        return self._is_own[path]


@dataclass(slots=True)
class Sending:
    """A statement on its way: `began` on the clock of `time.monotonic()`."""

    sql: str
    location: Location
    began: float


@dataclass(slots=True)
class Session:
    """One connection, by the server's number for it. `held` may have left locks behind, a transaction's or longer."""

    id: int
    sending: Sending | None = None
    held: list[Statement] = field(default_factory=list)

    def sent(self, error: str | None) -> None:
        """Note that the statement has ended; one that failed holds what the transaction held before it."""
        if self.sending is None:
            return
        sql, location = self.sending.sql, self.sending.location
        self.sending = None
        if error is not None:
            return
        if _TABLE_UNLOCK.match(sql):
            self.held = [each for each in self.held if not _TABLE_LOCK.match(each.sql)]
        elif _USER_UNLOCK.search(sql):
            self.held = [each for each in self.held if not _USER_LOCK.search(each.sql)]
        else:
            self.held.append(Statement(sql, location))

    def released(self) -> None:
        """Keep what outlives a transaction."""
        self.held = [each for each in self.held if outlives_transaction(each.sql)]


class Sessions:
    """Listens to every connection that SQLAlchemy opens. What a raw DBAPI cursor sends passes no event."""

    def __init__(self, lines: SourceLines) -> None:
        self.lines = lines
        self._sessions: dict[int, Session] = {}
        self._listeners = (
            (Engine, "before_cursor_execute", self._before),
            (Engine, "after_cursor_execute", self._after),
            (Engine, "handle_error", self._failed),
            (Engine, "commit", self._released),
            (Engine, "rollback", self._released),
            (Pool, "checkin", self._checked_in),
            (Pool, "close", self._closed),
        )

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        for target, name, listener in self._listeners:
            event.listen(target, name, listener)
        try:
            yield
        finally:
            for target, name, listener in self._listeners:
                event.remove(target, name, listener)

    def opened(self, dbapi_connection: object, number: int) -> None:
        self._sessions[id(dbapi_connection)] = Session(number)

    def __iter__(self) -> Iterator[Session]:
        return iter(tuple(self._sessions.values()))

    def numbered(self, number: int) -> Session | None:
        return next((session for session in self if session.id == number), None)

    def of(self, connection: Connection) -> Session | None:
        return self._sessions.get(id(connection.connection.dbapi_connection))

    def _before(self, connection: Connection, _cursor: Any, sql: str, *_: object) -> None:
        session = self.of(connection)
        if session is not None:
            caller = sys._getframe(1)  # noqa: SLF001 - the documented way to the caller's frames
            session.sending = Sending(sql, self.lines.find(caller), time.monotonic())
        if not sql.startswith(("DESCRIBE", "SHOW")):
            _report_errors(connection)

    def _after(self, connection: Connection, *_: object) -> None:
        session = self.of(connection)
        if session is not None:
            session.sent(None)

    def _failed(self, context: Any) -> None:
        session = self.of(context.connection) if context.connection is not None else None
        if session is not None:
            session.sent(str(context.original_exception))

    def _released(self, connection: Connection) -> None:
        with contextlib.suppress(Exception):  # a connection that is already gone holds nothing
            session = self.of(connection)
            if session is not None:
                session.released()

    def _checked_in(self, dbapi_connection: object, _record: object) -> None:
        """Note what a pool does: it rolls back what is given back to it."""
        session = self._sessions.get(id(dbapi_connection))
        if session is not None:
            session.released()

    def _closed(self, dbapi_connection: object, _record: object) -> None:
        self._sessions.pop(id(dbapi_connection), None)


def _report_errors(connection: Connection) -> None:
    """Undo what reflection leaves on a connection: errors on it pass no event any more.

    The MySQL dialect sets this option before it reads a table's definition, and since SQLAlchemy 2.0 (1.4: where the
    engine is a future one) it stays set.
    """
    if connection.get_execution_options().get(_NO_EVENTS):
        connection.execution_options(**{_NO_EVENTS: False})


def locks_tables(sql: str) -> bool:
    """Tell whether a statement locks whole tables until UNLOCK TABLES."""
    return _TABLE_LOCK.match(sql) is not None


def outlives_transaction(sql: str) -> bool:
    """Tell whether a statement takes a lock that COMMIT and ROLLBACK leave alone."""
    return bool(_TABLE_LOCK.match(sql) or _USER_LOCK.search(sql))


def holding(sql: str, others: Iterable[Session]) -> tuple[Statement, ...]:
    """Pick, from what other connections hold, what the statement may be waiting for.

    That is what takes the same user lock, or locks whole tables, or names a table that the statement names; where
    nothing does, everything they hold.
    """
    held = list(dict.fromkeys(each for session in others for each in session.held))
    if _USER_LOCK.search(sql):
        locks = [each for each in held if _USER_LOCK.search(each.sql)]
        same = [each for each in locks if set(_STRING.findall(each.sql)) & set(_STRING.findall(sql))]
        return tuple(same or locks)
    tables = set(_TABLE.findall(sql.lower()))
    near = [each for each in held if _TABLE_LOCK.match(each.sql) or tables & set(_TABLE.findall(each.sql.lower()))]
    return tuple(near or held)
