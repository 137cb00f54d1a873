"""Scratch databases on a server, and the ways to connect to them."""

from __future__ import annotations

import contextlib
import secrets
import socket
from typing import TYPE_CHECKING, Any

import pymysql
from pymysql.constants import CLIENT
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, Engine
from sqlalchemy.pool import NullPool

from pytest_stairway.flavor import Flavor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pymysql.connections import Connection
    from pymysql.cursors import Cursor

    from pytest_stairway.servers.interface import Address, Server

# An anonymous ''@localhost, which some installations have, would win over user@'%' for a local connection.
WALK_HOSTS = ("%", "localhost")

CR_CONNECTION_ERROR = 2002  # no such socket
CR_CONN_HOST_ERROR = 2003  # no such host, or nothing listens there

_NAME_BYTES = 4
# A wait for another session's metadata lock must end while somebody still looks at the screen; the server's own
# default is a year.
_LOCK_WAIT_SECONDS = 10


def connect(
    address: Address, database: str | None = None, *, connect_timeout: int = 5, read_timeout: int = 60
) -> Connection[Cursor]:
    """Open a connection of our own: autocommit, utf8mb4, several statements in one query.

    Timeouts are in seconds.

    Raises:
        pymysql.MySQLError: as the server or the network gave it.
    """
    where: dict[str, Any] = {"port": address.port}
    if address.socket:
        _refuse_dead_socket(address.socket)
        where = {"unix_socket": address.socket}
    return pymysql.connect(
        host=address.host,
        user=address.user,
        password=address.password,
        database=database,
        charset="utf8mb4",
        autocommit=True,
        client_flag=CLIENT.MULTI_STATEMENTS,
        connect_timeout=connect_timeout,
        ssl_disabled=not address.tls,
        read_timeout=read_timeout,
        write_timeout=read_timeout,
        init_command=f"SET SESSION lock_wait_timeout = {_LOCK_WAIT_SECONDS}",
        **where,
    )


def _refuse_dead_socket(path: str) -> None:
    """Try a socket by hand first: PyMySQL leaves its own open where nobody answers, with a ResourceWarning each."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(path)
        except OSError as error:
            raise pymysql.OperationalError(CR_CONNECTION_ERROR, f"{error.strerror or error} at {path}") from error


def flavor_of(connection: Connection[Cursor]) -> Flavor:
    with connection.cursor() as cursor:
        cursor.execute("SELECT VERSION()")
        (version,) = cursor.fetchone() or ("",)
    return Flavor.parse(version)


def sqlalchemy_url(address: Address, database: str | None, drivername: str = "mysql+pymysql") -> URL:
    """Return the URL of a database for an engine.

    PyMySQL, mysqlclient, mysql-connector, asyncmy, aiomysql and MariaDB Connector all call a socket `unix_socket`.
    """
    return URL.create(
        drivername,
        username=address.user,
        password=address.password or None,
        host=address.host,
        port=None if address.socket else address.port,
        database=database,
        query={"unix_socket": address.socket} if address.socket else {},
    )


def tls_argument(address: Address, driver: str) -> dict[str, bool]:
    """Spare PyMySQL the TLS context that it makes for each connection, where no encryption is wanted: 25 ms."""
    return {"ssl_disabled": True} if driver == "pymysql" and not address.tls else {}


def own_engine(address: Address, url: URL, **options: Any) -> Engine:
    """Make an engine for a URL of this server that keeps no connection: one left open would block the next DDL."""
    arguments = {**tls_argument(address, "pymysql"), "password": address.password}
    return create_engine(url, poolclass=NullPool, connect_args=arguments, **options)


def create_database(server: Server, *, charset: str | None = None, collation: str | None = None) -> str:
    """Create an empty database with the server's defaults, or those given, and return its name."""
    name = f"{server.database_prefix}{secrets.token_hex(_NAME_BYTES)}"
    defaults = (f" CHARACTER SET {charset}" if charset else "") + (f" COLLATE {collation}" if collation else "")
    with (
        contextlib.closing(connect(server.address)) as connection,
        making(connection, server.database_prefix) as cursor,
    ):
        cursor.execute(f"CREATE DATABASE `{name}`{defaults}")
        if server.walk_address.user != server.address.user:
            _grant(cursor, name, server.walk_address.user)
    return name


@contextlib.contextmanager
def making(connection: Connection[Cursor], database_prefix: str) -> Iterator[Cursor]:
    """Keep a run's creating and its final dropping apart.

    A server finishes the statement that it works on after its client is gone: what drops a run's databases would not
    see one yet that is being created. The lock is held until that session has really ended.
    """
    lock = f"{database_prefix}making"
    with connection.cursor() as cursor:
        cursor.execute("SELECT GET_LOCK(%s, %s)", (lock, _LOCK_WAIT_SECONDS))
        yield cursor
        cursor.execute("DO RELEASE_LOCK(%s)", (lock,))


def drop_database(server: Server, name: str) -> None:
    """Drop a database of this run and end whatever is still connected to it: a transaction left open would block DROP.

    Raises:
        ValueError: the name is not one of this run's.
    """
    if not name.startswith(server.database_prefix):
        raise ValueError(f"{name} is not a database of this run")
    with contextlib.closing(connect(server.address)) as connection, connection.cursor() as cursor:
        end_sessions(cursor, name)
        cursor.execute("SET SESSION foreign_key_checks = 0")  # a table of another database may refer to one here
        cursor.execute(f"DROP DATABASE IF EXISTS `{name}`")


def end_sessions(cursor: Cursor, database: str) -> None:
    """Kill the connections whose current database this is, as far as the account sees them and may."""
    cursor.execute("SHOW PROCESSLIST")
    for session, _user, _host, current, *_ in cursor.fetchall():
        if current == database:
            with contextlib.suppress(pymysql.MySQLError):  # 1094: it has ended meanwhile; 1095: not ours to kill
                cursor.execute(f"KILL {session:d}")


def _grant(cursor: Cursor, database: str, user: str) -> None:
    """Give the account of the walk every right on this one database.

    In a grant `_` is a wildcard unless escaped; under partial_revokes neither wildcards nor escapes are read
    (MySQL manual, "Privilege Restriction Using Partial Revokes"; measured on 9.7).
    """
    cursor.execute("SHOW GLOBAL VARIABLES LIKE 'partial_revokes'")
    literal = cursor.fetchone() == ("partial_revokes", "ON")
    pattern = database if literal else database.replace("_", r"\_")
    for host in WALK_HOSTS:
        cursor.execute(f"GRANT ALL PRIVILEGES ON `{pattern}`.* TO '{user}'@'{host}'")
