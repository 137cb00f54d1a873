"""A server given by URL, played by a local one of ours."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pymysql
import pytest

from pytest_stairway.errors import ServerError
from pytest_stairway.servers import choose, existing
from pytest_stairway.servers.database import connect, create_database, sqlalchemy_url
from pytest_stairway.servers.interface import Address, Request, Server
from pytest_stairway.servers.rundir import RunDirectory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Start = Callable[[Request], Server]


@pytest.fixture
def url(server: Server) -> str:
    return sqlalchemy_url(server.address, None).render_as_string(hide_password=False)


@pytest.fixture
def account(server: Server) -> Iterator[Callable[[str], str]]:
    """Create an account with these rights on the server, and return a URL with it."""

    def create(rights: str) -> str:
        execute(server.address, "CREATE USER 'limited'@'%' IDENTIFIED BY 'hush-5-Hush'", rights)
        address = Address("limited", "hush-5-Hush", server.address.host, server.address.port, server.address.socket)
        return sqlalchemy_url(address, None).render_as_string(hide_password=False)

    yield create
    execute(server.address, "DROP USER IF EXISTS 'limited'@'%'")


def execute(address: Address, *statements: str) -> list[tuple[object, ...]]:
    with contextlib.closing(connect(address)) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return list(cursor.fetchall())


def ours(address: Address, run_id: str) -> tuple[list[object], list[object]]:
    """Return the databases and the accounts of a run."""
    databases = execute(address, f"SHOW DATABASES LIKE 'stairway\\_{run_id}\\_%'")
    accounts = execute(address, "SELECT user, host FROM mysql.user ORDER BY host")
    return [name for (name,) in databases], [host for user, host in accounts if user == f"stairway_{run_id}"]


def test_databases_and_account_are_there_until_the_stop(
    url: str, server: Server, run: RunDirectory, start: Start
) -> None:
    given = start(Request(url=url))
    name = create_database(given)
    during = ours(server.address, run.id)
    given.stop()
    given.stop()
    assert re.fullmatch(rf"stairway_{run.id}_[0-9a-f]{{8}}", name)
    assert during == ([name], ["%", "localhost"])
    assert ours(server.address, run.id) == ([], [])


def test_the_origin_does_not_show_the_password(url: str, server: Server, start: Start) -> None:
    given = start(Request(url=url))
    assert given.flavor == server.flavor
    assert given.origin.endswith(" from --stairway-url")
    assert not server.address.password or server.address.password not in given.origin + repr(given)


def test_the_walks_account_reaches_its_own_databases_only(url: str, database: str, start: Start) -> None:
    given = start(Request(url=url))
    name = create_database(given)
    execute(given.walk_address, f"CREATE TABLE {name}.t (a INT)", f"DROP DATABASE {name}", f"CREATE DATABASE {name}")
    for elsewhere in (database, "mysql", name.replace("_", "x", 1)):
        with pytest.raises(pymysql.Error) as caught:
            execute(given.walk_address, f"CREATE TABLE {elsewhere}.t (a INT)")
        assert caught.value.args[0] in {1044, 1142}
    with pytest.raises(pymysql.Error, match="denied"):
        execute(given.walk_address, f"USE {database}")


def test_the_walks_account_is_restricted_under_partial_revokes_as_well(
    url: str, database: str, server: Server, start: Start
) -> None:
    if server.flavor.is_mariadb:
        pytest.skip("MariaDB has no partial_revokes")
    execute(server.address, "SET GLOBAL partial_revokes = ON")
    try:
        given = start(Request(url=url))
        name = create_database(given)
        execute(given.walk_address, f"CREATE TABLE {name}.t (a INT)")
        with pytest.raises(pymysql.Error, match="denied"):
            execute(given.walk_address, f"USE {database}")
    finally:
        execute(server.address, "SET GLOBAL partial_revokes = OFF")


def test_an_account_that_may_not_create_accounts_is_refused(
    account: Callable[[str], str], server: Server, run: RunDirectory, start: Start
) -> None:
    url = account(r"GRANT ALL ON `stairway\_%`.* TO 'limited'@'%'")
    with pytest.raises(ServerError) as caught:
        start(Request(url=url))
    assert caught.value.what == (
        "the account in --stairway-url may not create the databases and the account that keep migrations apart"
    )
    assert caught.value.tried[1].startswith("1227 Access denied; you need")
    assert caught.value.fix == (
        "give an account that has all privileges with GRANT OPTION,",
        "or, if every database on that server may be changed and dropped, add --stairway-url-is-disposable",
    )
    assert "hush" not in str(caught.value)
    assert ours(server.address, run.id) == ([], [])


def test_a_disposable_server_is_walked_with_the_account_given(
    account: Callable[[str], str], server: Server, run: RunDirectory, start: Start
) -> None:
    given = start(Request(url=account(r"GRANT ALL ON `stairway\_%`.* TO 'limited'@'%'"), url_is_disposable=True))
    name = create_database(given)
    assert given.walk_address == given.address
    assert ours(server.address, run.id) == ([name], [])
    given.stop()
    assert ours(server.address, run.id) == ([], [])


def test_an_account_that_may_not_create_databases_is_refused_on_a_disposable_server_too(
    account: Callable[[str], str], start: Start
) -> None:
    with pytest.raises(ServerError) as caught:
        start(Request(url=account("GRANT SELECT ON *.* TO 'limited'@'%'"), url_is_disposable=True))
    assert caught.value.what == "the server given by --stairway-url does not let us create databases"
    assert caught.value.tried[1].startswith("1044 Access denied for user 'limited'@")


def test_a_wrong_password_is_not_shown(account: Callable[[str], str], start: Start) -> None:
    url = account("DO 0").replace("hush-5-Hush", "mistyped")
    with pytest.raises(ServerError) as caught:
        start(Request(url=url))
    assert caught.value.what == "the server given by --stairway-url cannot be used"
    assert caught.value.tried[1].startswith("1045 Access denied for user 'limited'@")
    assert "mistyped" not in str(caught.value) + repr(caught.value.__cause__)


# Takes a server by URL, creates a database there, and is killed before it can drop anything.
KILLED = """
import os, signal, sys
from pathlib import Path
from pytest_stairway.servers import choose, existing
from pytest_stairway.servers.database import create_database
from pytest_stairway.servers.interface import Request
from pytest_stairway.servers.rundir import RunDirectory

run = RunDirectory.create(Path(sys.argv[1]))
create_database(choose.start(Request(url=sys.argv[2]), run))
print(run.id, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_run_left_on_the_server_is_dropped_by_the_next(
    url: str, server: Server, tmp_path: Path, start: Start
) -> None:
    execute(server.address, "CREATE DATABASE IF NOT EXISTS stairway_of_somebody")
    command = [sys.executable, "-c", KILLED, str(tmp_path / "killed"), url]
    killed = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603 - our own script
    left = ours(server.address, killed.stdout.strip())
    start(Request(url=url))
    assert (len(left[0]), left[1]) == (1, ["%", "localhost"])
    assert ours(server.address, killed.stdout.strip()) == ([], [])
    assert execute(server.address, "SHOW DATABASES LIKE 'stairway_of_somebody'") == [("stairway_of_somebody",)]
    execute(server.address, "DROP DATABASE stairway_of_somebody")


def test_another_living_runs_databases_stay(url: str, server: Server, tmp_path: Path, start: Start) -> None:
    other_run = RunDirectory.create(tmp_path / "other")
    other = choose.start(Request(url=url), other_run)
    try:
        name = create_database(other)
        start(Request(url=url))
        assert ours(server.address, other_run.id) == ([name], ["%", "localhost"])
    finally:
        other.stop()
        other_run.clean()


def test_a_run_lives_as_long_as_one_of_its_processes(
    url: str, server: Server, run: RunDirectory, tmp_path: Path, start: Start
) -> None:
    first = start(Request(url=url))
    assert isinstance(first, existing.ExistingServer)
    assert first.owner is not None
    name = create_database(first)
    second = existing.keep(first)
    assert second is not None
    first.owner.close()
    other = RunDirectory.create(tmp_path / "other")
    choose.start(Request(url=url), other).stop()
    with_one = ours(server.address, run.id)
    second.close()
    choose.start(Request(url=url), other).stop()
    other.clean()
    first.owner = None
    assert with_one == ([name], ["%", "localhost"])
    assert ours(server.address, run.id) == ([], [])
