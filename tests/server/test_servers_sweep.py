"""What a killed run left is ended by the next one; what a living run has is not touched."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_stairway.servers.rundir import RunDirectory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_stairway.servers.interface import Request
    from pytest_stairway.servers.places import Places

    LeftBy = Callable[[Path, Path], tuple[bool, bool, int, int]]

# Starts a server as a run of its own, says where it is, and waits to be killed.
OWNER = """
import sys
from pathlib import Path
from pytest_stairway.servers import choose
from pytest_stairway.servers.interface import Request
from pytest_stairway.servers.places import Places
from pytest_stairway.servers.rundir import RunDirectory

run = RunDirectory.create(Path(sys.argv[1]))
server = choose.start(Request(server=sys.argv[2]), run, Places(directories=tuple(sys.argv[3].split(":"))))
print(run.path, server.directory, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def owner(kind: Request, places: Places, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Path, Path]]:
    """Start a process that runs a server; give its run directory and the server's own directory as well."""
    command = [sys.executable, "-c", OWNER, str(tmp_path / "runs"), kind.server, ":".join(places.directories)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own script
        assert process.stdout is not None
        run, directory = process.stdout.readline().split()
        yield process, Path(run), Path(directory)
        process.kill()
    RunDirectory.create(tmp_path / "runs").sweep()


def test_the_server_of_a_killed_run_is_ended_by_the_next(
    owner: tuple[subprocess.Popen[str], Path, Path], left_by: LeftBy, tmp_path: Path
) -> None:
    process, run, directory = owner
    process.send_signal(signal.SIGKILL)
    process.wait()
    survived = left_by(run, directory)
    following = RunDirectory.create(tmp_path / "runs")
    following.sweep()
    following.clean()
    assert sum(survived[2:]) == 1
    assert left_by(run, directory) == (False, False, 0, 0)


def test_the_server_of_a_living_run_is_left_alone(
    owner: tuple[subprocess.Popen[str], Path, Path], left_by: LeftBy, tmp_path: Path
) -> None:
    _process, run, directory = owner
    before = left_by(run, directory)
    following = RunDirectory.create(tmp_path / "runs")
    following.sweep()
    following.clean()
    assert left_by(run, directory) == before
