"""Nothing is left behind: no process, no container, no directory, whatever ends the run and whenever it does."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import docker
import psutil
import pytest

from pytest_stairway.flavor import Vendor
from pytest_stairway.servers import choose, container, engine, local
from pytest_stairway.servers.database import connect, sqlalchemy_url
from pytest_stairway.servers.interface import Request, UnavailableError
from pytest_stairway.servers.places import Places
from pytest_stairway.servers.rundir import RunDirectory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Project, Run

TMPFS = Path("/dev/shm")  # noqa: S108 - where servers are put on Linux
IMAGE = os.environ.get("STAIRWAY_TEST_IMAGE", "mysql:9.7")
SECONDS = 60

SLEEPS = 'import time\nPath("reached").touch()\ntime.sleep(60)'
WAITS_FOR_THE_SERVER = 'Path("reached").touch()\nop.execute("SELECT SLEEP(60)")'
ENDS_SLOWLY = """
import pathlib
import time

from pytest_stairway.servers.rundir import RunDirectory

clean = RunDirectory.clean

def slow(self):
    pathlib.Path("reached").touch()
    time.sleep(0.5)
    clean(self)

RunDirectory.clean = slow
"""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "kind" in metafunc.fixturenames:
        metafunc.parametrize("kind", list(kinds_at_hand()))


def kinds_at_hand() -> Iterator[str]:
    for vendor, name in ((Vendor.MARIADB, "mariadbd"), (Vendor.MYSQL, "mysqld")):
        with contextlib.suppress(UnavailableError):
            local.find((vendor,), Places())
            yield name
    with contextlib.suppress(UnavailableError, docker.errors.ImageNotFound), engine.engine() as client:
        client.images.get(IMAGE)
        yield IMAGE


@dataclass
class Running:
    """A pytest of its own; `id` is that of its run directory."""

    process: subprocess.Popen[bytes]
    project: Path
    temporary: Path
    id: str = ""

    def wait_until(self, moment: Callable[[], bool]) -> None:
        end = time.monotonic() + SECONDS
        while not moment():
            assert self.process.poll() is None, self.output()
            assert time.monotonic() < end, self.output()
            time.sleep(0.005)
        (run,) = self.runs()
        self.id = run.name

    def runs(self) -> list[Path]:
        return list(self.temporary.glob("pytest-stairway-*/????????"))

    def makes_server(self) -> bool:
        """Tell whether there is a directory for a server, which is then about to be started."""
        return any(self.directories_of(run.name) for run in self.runs())

    def reached(self) -> bool:
        return (self.project / "reached").exists()

    def output(self) -> str:
        return (self.temporary / "output").read_text()

    def directories_of(self, run: str) -> list[Path]:
        return [*TMPFS.glob(f"*{run}*"), *self.temporary.rglob(f"*-{run}-*")]

    def left(self) -> list[object]:
        """Find what there is of the run, of its workers and of its server."""
        running = [process.pid for process in psutil.process_iter() if self._is_ours(process)]
        return [*running, *containers_of(self.id), *self.directories_of(self.id), *self.runs()]

    def _is_ours(self, process: psutil.Process) -> bool:
        with contextlib.suppress(psutil.Error):
            marks = (*process.cmdline(), process.environ().get("TMPDIR", ""))
            return process.pid != os.getpid() and any(self.id in mark or mark == str(self.temporary) for mark in marks)
        return False


def containers_of(run: str) -> list[object]:
    with contextlib.suppress(UnavailableError), engine.engine() as client:
        return list(client.containers.list(all=True, filters={"label": f"{container.LABEL}={run}"}))
    return []


@pytest.fixture
def begin(project: Project, temporary: Path) -> Iterator[Callable[..., Running]]:
    """Give a function that starts pytest on the project and does not wait for it."""
    begun: list[Running] = []

    def begin(kind: str, *arguments: str) -> Running:
        with (temporary / "output").open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 - pytest itself
                [sys.executable, "-m", "pytest", f"--stairway-server={kind}", *arguments],
                cwd=project.root,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        begun.append(Running(process, project.root, temporary))
        return begun[-1]

    yield begin
    for running in begun:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.process.pid, signal.SIGKILL)
        running.process.wait()
        for run in running.runs():
            RunDirectory(run).clean()


SIGNALS = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)


@SIGNALS
def test_interrupted_when_the_header_starts_the_server(
    begin: Callable[..., Running], kind: str, number: signal.Signals
) -> None:
    running = begin(kind)
    running.wait_until(running.makes_server)
    running.process.send_signal(number)
    assert (running.process.wait(), running.left()) == (pytest.ExitCode.INTERRUPTED, [])


@SIGNALS
def test_interrupted_when_a_test_starts_the_server(
    begin: Callable[..., Running], server: str, number: signal.Signals
) -> None:
    running = begin(server, "-q")
    running.wait_until(running.makes_server)
    running.process.send_signal(number)
    assert (running.process.wait(), running.left()) == (pytest.ExitCode.INTERRUPTED, [])


@SIGNALS
def test_interrupted_in_the_walk(
    project: Project, begin: Callable[..., Running], kind: str, number: signal.Signals
) -> None:
    project.add("0003", "sleep", SLEEPS)
    running = begin(kind)
    running.wait_until(running.reached)
    running.process.send_signal(number)
    assert (running.process.wait(), running.left()) == (pytest.ExitCode.INTERRUPTED, [])
    assert "2 passed, 1 skipped" in running.output()
    assert "upgrade-fails" not in running.output()


@SIGNALS
def test_interrupted_while_the_server_works(
    project: Project, begin: Callable[..., Running], server: str, number: signal.Signals
) -> None:
    project.add("0003", "sleep", WAITS_FOR_THE_SERVER)
    running = begin(server)
    running.wait_until(running.reached)
    running.process.send_signal(number)
    assert (running.process.wait(), running.left()) == (pytest.ExitCode.INTERRUPTED, [])
    assert "upgrade-fails" not in running.output()


@SIGNALS
def test_interrupted_while_env_py_runs_in_a_thread(
    project: Project, begin: Callable[..., Running], server: str, number: signal.Signals
) -> None:
    env = project.root / "migrations/env.py"
    project.write("migrations/env.py", f"import asyncio\n{env.read_text()}")
    project.add("0003", "sleep", SLEEPS)
    running = begin(server)
    running.wait_until(running.reached)
    running.process.send_signal(number)
    assert (running.process.wait(), running.left()) == (pytest.ExitCode.INTERRUPTED, [])


@SIGNALS
def test_interrupted_at_the_end(
    project: Project, begin: Callable[..., Running], server: str, number: signal.Signals
) -> None:
    project.write("conftest.py", ENDS_SLOWLY)
    running = begin(server)
    running.wait_until(running.reached)
    running.process.send_signal(number)
    assert (running.process.wait(), running.left()) == (128 + number, [])
    assert "Traceback" not in running.output()


@pytest.mark.parametrize(
    ("send", "number"),
    [(os.killpg, signal.SIGINT), (os.kill, signal.SIGTERM)],
    ids=["Ctrl-C at the terminal", "SIGTERM to the controller"],
)
def test_interrupted_in_the_walk_of_a_worker(
    project: Project,
    begin: Callable[..., Running],
    server: str,
    send: Callable[[int, int], None],
    number: signal.Signals,
) -> None:
    project.add("0003", "sleep", SLEEPS)
    running = begin(server, "-n", "2")
    running.wait_until(running.reached)
    send(running.process.pid, number)
    assert (running.process.wait(), running.left()) == (pytest.ExitCode.INTERRUPTED, [])


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ((), pytest.ExitCode.TESTS_FAILED),
        (("-x", "-n", "2"), pytest.ExitCode.INTERRUPTED),
        (("-k", "0001"), pytest.ExitCode.OK),
    ],
    ids=["failure", "first failure of a worker", "success"],
)
def test_ended_by_itself(
    project: Project, begin: Callable[..., Running], server: str, arguments: tuple[str, ...], status: pytest.ExitCode
) -> None:
    project.add("0003", "fail", "op.execute('nonsense')")
    project.write("conftest.py", "from pathlib import Path\ndef pytest_sessionfinish(): Path('reached').touch()\n")
    running = begin(server, *arguments)
    running.wait_until(running.reached)
    assert (running.process.wait(), running.left()) == (status, [])


def test_what_a_killed_run_left_is_ended_by_the_next(
    project: Project, begin: Callable[..., Running], run: Run, kind: str
) -> None:
    project.add("0003", "sleep", SLEEPS)
    running = begin(kind)
    running.wait_until(running.reached)
    running.process.kill()
    running.process.wait()
    assert running.left() != []
    run("-k", "single_head", "--stairway-server=no-such-kind").assert_outcomes(passed=1, deselected=9)
    assert running.left() != []  # what needs no server looks at no leftovers
    run("-k", "models", "--stairway-server=no-such-kind").assert_outcomes(failed=1, deselected=9)
    assert running.left() == []


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "workers"])
def test_nothing_is_left_on_a_server_given_by_url(
    project: Project, run: Run, server: str, temporary: Path, workers: tuple[str, ...]
) -> None:
    project.write("test_mine.py", "def test_mine(stairway_at): stairway_at('heads')\n")
    directory = RunDirectory.create(temporary / "the server's")
    try:
        given = choose.start(Request(server=server), directory)
        url = sqlalchemy_url(given.address, None).render_as_string(hide_password=False)
        run(f"--stairway-url={url}", *workers).assert_outcomes(passed=8, skipped=1)
        with contextlib.closing(connect(given.address)) as connection, connection.cursor() as cursor:
            cursor.execute("SHOW DATABASES LIKE 'stairway%'")
            assert cursor.fetchall() == ()
            cursor.execute("SELECT user FROM mysql.user WHERE user LIKE 'stairway%'")
            assert cursor.fetchall() == ()
        given.stop()
    finally:
        directory.clean()
