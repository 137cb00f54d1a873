"""Which statements a step sent, how long they took, and from which line of a revision file they came."""

from __future__ import annotations

import contextlib
import sys
import time
import traceback
from typing import TYPE_CHECKING, Any, Self

from alembic.operations import Operations
from alembic.operations.batch import BatchOperationsImpl
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from pytest_stairway.findings import Location
from pytest_stairway.walk.blockers import wait_of
from pytest_stairway.walk.failure import Failure, LockWait, Statement
from pytest_stairway.walk.parameters import shown_parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType, TracebackType

    from pytest_stairway.servers.interface import Server
    from pytest_stairway.walk.failure import Overrun
    from pytest_stairway.walk.sessions import Sessions

LOCK_WAIT_TIMEOUT = 1205  # ER_LOCK_WAIT_TIMEOUT, for row locks and for metadata locks

_INVOKER: Any = next(kind for kind in Operations.__mro__ if "invoke" in vars(kind))
"""The class that every operation passes: `Operations`, and its base since Alembic 1.10."""


class Recorder:
    """Listens to every connection: what is sent inside `step()` is a migration's, the rest Alembic's own.

    Errors are kept without the name of the scratch `database`, which says nothing to anybody.
    """

    sent = 0
    """How many statements passed here since the walk began, COMMIT and ROLLBACK included."""

    def __init__(self, sessions: Sessions, database: str, server: Server) -> None:
        self._sessions = sessions
        self._files = sessions.lines.revisions
        self._database = database
        self._server = server
        self._step: list[Statement] | None = None
        self._alembics: list[Statement] = []
        self._began = 0.0
        self._batch_location: Location | None = None
        self._lock_wait: LockWait | None = None
        self._listeners: tuple[tuple[str, Callable[..., None]], ...] = (
            ("before_cursor_execute", self._before),
            ("after_cursor_execute", self._after),
            ("handle_error", self._failed),
            ("commit", self._transaction_ends),
            ("rollback", self._transaction_ends),
        )
        self._invoke = _INVOKER.invoke

    def __enter__(self) -> Self:
        for name, listener in self._listeners:
            event.listen(Engine, name, listener)
        _INVOKER.invoke = self._locating_invoke()
        return self

    def __exit__(self, *_: object) -> None:
        _INVOKER.invoke = self._invoke
        for name, listener in self._listeners:
            event.remove(Engine, name, listener)

    @contextlib.contextmanager
    def step(self, statements: list[Statement]) -> Iterator[None]:
        """Add what is sent meanwhile to `statements`."""
        self._step = statements
        try:
            yield
        finally:
            self._step = None

    def take_alembics(self) -> tuple[Statement, ...]:
        """Give what was sent outside of steps since the last call, without locations."""
        taken = tuple(self._alembics)
        self._alembics.clear()
        return taken

    def failure(self, error: BaseException, revision: str) -> Failure:
        """Describe the exception that a migration raised inside `step()`."""
        errno, text = self.server_error(error)
        failed = self._step[-1] if self._step and self._step[-1].error is not None else None
        here = isinstance(error, DBAPIError) and failed is not None
        wait = self._lock_wait if self._lock_wait is not None and self._lock_wait.waiting is failed else None
        return Failure(
            error=text,
            errno=errno,
            location=failed.location if here and failed is not None else self._raised_at(error.__traceback__, revision),
            statement=failed.sql if here and failed is not None else None,
            not_implemented=isinstance(error, NotImplementedError) and not self._step,
            lock_wait=wait,
        )

    def late(self, overrun: Overrun, revision: str) -> Failure:
        """Describe a step whose time was over."""
        location = overrun.location
        if location.revision is None:
            location = Location(
                next((path for path, name in self._files.items() if name == revision), None), None, revision
            )
        error = f"still running after {overrun.limit:g} s"
        return Failure(error, location, lock_wait=overrun.lock_wait, overrun=overrun)

    def server_error(self, error: BaseException) -> tuple[int | None, str]:
        """Give what the function of this name does, with no word of the scratch database."""
        errno, text = server_error(error)
        return errno, text.replace(f"`{self._database}`.", "").replace(f"{self._database}.", "")

    def _before(self, _connection: Connection, _cursor: Any, _sql: str, *_: object) -> None:
        self._began = time.perf_counter()

    def _after(self, connection: Connection, _cursor: Any, sql: str, parameters: Any, *_: object) -> None:
        self._keep(connection, sql, parameters)

    def _failed(self, context: Any) -> None:
        if context.statement is None or context.connection is None:
            return
        errno, text = self.server_error(context.original_exception)
        statement = self._keep(context.connection, context.statement, context.parameters, text)
        session = self._sessions.of(context.connection)
        if errno == LOCK_WAIT_TIMEOUT and session is not None:  # now: the migration may close the other before it ends
            self._lock_wait = wait_of(self._server, session.id, statement, self._sessions, self._database)

    def _keep(self, connection: Connection, sql: str, parameters: Any, error: str | None = None) -> Statement:
        seconds = time.perf_counter() - self._began
        self.sent += 1
        if connection.dialect.paramstyle in {"format", "pyformat"}:  # these drivers take %% for %
            sql = sql.replace("%%", "%")
        if self._step is None:
            statement = Statement(sql, Location(), seconds, error)
            self._alembics.append(statement)
            return statement
        statement = Statement(sql, self._location(), seconds, error, shown_parameters(parameters))
        self._step.append(statement)
        return statement

    def _transaction_ends(self, _connection: Connection) -> None:
        self.sent += 1

    def _location(self) -> Location:
        if self._batch_location is not None:
            return self._batch_location
        frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - the documented way to the caller's frames
        while frame is not None:
            revision = self._files.get(frame.f_code.co_filename)
            if revision is not None:
                return Location(frame.f_code.co_filename, frame.f_lineno, revision)
            frame = frame.f_back
        return Location()

    def _raised_at(self, raised: TracebackType | None, revision: str) -> Location:
        """Find the innermost line of a revision file that an exception passed."""
        found = Location(next((path for path, name in self._files.items() if name == revision), None), None, revision)
        for frame, line in traceback.walk_tb(raised):
            if frame.f_code.co_filename in self._files:
                found = Location(frame.f_code.co_filename, line, self._files[frame.f_code.co_filename])
        return found

    def _locating_invoke(self) -> Callable[..., Any]:
        """Note the line of each operation in a batch block, which Alembic only sends when the block ends."""
        invoke, recorder = self._invoke, self

        def located(operations: Operations, operation: Any) -> Any:
            batch = operations.impl if isinstance(operations.impl, BatchOperationsImpl) else None
            if batch is None:
                return invoke(operations, operation)
            if not isinstance(batch.batch, _LocatedBatch):
                batch.batch = _LocatedBatch(batch.batch, recorder)
            before = len(batch.batch)
            result = invoke(operations, operation)
            batch.batch.locations.extend([recorder._location()] * (len(batch.batch) - before))
            return result

        return located

    def sending_for(self, location: Location | None) -> None:
        self._batch_location = location


class _LocatedBatch(list[Any]):
    """The operations of a batch block; while Alembic runs through them, the recorder knows each one's own line."""

    def __init__(self, operations: list[Any], recorder: Recorder) -> None:
        super().__init__(operations)
        self.locations: list[Location] = []
        self._recorder = recorder

    def __iter__(self) -> Iterator[Any]:
        try:
            for index, operation in enumerate(super().__iter__()):
                self._recorder.sending_for(self.locations[index] if index < len(self.locations) else None)
                yield operation
        finally:
            self._recorder.sending_for(None)


def server_error(error: BaseException) -> tuple[int | None, str]:
    """Give the server's error number, None where it is not the server's, and the error in one line.

    PyMySQL, mysqlclient, aiomysql and asyncmy carry (number, text) as arguments, the two connectors as attributes.
    """
    original = getattr(error, "orig", None) or error
    errno = getattr(original, "errno", None)
    text = getattr(original, "msg", None) or str(original)
    arguments: tuple[Any, ...] = getattr(original, "args", ())
    if len(arguments) > 1 and isinstance(arguments[0], int):
        errno, text = arguments[0], str(arguments[1])
    if isinstance(errno, int) and errno > 0:
        return errno, f"({errno}) {' '.join(str(text).split())}"
    message = " ".join(str(error).split())
    return None, f"{type(error).__name__}: {message}" if message else type(error).__name__
