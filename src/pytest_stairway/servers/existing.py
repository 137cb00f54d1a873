"""A server given by URL: databases and an account of our own on it, and nothing else of it."""

from __future__ import annotations

import contextlib
import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pymysql
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from pytest_stairway.errors import ServerError
from pytest_stairway.passwords import HIDDEN, Password
from pytest_stairway.servers.database import (
    CR_CONN_HOST_ERROR,
    CR_CONNECTION_ERROR,
    WALK_HOSTS,
    connect,
    create_database,
    drop_database,
    end_sessions,
    flavor_of,
    making,
)
from pytest_stairway.servers.interface import Address, NoRemains

if TYPE_CHECKING:
    from pymysql.connections import Connection
    from pymysql.cursors import Cursor

    from pytest_stairway.flavor import Flavor
    from pytest_stairway.servers.interface import Remains, Request, Server
    from pytest_stairway.servers.rundir import RunDirectory

_DATABASE = re.compile(r"stairway_([0-9a-f]{8})_[0-9a-f]{8}")
_ACCOUNT = re.compile(r"stairway_([0-9a-f]{8})")
_REFUSED = frozenset({1044, 1045, 1142, 1227, 1410})
# The connection that holds the lock idles for the whole run; this is the largest value that every platform takes.
_IDLE_SECONDS = 2147483
_ENCODE = "write %40 for @, %3A for :, %2F for / and %25 for % in the user and the password"
_EXAMPLE = f"mysql+pymysql://user:{HIDDEN}@127.0.0.1:3306/, {HIDDEN} being the password"
_PROCESSES = 64


@dataclass(slots=True)
class ExistingServer:
    """A server that runs already.

    Where its binary log is on and log_bin_trust_function_creators is off, MySQL refuses functions and triggers to the
    account of the walk with error 1419, as it would to any account without SUPER.
    """

    flavor: Flavor
    origin: str
    address: Address
    walk_address: Address
    database_prefix: str
    owner: Connection[Cursor] | None = field(repr=False)
    remains: Remains = field(repr=False, default=NoRemains())

    def stop(self) -> None:
        if self.owner is not None:
            owner, self.owner = self.owner, None
            owner.close()  # first: what it was interrupted in ends with it
            _end(self.address, _run_id(self))


def start(request: Request, run: RunDirectory) -> ExistingServer:
    """Take the server at `request.url`: drop what killed runs left there, and create the account of the walk.

    Raises:
        ServerError: the URL cannot be used, nothing answers there, or the account may not do what is needed.
    """
    url = _parsed(request.url or "", request.url_from)
    address = _address(url)
    shown = _shown(url, address)
    owner = _connected(address, shown, request.url_from)
    server = ExistingServer(
        flavor=flavor_of(owner),
        origin=f"{shown} from {request.url_from}",
        address=address,
        walk_address=address,
        database_prefix=run.database_prefix,
        owner=owner,
    )
    try:
        run.note_given_server()
        _hold_place(owner, run.id)
        sweep(owner)
        if not request.url_is_disposable:
            server.walk_address = _create_account(owner, address, run)
        drop_database(server, create_database(server))
    except pymysql.MySQLError as error:
        _abandon(server)
        raise _refused(error, shown, request) from error
    except BaseException:
        _abandon(server)
        raise
    return server


def keep(server: Server) -> Connection[Cursor] | None:
    """Show the server that this process uses it as well; None where it cannot be reached, as whoever uses it will see.

    The process that connected first may end before the others of its run: pytest-xdist replaces workers that crash.
    """
    with contextlib.suppress(pymysql.MySQLError):
        connection = connect(server.address)
        _hold_place(connection, _run_id(server))
        return connection
    return None


def end(url: str, run_id: str) -> None:
    """Drop what a run has on the server, whichever process of it has created that and was interrupted in doing so."""
    _end(_address(_parsed(url, "the URL of this run")), run_id)


def _end(address: Address, run_id: str) -> None:
    with contextlib.closing(connect(address)) as connection:
        _drop_run(connection, run_id)


def sweep(connection: Connection[Cursor]) -> None:
    """Drop the databases and accounts of runs no process of which holds its lock on this server.

    Only names of our own form are looked at. Locks are of one server: on a cluster whose nodes share their data, all
    runs must use the same node.
    """
    with connection.cursor() as cursor:
        cursor.execute("SHOW DATABASES LIKE 'stairway\\_%'")
        runs = {found[1] for (name,) in cursor.fetchall() if (found := _DATABASE.fullmatch(name))}
        with contextlib.suppress(pymysql.MySQLError):  # an account that may not read mysql.user sees no leftovers there
            cursor.execute("SELECT DISTINCT user FROM mysql.user WHERE user LIKE 'stairway\\_%'")
            runs |= {found[1] for (name,) in cursor.fetchall() if (found := _ACCOUNT.fullmatch(name))}
        for run_id in sorted(runs):
            held = ", ".join(f"IS_USED_LOCK('{name}')" for name in _places(run_id))
            cursor.execute(f"SELECT COALESCE({held})")
            if cursor.fetchone() == (None,):
                _drop_run(connection, run_id)


def _hold_place(connection: Connection[Cursor], run_id: str) -> None:
    """Hold a lock on the server before anything is created: it ends with this process, whatever ends it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET SESSION wait_timeout = {_IDLE_SECONDS}")
        for name in _places(run_id):
            cursor.execute("SELECT GET_LOCK(%s, 0)", (name,))
            if cursor.fetchone() == (1,):
                return


def _places(run_id: str) -> tuple[str, ...]:
    """Name the locks of a run's processes: each holds the first that is free, what comes after the last holds none."""
    return tuple(f"stairway_{run_id}_{number}" for number in range(_PROCESSES))


def _run_id(server: Server) -> str:
    return server.database_prefix.split("_")[1]


def _create_account(connection: Connection[Cursor], address: Address, run: RunDirectory) -> Address:
    user = f"stairway_{run.id}"
    password = Password(f"{secrets.token_urlsafe()}aA1-")  # the ending satisfies the policies that servers enforce
    with making(connection, run.database_prefix) as cursor:
        for host in WALK_HOSTS:
            cursor.execute(f"CREATE USER '{user}'@'{host}' IDENTIFIED BY '{password}'")
    return Address(user, password, address.host, address.port, address.socket)


def _drop_run(connection: Connection[Cursor], run_id: str) -> None:
    with making(connection, f"stairway_{run_id}_") as cursor:
        cursor.execute(f"SHOW DATABASES LIKE 'stairway\\_{run_id}\\_%'")
        for (name,) in cursor.fetchall():
            if _DATABASE.fullmatch(name):
                end_sessions(cursor, name)
                cursor.execute(f"DROP DATABASE IF EXISTS `{name}`")
        for host in WALK_HOSTS:
            with contextlib.suppress(pymysql.OperationalError):  # 1227: may not, and so has not created one
                cursor.execute(f"DROP USER IF EXISTS 'stairway_{run_id}'@'{host}'")


def _abandon(server: ExistingServer) -> None:
    with contextlib.suppress(pymysql.MySQLError):
        server.stop()


def _parsed(text: str, given_by: str) -> URL:
    """Parse the URL, of which no error shows anything: a password may stand anywhere in it."""
    hidden, write_it = ("it is not shown, as it may hold a password",), f"write it as {_EXAMPLE}"
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise ServerError(f"{given_by} is not a SQLAlchemy URL", tried=hidden, fix=(write_it,)) from None
    if url.get_backend_name() not in {"mysql", "mariadb"}:
        raise ServerError(
            f"{given_by} is not of MySQL or MariaDB",
            tried=(f"{url.get_backend_name()}: another kind of database",),
            fix=(write_it, "or leave it out: a server is then started here"),
        )
    if "@" in (url.host or ""):
        raise ServerError(f"{given_by} has more than one @", tried=hidden, fix=(_ENCODE,))
    return url


def _address(url: URL) -> Address:
    socket = url.query.get("unix_socket")
    return Address(
        user=url.username or "root",
        password=Password(url.password or ""),
        host=url.host or "localhost",
        port=url.port or 3306,
        socket=socket if isinstance(socket, str) else None,
    )


def _shown(url: URL, address: Address) -> str:
    """Return the URL without its password, its database, and what else its query may hold."""
    query = {"unix_socket": address.socket} if address.socket else {}
    bare = URL.create(url.drivername, url.username, str(url.password or "") or None, url.host, url.port, query=query)
    return bare.render_as_string(hide_password=True)


def _connected(address: Address, shown: str, given_by: str) -> Connection[Cursor]:
    try:
        return connect(address)
    except pymysql.MySQLError as error:
        answered = error.args[:1] not in {(CR_CONNECTION_ERROR,), (CR_CONN_HOST_ERROR,)}
        raise ServerError(
            f"the server given by {given_by} cannot be used",
            tried=(shown, _said(error)),
            fix=(
                (f"correct user and password in the URL; {_ENCODE}",)
                if answered
                else ("start the server, or correct host and port in the URL",)
            ),
        ) from None


def _refused(error: pymysql.MySQLError, shown: str, request: Request) -> ServerError:
    code = error.args[0] if error.args else None
    if code in _REFUSED and not request.url_is_disposable:
        return ServerError(
            f"the account in {request.url_from} may not create the databases and the account"
            " that keep migrations apart",
            tried=(shown, _said(error)),
            fix=(
                "give an account that has all privileges with GRANT OPTION,",
                "or, if every database on that server may be changed and dropped, add --stairway-url-is-disposable",
            ),
        )
    return ServerError(
        f"the server given by {request.url_from} does not let us create databases",
        tried=(shown, _said(error)),
        fix=("give an account that may create and drop databases on a server that accepts writes",),
    )


def _said(error: pymysql.MySQLError) -> str:
    return " ".join(str(part) for part in error.args) or type(error).__name__
