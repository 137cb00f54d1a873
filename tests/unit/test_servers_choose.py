"""What is said when no server can be had, and when what was asked for does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_stairway.errors import ServerError
from pytest_stairway.servers import choose
from pytest_stairway.servers.interface import Request
from pytest_stairway.servers.places import Places
from pytest_stairway.servers.rundir import RunDirectory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOWHERE = Places(path="", directories=("/nowhere/bin", "/nowhere/sbin"))


@pytest.fixture
def run(tmp_path: Path) -> Iterator[RunDirectory]:
    directory = RunDirectory.create(tmp_path / "runs")
    yield directory
    directory.clean()


@pytest.fixture(autouse=True)
def no_docker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")


def error(request: Request, run: RunDirectory, places: Places = NOWHERE) -> str:
    with pytest.raises(ServerError) as caught:
        choose.start(request, run, places)
    return str(caught.value)


def test_no_server_at_all(run: RunDirectory) -> None:
    assert error(Request(), run) == (
        "stairway: no MySQL or MariaDB server to run migrations on\n"
        "  tried   --stairway-url: not given\n"
        "          Docker: no engine answers at unix:///nowhere/docker.sock\n"
        "          mysqld, mariadbd: not on PATH, /nowhere/bin or /nowhere/sbin\n"
        "  fix     start Docker, or install one (apt-get install mariadb-server-core), "
        "or pass --stairway-url mysql+pymysql://root@127.0.0.1/"
    )


def test_where_ci_is_set_another_vendor_takes_nobodys_place(run: RunDirectory, tmp_path: Path) -> None:
    binary = tmp_path / "mysqld"
    binary.write_text("#!/bin/sh\necho 'mysqld  Ver 10.11.19-MariaDB for Linux on x86_64'\n", encoding="utf-8")
    binary.chmod(0o755)
    assert error(Request(ci=True), run, Places(path=str(tmp_path), directories=())) == (
        "stairway: no MySQL server to run migrations on, and where CI is set no other vendor takes its place\n"
        "  tried   --stairway-url: not given\n"
        "          Docker: no engine answers at unix:///nowhere/docker.sock\n"
        f"          mysqld: {binary} is MariaDB 10.11.19\n"
        "  fix     start Docker, or install MySQL's server (mysqld), or pass --stairway-url mysql+pymysql://root@127.0.0.1/\n"
        '          or allow another in [tool.stairway]: server = "local", or an image such as image = "mariadb:11.4"'
    )


def test_docker_is_asked_for_and_no_engine_answers(run: RunDirectory) -> None:
    assert error(Request(server="mysql:8.4"), run) == (
        'stairway: server = "mysql:8.4" is asked for, and Docker does not provide it\n'
        "  tried   Docker: no engine answers at unix:///nowhere/docker.sock\n"
        "  fix     start Docker, or set DOCKER_HOST to where it answers\n"
        '          or set server = "local" to use an installed one\n'
        "          or pass --stairway-url mysql+pymysql://root@127.0.0.1/"
    )


def test_a_local_server_is_asked_for_and_there_is_none(run: RunDirectory) -> None:
    assert error(Request(server="local"), run) == (
        'stairway: server = "local" is asked for, and there is none\n'
        "  tried   mysqld, mariadbd: not on PATH, /nowhere/bin or /nowhere/sbin\n"
        "  fix     install one (apt-get install mariadb-server-core) and put it on PATH\n"
        '          or let Docker start one: server = "docker", or an image such as server = "mysql:8.4"\n'
        "          or pass --stairway-url mysql+pymysql://root@127.0.0.1/"
    )


def test_a_binary_that_does_not_say_its_version_is_named(run: RunDirectory, tmp_path: Path) -> None:
    binary = tmp_path / "mysqld"
    binary.write_text("#!/bin/sh\necho 'error while loading shared libraries' >&2\nexit 127\n", encoding="utf-8")
    binary.chmod(0o755)
    assert f"  tried   mysqld: {binary} --version says 'error while loading shared libraries'\n" in error(
        Request(server="mysqld"), run, Places(path=str(tmp_path), directories=())
    )


def test_a_misspelt_kind_is_told_what_there_is(run: RunDirectory) -> None:
    assert error(Request(server="locl"), run) == (
        'stairway: "locl" is neither a kind of server nor an image of MySQL or MariaDB\n'
        '  tried   server = "locl", image = "mysql:8.4"\n'
        '  fix     write "auto", "local", "mysqld", "mariadbd", "docker", or an image such as "mysql:8.4"'
    )


def test_a_url_that_is_none_is_not_shown(run: RunDirectory) -> None:
    said = error(Request(url="root:hush@127.0.0.1"), run)
    assert said == (
        "stairway: --stairway-url is not a SQLAlchemy URL\n"
        "  tried   it is not shown, as it may hold a password\n"
        "  fix     write it as mysql+pymysql://user:***@127.0.0.1:3306/, *** being the password"
    )


def test_a_url_of_another_kind_of_database(run: RunDirectory) -> None:
    assert error(Request(url="postgresql://root:hush@127.0.0.1/x"), run) == (
        "stairway: --stairway-url is not of MySQL or MariaDB\n"
        "  tried   postgresql: another kind of database\n"
        "  fix     write it as mysql+pymysql://user:***@127.0.0.1:3306/, *** being the password\n"
        "          or leave it out: a server is then started here"
    )


def test_a_url_with_an_at_sign_in_the_password_is_not_shown(run: RunDirectory) -> None:
    assert error(Request(url="mysql://root:hu@sh@127.0.0.1/", url_from="url in pyproject.toml"), run) == (
        "stairway: url in pyproject.toml has more than one @\n"
        "  tried   it is not shown, as it may hold a password\n"
        "  fix     write %40 for @, %3A for :, %2F for / and %25 for % in the user and the password"
    )


def test_nothing_answers_at_the_url(run: RunDirectory) -> None:
    said = error(Request(url="mysql+pymysql://root:hush@/x?unix_socket=/nowhere/mysqld.sock&password=hush"), run)
    assert said == (
        "stairway: the server given by --stairway-url cannot be used\n"
        "  tried   mysql+pymysql://root:***@?unix_socket=%2Fnowhere%2Fmysqld.sock\n"
        "          2002 No such file or directory at /nowhere/mysqld.sock\n"
        "  fix     start the server, or correct host and port in the URL"
    )
    assert "hush" not in said


def test_a_request_does_not_show_the_password_of_its_url() -> None:
    assert "hush" not in repr(Request(url="mysql+pymysql://root:hush@127.0.0.1/"))
