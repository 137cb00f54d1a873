"""ORM sessions that migrations leave open: closed after each run of env.py, as the end of the process closes them."""

from __future__ import annotations

import contextlib
import weakref
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection

    from pytest_stairway.walk.connections import ConnectionGuard


@contextlib.contextmanager
def closing_sessions(guard: ConnectionGuard) -> Iterator[None]:
    """Close in the end what began a transaction on the guard's connections in the meantime and did not end it.

    Applications keep one session per thread (`scoped_session`). One that a migration leaves in a transaction keeps its
    connection, which is gone when env.py is run again. An asynchronous one can only be closed by its own event loop,
    and one that another thread may still use, because env.py was stopped there, is left to it.
    """
    begun: weakref.WeakSet[Session] = weakref.WeakSet()

    def note(session: Session, _transaction: Any, connection: Connection) -> None:
        if guard.opened(connection) and not connection.dialect.is_async:
            begun.add(session)

    event.listen(Session, "after_begin", note)
    try:
        yield
    finally:
        event.remove(Session, "after_begin", note)
        for session in () if guard.is_stopped else tuple(begun):
            with contextlib.suppress(SQLAlchemyError):  # its connection may be closed already
                if session.in_transaction():
                    session.close()
