"""The servers at hand, each started once per session when a test first asks for it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pytest_stairway.flavor import Vendor
from pytest_stairway.servers import choose, container, local
from pytest_stairway.servers.database import create_database, drop_database
from pytest_stairway.servers.interface import Request, UnavailableError
from pytest_stairway.servers.places import Places
from pytest_stairway.servers.rundir import RunDirectory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytest_stairway.servers.interface import Server

IMAGE = os.environ.get("STAIRWAY_TEST_IMAGE", "mysql:9.7")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what uses `server` or `kind` on every kind of server at hand; none is an error and never a silent skip."""
    kinds = metafunc.config.stash.setdefault(KINDS, None) or _kinds_at_hand()
    metafunc.config.stash[KINDS] = kinds
    if not kinds:
        pytest.exit("no server to test on: start Docker with mysql:9.7, or install mariadb-server-core", returncode=3)
    for fixture in {"server", "kind"} & set(metafunc.fixturenames):
        metafunc.parametrize(fixture, kinds.values(), ids=kinds.keys(), indirect=True, scope="session")


KINDS = pytest.StashKey[dict[str, Request] | None]()


def _kinds_at_hand() -> dict[str, Request]:
    kinds = {
        "mysql-docker": Request(server=IMAGE),
        "mysql-local": Request(server="mysqld"),
        "mariadb-local": Request(server="mariadbd"),
    }
    return {name: request for name, request in kinds.items() if _is_at_hand(request)}


def _is_at_hand(request: Request) -> bool:
    try:
        if request.server == IMAGE:
            container.find(IMAGE)
        else:
            local.find((Vendor.MYSQL if request.server == "mysqld" else Vendor.MARIADB,), places())
    except UnavailableError:
        return False
    return True


def places() -> Places:
    """Add STAIRWAY_TEST_MYSQLD, the path of a mysqld, to where local servers are looked for."""
    mysqld = os.environ.get("STAIRWAY_TEST_MYSQLD")
    return Places(directories=(os.path.dirname(mysqld), *Places().directories)) if mysqld else Places()  # noqa: PTH120


@pytest.fixture(scope="session")
def kind(request: pytest.FixtureRequest) -> Request:
    """Ask for one kind of server at hand."""
    return request.param


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running server of each kind at hand."""
    run = RunDirectory.create(tmp_path_factory.mktemp("runs", numbered=True))
    try:
        started = choose.start(request.param, run, places())
        yield started
        started.stop()
    finally:
        run.clean()


@pytest.fixture
def database(server: Server) -> Iterator[str]:
    """The name of an empty database that is dropped afterwards."""
    name = create_database(server)
    yield name
    drop_database(server, name)


@pytest.fixture
def start(run: RunDirectory) -> Iterator[Callable[[Request], Server]]:
    """Start a server for one test, of the test's own run; what the test does not stop is stopped after it."""
    started: list[Server] = []

    def start(request: Request) -> Server:
        started.append(choose.start(request, run, places()))
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def run(tmp_path: Path) -> Iterator[RunDirectory]:
    """A run of our own, cleaned whatever happens."""
    directory = RunDirectory.create(tmp_path / "runs")
    yield directory
    directory.clean()


@pytest.fixture(name="places")
def server_places() -> Places:
    return places()
