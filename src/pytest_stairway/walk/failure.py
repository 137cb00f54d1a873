"""The statements that a step sent, and how it failed: by an error, or by one of our limits."""

from __future__ import annotations

import linecache
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_stairway.findings import Location

LONGEST_STATEMENT = 400


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement that a step sent: `seconds` on the server, `error` as the server worded it.

    `parameters` is the beginning of what was sent with it, as Python writes it; "" where nothing was.
    """

    sql: str
    location: Location
    seconds: float = 0.0
    error: str | None = None
    parameters: str = ""


@dataclass(frozen=True, slots=True)
class LockWait:
    """A statement that waited until its time was over, and what other connections held meanwhile.

    `unrecorded` names connections that held something, though none of their statements was recorded.
    """

    waiting: Statement
    holding: tuple[Statement, ...]
    unrecorded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunningStatement:
    """What a connection was sending; `state` and `inner`, the statement of a procedure, are the server's words.

    `seconds` is None where a raw DBAPI cursor sent it.
    """

    connection: int
    sent: Statement
    state: str
    inner: str | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Overrun:
    """What was going on when the time of `what`, such as "upgrade of 0002", was over; `limit` is in seconds.

    `location` is the project's own innermost line; `inside` is the innermost of all, where it is another's.
    """

    what: str
    limit: float
    location: Location
    inside: str = ""
    statements: tuple[RunningStatement, ...] = ()
    processes: tuple[str, ...] = ()
    lock_wait: LockWait | None = None

    def doing(self, place: str) -> tuple[str, ...]:
        """Say in lines what was going on; `place` is how the project names `location`."""
        lines = [line for each in self.statements for line in _of_statement(each)]
        lines += [f"child process: {command}" for command in self.processes]
        if not self.statements and self.location.path is not None and self.location.line is not None:
            source = linecache.getline(self.location.path, self.location.line).strip()
            lines.append(f"at {place}: {source}{f' ({self.inside})' if self.inside else ''}")
        return tuple(lines)


def _of_statement(running: RunningStatement) -> tuple[str, ...]:
    seconds = "" if running.seconds is None else f" for {running.seconds:.1f} s"
    inner = (f"inside it: {_line(running.inner)}",) if running.inner else ()
    return (f"on the server{seconds}: {_line(running.sent.sql)}", *inner, f"its state there: {running.state or 'none'}")


def _line(sql: str) -> str:
    return textwrap.shorten(sql, LONGEST_STATEMENT, placeholder=" ...")


@dataclass(frozen=True, slots=True)
class Failure:
    """How a migration failed: the exception that it ended with, or that its time was over (`overrun`).

    `errno` is the server's error number.
    """

    error: str
    location: Location
    errno: int | None = None
    statement: str | None = None
    not_implemented: bool = False
    lock_wait: LockWait | None = None
    overrun: Overrun | None = None

    @property
    def ended_by_limit(self) -> bool:
        """Tell whether one of our limits ended it, which has findings of its own."""
        return self.lock_wait is not None or self.overrun is not None
