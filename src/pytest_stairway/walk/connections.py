"""No connection leaves the disposable server while a walk runs.

Measured on SQLAlchemy 1.4 to 2.1: a `do_connect` listener on the Engine *class* runs before those on an engine and
fires for engines made before it; what it returns is the connection. Editing single arguments is not enough
(`unix_socket`, `ssl`, `bind_address`, the `passwd` and `db` aliases, `init_command=USE x` each win over the host), so
the arguments are built anew and only an allow-list is kept of the project's own.
"""

from __future__ import annotations

import gc
import logging
import re
import weakref
from typing import TYPE_CHECKING, Any, NoReturn

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import Pool

from pytest_stairway.errors import EnvironmentRefused
from pytest_stairway.servers.database import sqlalchemy_url, tls_argument
from pytest_stairway.walk import drivers
from pytest_stairway.walk.dialects import LearnedServers, socket_argument
from pytest_stairway.walk.variables import AskedFor

if TYPE_CHECKING:
    import contextlib
    from collections.abc import Mapping

    from pytest_stairway.servers.interface import Address
    from pytest_stairway.walk.sessions import Sessions

DIALECTS = frozenset({"mysql", "mariadb"})
DRIVERS = frozenset({"aiomysql", "asyncmy", "mariadbconnector", "mysqlconnector", "mysqldb", "pymysql"})

KEPT_ARGUMENTS = frozenset(
    {
        "allow_local_infile", "async_fallback", "autocommit", "binary_prefix", "buffered", "charset", "client_flag",
        "client_flags", "collation", "consume_results", "conv", "converter", "converter_class",
        "converter_str_fallback", "cursor_class", "cursor_type", "cursorclass", "get_warnings", "local_infile",
        "raise_on_warnings", "sql_mode", "time_zone", "use_pure", "use_unicode",
    }
)  # fmt: skip
"""What changes how data is read and written, and never where it goes or who asks."""

_ONLY_SETS_VARIABLES = re.compile(r"\s*SET\s+(?!(DEFAULT\s+)?ROLE\b|PASSWORD\b)[^;]*;?\s*", re.IGNORECASE)
_MARK = "pytest_stairway.walk"


def wrong_dialect(name: str, asked: AskedFor) -> EnvironmentRefused:
    return EnvironmentRefused(
        f"env.py connects with the dialect {name!r}; only MySQL and MariaDB can be verified",
        fix=(
            "let env.py use sqlalchemy.url of the Alembic config, which is the disposable database's here",
            f"or name the environment variables it reads: {asked.setting()} in [tool.stairway]",
            *asked.beforehand(),
        ),
    )


class ConnectionGuard:
    """Sends every connection that SQLAlchemy opens to one database of one server, and refuses what it cannot send.

    `refusal` is the first one, for env.py files that catch everything; `asked` are the variables that they looked up.
    At the end, connections that it opened are invalidated: pools of the application reconnect to their own server.
    """

    def __init__(self, address: Address, database: str, sessions: Sessions, *, lock_timeout: int) -> None:
        self.refusal: EnvironmentRefused | None = None
        self.asked = AskedFor()
        self._address = address
        self._database = database
        self._sessions = sessions
        self._lock_timeout = lock_timeout
        self.is_stopped = False
        self._records: list[Any] = []
        self._any_async = False
        self._sent_back: weakref.WeakSet[Any] = weakref.WeakSet()
        self._begun: weakref.WeakSet[Connection] = weakref.WeakSet()
        self._learned = LearnedServers()

    def install(self, exits: contextlib.ExitStack) -> None:
        """Begin to guard; closing the stack ends it, and may be repeated where a signal interrupted it."""
        exits.callback(self._learned.put_back)
        exits.callback(self._invalidate)
        exits.enter_context(self.asked.noted())
        drivers.guard(exits, self.refuse)
        for target, name, listener in (
            (Engine, "do_connect", self._connect),
            (Pool, "checkout", self._checkout),
            (Engine, "begin", self._begin),
            (Engine, "before_cursor_execute", self._before_cursor_execute),
            (Engine, "commit", self._refuse_foreign),
            (Engine, "rollback", self._rollback),
        ):
            event.listen(target, name, listener)
            exits.callback(event.remove, target, name, listener)

    def refuse(self, error: EnvironmentRefused) -> NoReturn:
        """Raise the error, and remember it."""
        self.refusal = self.refusal or error
        raise error

    def stop(self) -> None:
        """Let the next statement or connection end the walk, from another thread than the walk's."""
        self.is_stopped = True

    def opened(self, connection: Connection) -> bool:
        return self._opened(connection.connection.info)

    def refuse_unless_ours(self, connection: object) -> None:
        """Check what env.py hands to Alembic, before Alembic creates its version table through it.

        Raises:
            EnvironmentRefused: no connection, another dialect, or a connection opened before the walk.
        """
        if connection is None:
            self.refuse(
                EnvironmentRefused(
                    "env.py gave context.configure() no connection, so its migrations would only print SQL",
                    fix=("call context.configure(connection=...) when context.is_offline_mode() is false",),
                )
            )
        if isinstance(connection, Connection):  # Alembic itself refuses anything else
            self._refuse_dialect(connection.dialect)
            self._refuse_foreign(connection)

    def _connect(self, dialect: Any, record: Any, _args: list[Any], given: dict[str, Any]) -> Any:
        self._end_if_stopped()
        self._refuse_dialect(dialect)
        url = sqlalchemy_url(self._address, self._database, f"{dialect.name}+{dialect.driver}")
        positional, arguments = dialect.create_connect_args(url)
        arguments.update(socket_argument(url) | tls_argument(self._address, dialect.driver))
        # SQLAlchemy makes a plain string of it, which drivers encode as latin-1.
        arguments.update({name: self._address.password for name in ("password", "passwd") if name in arguments})
        arguments.update({name: value for name, value in given.items() if name in KEPT_ARGUMENTS})
        init_command = given.get("init_command")
        if isinstance(init_command, str) and _ONLY_SETS_VARIABLES.fullmatch(init_command):
            arguments["init_command"] = init_command
        try:
            self._learned.relearn(dialect, url)
        except EnvironmentRefused as error:
            self.refuse(error)
        with drivers.opening():
            connection = dialect.connect(*positional, **arguments)
        self._sessions.opened(connection, self._limit_waits(connection))
        if record is not None:
            record.info[_MARK] = self
            self._records.append(record)
            self._any_async = self._any_async or dialect.is_async
        return connection

    def _limit_waits(self, connection: Any) -> int:
        """Set both lock timeouts, in seconds, and give the server's number for the connection.

        For metadata locks the server's own default is a year.
        """
        cursor = connection.cursor()
        cursor.execute(
            f"SET SESSION lock_wait_timeout = {self._lock_timeout}, innodb_lock_wait_timeout = {self._lock_timeout}"
        )
        cursor.execute("SELECT CONNECTION_ID()")
        (number,) = cursor.fetchone()
        cursor.close()
        return int(number)

    def _checkout(self, _dbapi_connection: Any, record: Any, _proxy: Any) -> None:
        """Have a pool that was filled before the walk reconnect; what is then still not ours has a creator."""
        if self._opened(record.info):
            return
        if record in self._sent_back:
            self.refuse(
                EnvironmentRefused(
                    "an engine with creator= would reach another server",
                    fix=("let env.py build its engine from a URL, without creator=",),
                )
            )
        self._sent_back.add(record)
        raise DisconnectionError("opened before the walk")

    def _before_cursor_execute(self, connection: Connection, *_: Any) -> None:
        self._end_if_stopped()
        self._learned.used(connection.engine)
        self._refuse_foreign(connection)

    def _begin(self, connection: Connection) -> None:
        """Note it: nothing is sent yet, and raising here would leave the application's connection half begun.

        An env.py that migrates several databases begins on all of them before it sends anything.
        """
        self._learned.used(connection.engine)
        if not self.opened(connection):
            self._begun.add(connection)

    def _rollback(self, connection: Connection) -> None:
        """Refuse to roll back what began during the walk and so holds nothing; what began before may be rolled back."""
        if connection in self._begun:
            self._refuse_foreign(connection)

    def _refuse_foreign(self, connection: Connection) -> None:
        if not self.opened(connection):
            self.refuse(
                EnvironmentRefused(
                    "env.py or a migration uses a connection that was opened before the walk,"
                    " so its statements would reach another server",
                    fix=(
                        "open the connection inside env.py, from an engine; let migrations use op.get_bind()",
                        'or set connection = "connection" in [tool.stairway] and use config.attributes["connection"]',
                    ),
                )
            )

    def _refuse_dialect(self, dialect: Any) -> None:
        if dialect.name not in DIALECTS:
            self.refuse(wrong_dialect(dialect.name, self.asked))
        if dialect.driver not in DRIVERS:
            self.refuse(
                EnvironmentRefused(
                    f"env.py connects with the driver {dialect.driver!r},"
                    " whose connections cannot be kept from other servers",
                    fix=(f"let env.py use one of {', '.join(sorted(DRIVERS))} when it migrates",),
                )
            )

    def _opened(self, info: Mapping[Any, Any]) -> bool:
        return info.get(_MARK) is self

    def _end_if_stopped(self) -> None:
        if self.is_stopped:
            raise KeyboardInterrupt

    def _invalidate(self) -> None:
        """Drop every connection of the walk, so that pools of the application reconnect to their own server.

        One of an event loop that is gone can no longer be closed by it: its pool would say so, and the collector
        closes it here, where nobody is warned.
        """
        level = logging.root.manager.disable
        logging.disable(logging.CRITICAL)
        for record in self._records:
            record.invalidate()
        logging.disable(level)
        if self._any_async:
            gc.collect()
