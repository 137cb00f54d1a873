"""A guard below SQLAlchemy: no MySQL driver opens a connection while a walk runs, unless the walk asked for it.

`creator=`, `async_creator=` and direct connects pass no SQLAlchemy event before they have logged in, so the drivers'
own entry points refuse them. Out of reach: drivers that are not listed here, and the C functions below mysqlclient
(`MySQLdb._mysql.connect`).
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import importlib.util
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from pytest_stairway.errors import EnvironmentRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True, slots=True)
class _EntryPoint:
    """A method that every connection of a driver passes before it has a socket, however it was imported."""

    driver: str
    module: str
    owner: str
    method: str


_ENTRY_POINTS = (
    _EntryPoint("pymysql", "pymysql.connections", "Connection", "connect"),
    _EntryPoint("MySQLdb", "MySQLdb.connections", "Connection", "__init__"),
    _EntryPoint("mysql.connector", "mysql.connector.connection", "MySQLConnection", "_open_connection"),
    _EntryPoint("mysql.connector", "mysql.connector.connection_cext", "CMySQLConnection", "_open_connection"),
    _EntryPoint("mysql.connector", "mysql.connector.aio.connection", "MySQLConnection", "connect"),
    _EntryPoint("aiomysql", "aiomysql.connection", "Connection", "_connect"),
    _EntryPoint("asyncmy", "asyncmy.connection", "Connection", "connect"),
    _EntryPoint("mariadb", "mariadb.connections", "Connection", "__init__"),
)

# A context variable and not a thread's: other tasks of the same event loop stay refused while one connects.
_opening: ContextVar[bool] = ContextVar("opening", default=False)


@contextlib.contextmanager
def opening() -> Iterator[None]:
    """Mark connections that this thread or task opens meanwhile as the walk's own."""
    token = _opening.set(True)
    try:
        yield
    finally:
        _opening.reset(token)


def guard(exits: contextlib.ExitStack, refuse: Callable[[EnvironmentRefused], NoReturn]) -> None:
    """Until the stack is closed, refuse every connection that is not opened under `opening()`.

    `refuse` is told each refusal, and raises it.
    """
    for entry in _ENTRY_POINTS:
        owner = _owner(entry)
        if owner is not None:
            original = getattr(owner, entry.method)
            exits.callback(setattr, owner, entry.method, original)
            setattr(owner, entry.method, _refusing(entry.driver, original, refuse))


def _owner(entry: _EntryPoint) -> Any:
    try:
        if importlib.util.find_spec(entry.driver) is None:
            return None
        return getattr(importlib.import_module(entry.module), entry.owner)
    except ImportError:  # no parent package, no C library, or a version without this module: it cannot connect so
        return None


def _refusing(
    driver: str, original: Callable[..., Any], refuse: Callable[[EnvironmentRefused], NoReturn]
) -> Callable[..., Any]:
    @functools.wraps(original)
    def connect(*args: Any, **kwargs: Any) -> Any:
        if not _opening.get():
            refuse(
                EnvironmentRefused(
                    f"env.py or a migration opened a connection of its own through {driver}, past SQLAlchemy's URL",
                    tried=("sending it to the disposable server: not possible for creator= and direct connects",),
                    fix=(
                        "let env.py build its engine from a URL, and migrations use op.get_bind()",
                        'or set connection = "engine" in [tool.stairway] and use config.attributes["connection"]',
                    ),
                )
            )
        return original(*args, **kwargs)

    return connect
