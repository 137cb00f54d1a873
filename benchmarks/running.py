"""What the benchmarks run: a server, a project, pytest processes, and contestants in turn."""

from __future__ import annotations

import argparse
import contextlib
import math
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import history
from pytest_stairway.flavor import Vendor
from pytest_stairway.servers import choose, local
from pytest_stairway.servers.database import sqlalchemy_url
from pytest_stairway.servers.interface import Request, UnavailableError
from pytest_stairway.servers.places import Places
from pytest_stairway.servers.rundir import RunDirectory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pytest_stairway.servers.interface import Server

LOCAL_SERVERS = {"mysqld": Vendor.MYSQL, "mariadbd": Vendor.MARIADB}

_TESTS_PER_REVISION = 2
_OTHER_TESTS = 3
_PEER_TESTS = 4


@dataclass(frozen=True, slots=True)
class Options:
    """`servers` are names as `--stairway-server` takes them; `repeat` is how often each contestant is run."""

    servers: tuple[str, ...]
    revisions: tuple[int, ...]
    repeat: int


@dataclass(frozen=True, slots=True)
class Ended:
    """A pytest process that passed: how long it took, the most memory it had at once, and the time of processors.

    The latter is with that of the processes it waited for.
    """

    seconds: float
    peak_bytes: int
    processor_seconds: float


class BenchmarkError(Exception):
    """A contestant did not do what was to be measured."""


def read_options(doc: str | None, *, revisions: tuple[int, ...] = (), servers: tuple[str, ...] = ()) -> Options:
    """Read a benchmark's command line, which has its module's docstring for help; what is given here are defaults.

    Without `servers` the default is what is installed, without `revisions` there is no such option.
    """
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", action="append", help="mysqld, mariadbd, or an image (repeatable)")
    if revisions:
        parser.add_argument("--revisions", type=int, nargs="+", default=revisions)
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    chosen = given.server or servers or installed_servers()
    return Options(tuple(chosen), tuple(given.revisions) if revisions else (), given.repeat)


def installed_servers() -> tuple[str, ...]:
    """Name the local servers that are installed; where there is none, whatever the suite would take."""
    found = []
    for name, vendor in LOCAL_SERVERS.items():
        with contextlib.suppress(UnavailableError):
            local.find((vendor,), Places())
            found.append(name)
    return tuple(found) or ("auto",)


@contextlib.contextmanager
def running_server(name: str) -> Iterator[Server]:
    run = RunDirectory.create()
    try:
        server = choose.start(Request(server=name), run)
        try:
            yield server
        finally:
            server.stop()
    finally:
        run.clean()


@contextlib.contextmanager
def project(revisions: int, tables: int | None = None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="benchmark-") as directory:
        history.write(Path(directory), revisions, tables)
        yield Path(directory)


def run_suite(directory: Path, revisions: int, server: Server, *arguments: str) -> Ended:
    """Run this suite's tests in a pytest process of their own, on a server that is ready.

    Raises:
        BenchmarkError: not every test passed.
    """
    url = f"--stairway-url={_url(server)}"
    tests = _TESTS_PER_REVISION * revisions + _OTHER_TESTS
    return _run_pytest(directory, tests, "-p", "stairway", "test_suite.py", url, *arguments)


def run_one_test(directory: Path, name: str, *arguments: str) -> Ended:
    """Run one test of this suite, which needs no server, likewise."""
    return _run_pytest(directory, 1, "-p", "stairway", "test_suite.py", "-k", name, *arguments)


def run_peer(directory: Path, server: Server, pool: str) -> Ended:
    """Run pytest-alembic's four tests likewise; its engine has the pool of SQLAlchemy's that is named."""
    plugin = ("-p", "pytest_alembic")
    return _run_pytest(directory, _PEER_TESTS, *plugin, "test_peer.py", SERVER_URL=_url(server), POOL=pool)


def take_turns(
    contestants: Mapping[str, Callable[[], float]], repeat: int, most_seconds: float = math.inf
) -> dict[str, list[float]]:
    """Run each in turn, `repeat` times in all, and give their seconds.

    One whose runs have taken `most_seconds` together is not run again.
    """
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(repeat):
        for name, run in contestants.items():
            if sum(seconds[name]) < most_seconds:
                seconds[name].append(run())
                told(f"  {name}: {seconds[name][-1]:.2f} s")
    return seconds


def told(line: str) -> None:
    """Show what is being done, beside the output."""
    print(line, file=sys.stderr, flush=True)


def _url(server: Server) -> str:
    return sqlalchemy_url(server.address, None).render_as_string(hide_password=False)


def _run_pytest(directory: Path, tests: int, *arguments: str, **variables: str) -> Ended:
    """Run pytest with no plugin but those in the arguments, and with byte code, as installed packages have."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir=.", *arguments]
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""} | variables
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        process = subprocess.Popen(command, cwd=directory, env=environment, stdout=output, stderr=output)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        said = output.read().decode(errors="replace")
    if process.returncode != 0 or f"{tests} passed" not in said:
        raise BenchmarkError(f"{' '.join(command)} did not pass {tests} tests:\n{said}")
    peak_bytes = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return Ended(seconds, peak_bytes, usage.ru_utime + usage.ru_stime)
