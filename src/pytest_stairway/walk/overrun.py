"""What is going on when a step's time is over: on the server, in child processes, in Python; and how each is ended."""

from __future__ import annotations

import contextlib
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pymysql

from pytest_stairway.errors import ProjectError
from pytest_stairway.findings import Location
from pytest_stairway.servers.database import connect
from pytest_stairway.walk import drivers
from pytest_stairway.walk.blockers import described_wait
from pytest_stairway.walk.failure import Overrun, RunningStatement, Statement

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from pymysql.cursors import Cursor

    from pytest_stairway.history.project import Project
    from pytest_stairway.servers.interface import Server
    from pytest_stairway.walk.failure import LockWait
    from pytest_stairway.walk.sessions import Sessions

STEP_TIMEOUT = "raise step_timeout in [tool.stairway], in seconds; 0 is no limit"

_WORKING = frozenset({"Query", "Execute"})
_TICK_SECONDS = 0.05
"""How far off the time may be at which a process began: the kernel counts it in ticks."""


class TimeLimitError(ProjectError):
    """The time of env.py was over, or that of a step, outside its migration."""

    overrun: Overrun | None = None


def overran(overrun: Overrun, project: Project) -> TimeLimitError:
    error = TimeLimitError(
        f"{overrun.what} was still running after {overrun.limit:g} s, and was ended",
        tried=overrun.doing(_place(overrun.location, project)),
        fix=("let it end by itself", f"or {STEP_TIMEOUT}"),
    )
    error.overrun = overrun
    return error


def stuck(overrun: Overrun, project: Project) -> ProjectError:
    return ProjectError(
        f"{overrun.what} was still running after {overrun.limit:g} s, and nothing interrupts it",
        tried=overrun.doing(_place(overrun.location, project)),
        fix=("let it end by itself: it is in C code that looks at no signals", f"or {STEP_TIMEOUT}"),
    )


def _place(location: Location, project: Project) -> str:
    return f"{project.label(Path(location.path))}:{location.line}" if location.path else str(location)


@dataclass(frozen=True, slots=True)
class _Row:
    """A connection that works, as the server's process list shows it; in a procedure `info` is the inner statement."""

    id: int
    state: str
    info: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All that a run of env.py on one database can be busy with."""

    server: Server
    database: str
    sessions: Sessions

    def take_stock(self, what: str, thread: int, limit: float) -> Overrun:
        """Describe what a thread, its connections and its child processes are doing."""
        frame = sys._current_frames().get(thread)  # noqa: SLF001 - the only way to another thread's frames
        location = self.sessions.lines.find(frame)
        statements: tuple[RunningStatement, ...] = ()
        wait = None
        with contextlib.suppress(pymysql.MySQLError), self._cursor() as cursor:  # a dead server runs nothing
            statements = tuple(self._running(row) for row in self._working(cursor))
            wait = self._wait(cursor, statements)
        return Overrun(
            what=what,
            limit=limit,
            location=next((each.sent.location for each in statements if each.sent.location.path), location),
            inside=_inside(frame, location),
            statements=statements,
            processes=tuple(_command(child) for child in _children(limit)),
            lock_wait=wait,
        )

    def stop(self, seconds: float, *, connections: bool) -> None:
        """End what is not Python: statements, or their connections, and child processes begun in the last `seconds`.

        Both vendors let SLEEP() return when its query is killed, without an error in MySQL: a procedure that sleeps in
        a loop goes on until its connection is killed (measured on MySQL 9.7 and MariaDB 10.11).
        """
        with contextlib.suppress(pymysql.MySQLError), self._cursor() as cursor:
            for row in self._working(cursor):
                with contextlib.suppress(pymysql.MySQLError):  # 1094: it has ended meanwhile
                    cursor.execute(f"KILL {'' if connections else 'QUERY '}{row.id:d}")
        for child in _children(seconds):
            with contextlib.suppress(psutil.Error):
                child.kill()

    @contextlib.contextmanager
    def _cursor(self) -> Iterator[Cursor]:
        with drivers.opening():
            connection = connect(self.server.address)
        with contextlib.closing(connection), connection.cursor() as cursor:
            yield cursor

    def _working(self, cursor: Cursor) -> list[_Row]:
        numbers = {session.id for session in self.sessions}
        cursor.execute("SHOW FULL PROCESSLIST")
        return [
            _Row(number, state or "", info)
            for number, _user, _host, database, command, _time, state, info, *_ in cursor.fetchall()
            if (number in numbers or database == self.database) and command in _WORKING and info
        ]

    def _running(self, row: _Row) -> RunningStatement:
        session = self.sessions.numbered(row.id)
        sending = session.sending if session is not None else None
        if sending is None:
            return RunningStatement(row.id, Statement(row.info, Location()), row.state)
        return RunningStatement(
            row.id,
            Statement(sending.sql, sending.location),
            row.state,
            inner=row.info if row.info.split()[:1] != sending.sql.split()[:1] else None,
            seconds=time.monotonic() - sending.began,
        )

    def _wait(self, cursor: Cursor, statements: tuple[RunningStatement, ...]) -> LockWait | None:
        """Describe what a running statement waits for, where the server says that it waits for a lock."""
        for each in statements:
            if "lock" in each.state.lower():
                return described_wait(cursor, each.connection, each.sent, self.sessions, self.database)
        return None


def _inside(frame: FrameType | None, location: Location) -> str:
    """Name the innermost line, where it is not the project's own."""
    if frame is None or frame.f_code.co_filename == location.path:
        return ""
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}, in {frame.f_code.co_name}"


def _children(seconds: float) -> list[psutil.Process]:
    """List what this process has started in the last `seconds`, and what that has started; the server began before."""
    since = time.time() - seconds - _TICK_SECONDS
    found = []
    with contextlib.suppress(psutil.Error):
        for child in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if child.create_time() >= since and child.status() != psutil.STATUS_ZOMBIE:
                    found.append(child)
    return found


def _command(process: psutil.Process) -> str:
    with contextlib.suppress(psutil.Error):
        return " ".join(process.cmdline())
    return f"process {process.pid}"
