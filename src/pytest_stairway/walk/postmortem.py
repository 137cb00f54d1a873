"""The server's end, told once: what ran when it ended, how it ended, and the last lines of its log."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pymysql

from pytest_stairway.errors import ServerError
from pytest_stairway.servers.database import connect
from pytest_stairway.walk import drivers

if TYPE_CHECKING:
    from pytest_stairway.servers.interface import Server

CONNECTIONS_LOST = frozenset({1053, 1927, 2006, 2013, 2055})
"""Errors that come of one lost connection, or of a server that is about to end and may still answer."""

_LAST_SECONDS = 1.0
_POLL_SECONDS = 0.1


def refuse_dead_server(server: Server, when: str, error: str, *, errno: int | None = None, last: str = "") -> None:
    """See whether the server still answers. `last` is the last statement that a migration sent, with its place.

    Raises:
        ServerError: it does not; `when` and `error` say what became of it.
    """
    deadline = time.monotonic() + (_LAST_SECONDS if errno in CONNECTIONS_LOST else 0)
    while _answers(server):
        if time.monotonic() >= deadline:
            return
        time.sleep(_POLL_SECONDS)
    end = server.remains.how_it_ended()
    log = server.remains.last_words()
    raise ServerError(
        f"the server ended {when}: {error}",
        tried=(
            f"last statement of a migration: {last}" if last else "",
            f"{server.origin}, {server.flavor}: {end}",
            *(("its log ends:", *log) if log else ()),
        ),
        fix=(
            "run that revision alone to see whether it ends the server" if last else "",
            f"{'or ' if last else ''}look at the memory and the disk of the machine",
        ),
    ) from None


def _answers(server: Server) -> bool:
    try:
        with drivers.opening():
            connect(server.address).close()
    except pymysql.MySQLError:
        return False
    return True
