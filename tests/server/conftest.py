"""The servers at hand, each started once per session when a test first asks for it."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

import psutil
import pytest
import sqlalchemy

from pytest_stairway.checks import all_checks
from pytest_stairway.checks.interface import Subject
from pytest_stairway.findings import Finding, Stage
from pytest_stairway.flavor import Vendor
from pytest_stairway.history.project import find_project
from pytest_stairway.history.revisions import read_history
from pytest_stairway.load_settings import load_settings
from pytest_stairway.project_waivers import ProjectWaivers
from pytest_stairway.servers import choose, container, engine, local
from pytest_stairway.servers.database import create_database, drop_database
from pytest_stairway.servers.interface import Request, UnavailableError
from pytest_stairway.servers.places import Places
from pytest_stairway.servers.rundir import RunDirectory
from pytest_stairway.walk.environment import Environment
from pytest_stairway.walk.stairway import walk
from tests.server.walked_projects import Production, running_production

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import ModuleType

    from pytest_stairway.findings import Skip
    from pytest_stairway.history.revisions import History
    from pytest_stairway.servers.interface import Server
    from pytest_stairway.settings import Settings
    from pytest_stairway.walk.record import Record

    Judge = Callable[[Path], list[Finding | Skip]]

IMAGE = os.environ.get("STAIRWAY_TEST_IMAGE", "mysql:9.7")
VENDOR_OF_IMAGE = "mariadb" if "mariadb" in IMAGE else "mysql"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what uses `server` or `kind` on every kind of server at hand; none is an error and never a silent skip.

    STAIRWAY_TEST_VENDOR, mysql or mariadb, leaves the other one out.
    A module that sets ONE_OF_EACH_VENDOR has nothing to learn from a second MySQL, and one that sets ONE_SERVER nothing
    from a second server of whatever kind.
    """
    kinds = metafunc.config.stash.setdefault(KINDS, None) or _kinds_at_hand()
    metafunc.config.stash[KINDS] = kinds
    if not kinds:
        pytest.exit(f"no server to test on: docker pull {IMAGE}, or install mariadb-server-core", returncode=3)
    if getattr(metafunc.module, "ONE_OF_EACH_VENDOR", False):
        last_of_vendor = {name.partition("-")[0]: name for name in kinds}
        kinds = {name: kinds[name] for name in last_of_vendor.values()}
    if getattr(metafunc.module, "ONE_SERVER", False):
        kinds = dict([*kinds.items()][-1:])
    for fixture in {"server", "kind"} & set(metafunc.fixturenames):
        metafunc.parametrize(fixture, kinds.values(), ids=kinds.keys(), indirect=True, scope="session")


KINDS = pytest.StashKey[dict[str, Request] | None]()


def _kinds_at_hand() -> dict[str, Request]:
    kinds = {
        f"{VENDOR_OF_IMAGE}-docker": Request(server=IMAGE),
        "mysql-local": Request(server="mysqld"),
        "mariadb-local": Request(server="mariadbd"),
    }
    asked = os.environ.get("STAIRWAY_TEST_VENDOR", "")
    return {name: request for name, request in kinds.items() if name.startswith(asked) and _is_at_hand(request)}


def _is_at_hand(request: Request) -> bool:
    if request.server == IMAGE:
        with contextlib.suppress(UnavailableError), engine.engine() as client:
            return IMAGE in {tag for image in client.images.list() for tag in image.tags}
        return False
    try:
        local.find((Vendor.MYSQL if request.server == "mysqld" else Vendor.MARIADB,), places())
    except UnavailableError:
        return False
    return True


@pytest.fixture(autouse=True)
def _no_models_left() -> Iterator[None]:
    """Leave no project's modules imported: every project calls its own so, the reference application as well."""
    before = forget_models()
    yield
    forget_models()
    sys.modules.update(before)


def forget_models() -> dict[str, ModuleType]:
    """Forget the modules of projects, and return them."""
    names = [name for name in sys.modules if name.partition(".")[0] in {"models", "shop"}]
    return {name: sys.modules.pop(name) for name in names}


@pytest.fixture(scope="session")
def left_by() -> Callable[[Path, Path], tuple[bool, bool, int, int]]:
    """Say what is there of a run and of its server's directory: each directory, how many processes and containers."""

    def look(run: Path, directory: Path) -> tuple[bool, bool, int, int]:
        command_lines = [process.info["cmdline"] or () for process in psutil.process_iter(["cmdline"])]
        processes = sum(any(str(directory) in argument for argument in arguments) for arguments in command_lines)
        containers = []
        with contextlib.suppress(UnavailableError), engine.engine() as client:
            containers = client.containers.list(all=True, filters={"label": f"{container.LABEL}={run.name}"})
        return run.exists(), directory.exists(), processes, len(containers)

    return look


def places() -> Places:
    """Add STAIRWAY_TEST_MYSQLD, the path of a mysqld, to where local servers are looked for."""
    mysqld = os.environ.get("STAIRWAY_TEST_MYSQLD")
    return Places(directories=(os.path.dirname(mysqld), *Places().directories)) if mysqld else Places()  # noqa: PTH120


@pytest.fixture(scope="session")
def kind(request: pytest.FixtureRequest) -> Request:
    """Ask for one kind of server at hand."""
    asked: Request = request.param
    return asked


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run one server of each kind at hand."""
    run = RunDirectory.create(tmp_path_factory.mktemp("runs", numbered=True))
    try:
        started = choose.start(request.param, run, places())
        yield started
        started.stop()
    finally:
        run.clean()


@pytest.fixture
def database(server: Server) -> Iterator[str]:
    """Create an empty database, named so, that is dropped afterwards."""
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
    """Own a run that is cleaned whatever happens."""
    directory = RunDirectory.create(tmp_path / "runs")
    yield directory
    directory.clean()


@pytest.fixture(name="places", scope="session")
def server_places() -> Places:
    return places()


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory, places: Places) -> Iterator[Production]:
    """Give the application's own server, which no walk may reach."""
    run = RunDirectory.create(tmp_path_factory.mktemp("production"))
    try:
        with running_production(run, places) as running:
            yield running
    finally:
        run.clean()


@pytest.fixture
def judge(server: Server) -> Iterator[Judge]:
    """Give a function that walks a project on the server and returns all that the checks say."""

    def judge(project: Path) -> list[Finding | Skip]:
        if project.name == "odd_names" and sqlalchemy.__version__ < "2":
            pytest.skip("SQLAlchemy 1.4 leaves a % in the values of an ENUM single: PyMySQL takes it for a parameter")
        settings = load_settings(project, {})
        history = read_history(find_project(project, settings))
        from_files = outcomes(history, settings, None, project)
        if any(outcome.stage is Stage.HISTORY for outcome in from_files):
            return from_files
        record = walk(Environment(history.project, settings, server), history)
        found = from_files + outcomes(history, settings, record, project)
        waivers = ProjectWaivers.read(history, settings, project)
        of_waivers = waivers.findings(Subject(history, settings, record, project), found)
        return [*(each for each in found if not is_waived(each, waivers)), *of_waivers]

    of_the_repository = sys.modules.pop("models", None)
    yield judge
    # Every project calls its models so: the next one is to import its own.
    sys.modules.pop("models", None)
    if of_the_repository is not None:
        sys.modules["models"] = of_the_repository


def is_waived(outcome: Finding | Skip, waivers: ProjectWaivers) -> bool:
    return isinstance(outcome, Finding) and waivers.because(outcome) is not None


def outcomes(history: History, settings: Settings, record: Record | None, root: Path) -> list[Finding | Skip]:
    subject = Subject(history, settings, record, root)
    checks = [check for check in all_checks() if check.needs_walk == (record is not None)]
    return [outcome for check in checks for outcome in check.run(subject)]
