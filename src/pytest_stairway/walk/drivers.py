"""A guard below SQLAlchemy: no MySQL driver opens a connection while a walk runs, unless the walk asked for it.

`creator=`, `async_creator=` and direct DBAPI connects pass no SQLAlchemy event before they have logged in, so the
drivers' own entry points refuse them. `asyncmy` is compiled: there only the names in its modules can be guarded, and
a function imported from it before the walk is caught by the pool's checkout instead.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import threading
from collections.abc import Callable, Iterator
from typing import Any

from pytest_stairway.errors import EnvironmentRefused

# driver module -> (module, class or None, callable) that every connection of the driver passes before it has a socket
_ENTRY_POINTS: dict[str, tuple[tuple[str, str | None, str], ...]] = {
    "pymysql": (("pymysql.connections", "Connection", "connect"),),
    "MySQLdb": (("MySQLdb.connections", "Connection", "__init__"),),
    "mysql.connector": (
        ("mysql.connector.connection", "MySQLConnection", "_open_connection"),
        ("mysql.connector.connection_cext", "CMySQLConnection", "_open_connection"),
    ),
    "aiomysql": (("aiomysql.connection", "Connection", "_connect"),),
    "asyncmy": (("asyncmy", None, "connect"), ("asyncmy.connection", None, "connect")),
    "mariadb": (("mariadb", None, "connect"), ("mariadb.connections", "Connection", "__init__")),
}

_ours = threading.local()


@contextlib.contextmanager
def opening() -> Iterator[None]:
    """Mark connections that this thread opens meanwhile as the walk's own."""
    _ours.depth = getattr(_ours, "depth", 0) + 1
    try:
        yield
    finally:
        _ours.depth -= 1


@contextlib.contextmanager
def guarded() -> Iterator[None]:
    """Refuse every connection that is not opened under `opening()`.

    Raises (inside, from the driver's entry point):
        EnvironmentRefused: naming the driver and what to use instead.
    """
    with contextlib.ExitStack() as stack:
        for driver, entries in _ENTRY_POINTS.items():
            for module_name, class_name, function in entries:
                owner = _owner(driver, module_name, class_name)
                if owner is not None and hasattr(owner, function):
                    original = getattr(owner, function)
                    setattr(owner, function, _refusing(driver, original))
                    stack.callback(setattr, owner, function, original)
        yield


def _owner(driver: str, module_name: str, class_name: str | None) -> Any:
    if not _installed(driver):
        return None
    try:
        module = importlib.import_module(module_name)
    except ImportError:  # installed without its C library: it cannot connect either
        return None
    return module if class_name is None else getattr(module, class_name, None)


def _installed(driver: str) -> bool:
    try:
        return importlib.util.find_spec(driver) is not None
    except ModuleNotFoundError:  # the parent package of a dotted name
        return False


def _refusing(driver: str, original: Callable[..., Any]) -> Callable[..., Any]:
    def connect(*args: Any, **kwargs: Any) -> Any:
        if getattr(_ours, "depth", 0):
            return original(*args, **kwargs)
        raise EnvironmentRefused(
            f"env.py or a migration opened a connection of its own through {driver}, past SQLAlchemy's URL",
            tried=(
                "redirecting it to the disposable server: not possible for creator=, async_creator= and direct connects",
            ),
            fix=(
                "let env.py build its engine from a URL, without creator=",
                'or set connection = "engine" in [tool.stairway] and use config.attributes["connection"] in env.py',
            ),
        )

    return connect
