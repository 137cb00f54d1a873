"""What SQLAlchemy has learned about a server: relearned for a walk, and put back after it.

An engine asks its server once, when it first connects: vendor, version, sql_mode, and the name of the database, with
which it looks for tables from then on (`DESCRIBE shop.alembic_version`). An engine of the application's that is used
before, during and after a walk would mix two servers up.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.pool import NullPool

from pytest_stairway.errors import EnvironmentRefused


class LearnedServers:
    """The dialects that a walk uses, each as it was before."""

    def __init__(self) -> None:
        self._before: dict[Any, dict[str, Any]] = {}
        self._engines: dict[Any, Engine] = {}

    def relearn(self, dialect: Any, url: URL) -> None:
        """Have a dialect know the server at `url`; one that has never connected learns it by itself.

        Raises:
            EnvironmentRefused: it has been used with MariaDB, and the server is MySQL.
        """
        if dialect in self._before:
            return
        self._before[dialect] = dict(vars(dialect))
        if not _knows_a_server(vars(dialect)):
            return
        engine = create_engine(url, poolclass=NullPool, connect_args=socket_argument(url))
        try:
            with engine.connect() as connection:
                dialect.initialize(connection)
        except InvalidRequestError as error:
            raise EnvironmentRefused(
                "env.py's engine was connected to MariaDB before the walk, and the disposable server is MySQL",
                fix=("verify on MariaDB: --stairway-server mariadb:11.4, or mariadbd for a local one",),
            ) from error
        finally:
            engine.dispose()

    def used(self, engine: Engine) -> None:
        self._engines[engine.dialect] = engine

    def put_back(self) -> None:
        for dialect, before in self._before.items():
            state = vars(dialect)
            for name in state.keys() - before.keys():
                del state[name]
            state.update(before)
            engine = self._engines.get(dialect)
            if engine is not None:
                engine.clear_compiled_cache()
                if not _knows_a_server(before):
                    _learn_at_next_checkout(engine)


def socket_argument(url: URL) -> dict[str, Any]:
    """Give a URL's socket as an argument: SQLAlchemy 1.4 drops it with mariadbconnector, which tries its default."""
    return {name: value for name, value in url.query.items() if name == "unix_socket"}


def _knows_a_server(state: dict[str, Any]) -> bool:
    return state.get("server_version_info") is not None


def _learn_at_next_checkout(engine: Engine) -> None:
    """Do what SQLAlchemy does at the first connect of an engine, which was during the walk."""

    def learn(_dbapi_connection: Any, _record: Any, proxy: Any) -> None:
        engine.dialect.initialize(Connection(engine, connection=proxy))
        engine.dialect.do_rollback(proxy)

    event.listen(engine.pool, "checkout", learn, once=True)
