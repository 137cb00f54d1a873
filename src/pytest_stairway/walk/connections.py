"""No connection leaves the disposable server while a walk runs.

Measured on SQLAlchemy 1.4 to 2.1: a `do_connect` listener on the Engine *class* runs before those on an engine and
fires for engines made before it; what it returns is the connection. Editing single arguments is not enough
(`unix_socket`, `ssl`, `bind_address`, the `passwd` and `db` aliases, `init_command=USE x` each win over the host), so
the arguments are built anew and only an allow-list is kept of the project's own.
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import Pool

from pytest_stairway.errors import EnvironmentRefused
from pytest_stairway.servers.database import sqlalchemy_url
from pytest_stairway.servers.interface import Address
from pytest_stairway.walk import drivers

DIALECTS = frozenset({"mysql", "mariadb"})

# What changes how data is read and written, and never where it goes or who asks.
_KEPT_ARGUMENTS = frozenset(
    {
        "autocommit", "charset", "client_flag", "client_flags", "collation", "conv", "converter_class", "converter_str_fallback",
        "cursor_class", "cursor_type", "cursorclass", "local_infile", "allow_local_infile", "sql_mode", "time_zone",
        "use_pure", "use_unicode",
    }
)  # fmt: skip
_ONLY_SETS_VARIABLES = re.compile(r"\s*SET\s[^;]*;?\s*", re.IGNORECASE)
_MARK = "pytest_stairway.walk"


class ConnectionGuard:
    """Sends every connection that SQLAlchemy opens to one database of one server, and refuses what it cannot send.

    On exit, connections that it opened are invalidated: pools of the application reconnect to their own server.
    """

    def __init__(self, address: Address, database: str, *, lock_timeout: int) -> None:
        self._address = address
        self._database = database
        self._lock_timeout = lock_timeout
        self._records: list[tuple[Any, bool]] = []
        self._sent_back: weakref.WeakSet[Any] = weakref.WeakSet()
        self._drivers = drivers.guarded()
        self._listeners = (
            (Engine, "do_connect", self._connect),
            (Pool, "checkout", self._checkout),
            (Engine, "before_cursor_execute", self._before_cursor_execute),
        )

    def __enter__(self) -> ConnectionGuard:
        self._drivers.__enter__()
        for target, name, listener in self._listeners:
            event.listen(target, name, listener)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for target, name, listener in self._listeners:
            event.remove(target, name, listener)
        self._drivers.__exit__(kind, error, traceback)
        for record, is_async in self._records:
            # An asyncio connection can only be closed on its event loop, which may be gone: its pool does it later.
            record.invalidate(soft=is_async)

    def refuse_unless_ours(self, connection: Connection | None) -> None:
        """Check what env.py hands to Alembic, before Alembic creates its version table through it.

        Raises:
            EnvironmentRefused: no connection, another dialect, or a connection opened before the walk.
        """
        if connection is None:
            raise EnvironmentRefused(
                "env.py gave context.configure() no connection, so its migrations would only print SQL",
                fix=("call context.configure(connection=...) when context.is_offline_mode() is false",),
            )
        _refuse_dialect(connection.dialect.name)
        self._refuse_foreign(connection)

    def _refuse_foreign(self, connection: Connection) -> None:
        if not self._opened(connection.connection.info):
            raise EnvironmentRefused(
                "env.py uses a connection that was opened before the walk, so its statements would reach another server",
                fix=(
                    "open the connection inside env.py, from an engine",
                    'or set connection = "connection" in [tool.stairway] and use config.attributes["connection"]',
                ),
            )

    def _opened(self, info: Mapping[Any, Any]) -> bool:
        return info.get(_MARK) is self

    def _connect(self, dialect: Any, record: Any, _args: list[Any], arguments: dict[str, Any]) -> Any:
        _refuse_dialect(dialect.name)
        url = sqlalchemy_url(self._address, self._database, f"{dialect.name}+{dialect.driver}")
        positional, ours = dialect.create_connect_args(url)
        ours.update({name: value for name, value in arguments.items() if name in _KEPT_ARGUMENTS})
        init_command = arguments.get("init_command")
        if isinstance(init_command, str) and _ONLY_SETS_VARIABLES.fullmatch(init_command):
            ours["init_command"] = init_command
        with drivers.opening():
            connection = dialect.connect(*positional, **ours)
        self._limit_waits(connection)
        if record is not None:
            record.info[_MARK] = self
            self._records.append((record, bool(getattr(dialect, "is_async", False))))
        return connection

    def _limit_waits(self, connection: Any) -> None:
        """Set both lock timeouts, in seconds: for metadata locks the server's own default is a year."""
        cursor = connection.cursor()
        cursor.execute(
            f"SET SESSION lock_wait_timeout = {self._lock_timeout}, innodb_lock_wait_timeout = {self._lock_timeout}"
        )
        cursor.close()

    def _checkout(self, _dbapi_connection: Any, record: Any, _proxy: Any) -> None:
        if self._opened(record.info):
            return
        if record in self._sent_back:
            raise EnvironmentRefused(
                "an engine with creator= would reach another server",
                fix=("let env.py build its engine from a URL, without creator=",),
            )
        self._sent_back.add(record)
        raise DisconnectionError("opened before the walk")

    def _before_cursor_execute(self, connection: Connection, *_: Any) -> None:
        self._refuse_foreign(connection)


def _refuse_dialect(name: str) -> None:
    if name not in DIALECTS:
        raise EnvironmentRefused(
            f"env.py connects with the dialect {name!r}; only MySQL and MariaDB can be verified",
            fix=(
                "let env.py read sqlalchemy.url from the Alembic config, which holds the disposable database's URL",
                "or name the environment variables it reads: url_variables = [...] in [tool.stairway]",
            ),
        )
