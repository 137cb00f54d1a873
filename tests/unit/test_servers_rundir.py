"""Run directories without a server: ownership, notes, sweeping."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pytest_stairway.errors import ServerError
from pytest_stairway.servers.rundir import RunDirectory

if TYPE_CHECKING:
    from pathlib import Path


def killed_run(base: Path) -> tuple[Path, Path]:
    """Make a run in a process that dies without a word, and return its directory and one it had noted."""
    script = (
        "import os, sys; from pathlib import Path; from pytest_stairway.servers.rundir import RunDirectory\n"
        "run = RunDirectory.create(Path(sys.argv[1])); print(run.path, run.scratch_directory(), flush=True)\n"
        "os._exit(9)"
    )
    command = [sys.executable, "-c", script, str(base)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603 - our own script
    run, directory = done.stdout.split()
    return base / run, base / directory


def test_a_run_and_its_directories_are_private_and_gone_after_cleaning(tmp_path: Path) -> None:
    run = RunDirectory.create(tmp_path / "runs")
    directory = run.scratch_directory()
    modes = [path.stat().st_mode & 0o777 for path in (tmp_path / "runs", run.path, directory)]
    run.clean()
    run.clean()
    assert modes == [0o700, 0o700, 0o700]
    assert (run.path.exists(), directory.exists()) == (False, False)


def test_a_dead_run_is_swept(tmp_path: Path) -> None:
    dead, directory = killed_run(tmp_path)
    run = RunDirectory.create(tmp_path)
    there_before = dead.exists() and directory.exists()
    run.sweep()
    assert (there_before, dead.exists(), directory.exists(), run.path.exists()) == (True, False, False, True)
    run.clean()


def test_a_living_run_is_not_swept(tmp_path: Path) -> None:
    living, run = RunDirectory.create(tmp_path), RunDirectory.create(tmp_path)
    directory = living.scratch_directory()
    run.sweep()
    assert (living.path.exists(), directory.exists()) == (True, True)
    living.clean()
    run.clean()


def test_a_torn_note_ends_no_sweep_and_names_no_directory(tmp_path: Path) -> None:
    dead, directory = killed_run(tmp_path)
    with (dead / "notes.jsonl").open("a", encoding="utf-8") as notes:
        notes.write('{"kind": "directory", "value": "/dev')
    run = RunDirectory.create(tmp_path)
    run.sweep()
    run.clean()
    assert (dead.exists(), directory.exists()) == (False, False)


def test_the_name_of_a_socket_fits_however_long_the_temporary_directory_is(tmp_path: Path) -> None:
    run = RunDirectory.create(tmp_path / ("x" * 120))
    assert len(str(run.scratch_directory() / "mysqld.sock")) < 100
    run.clean()


def test_a_base_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "runs").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ServerError) as caught:
        RunDirectory.create(tmp_path / "runs")
    assert str(caught.value) == (
        "stairway: the directory of this run cannot be made\n"
        f"  tried   {tmp_path}/runs: {tmp_path}/runs is not a directory of this user\n"
        "  fix     set TMPDIR to a directory that you may write and that has room"
    )


WORKER = (
    "import sys; from pathlib import Path; from pytest_stairway.servers.rundir import RunDirectory\n"
    "RunDirectory.join(Path(sys.argv[1])); print(flush=True); sys.stdin.read()"
)


def test_a_worker_of_a_dead_run_is_ended_and_no_process_that_only_has_its_number(tmp_path: Path) -> None:
    dead, _directory = killed_run(tmp_path)
    (dead / f"worker-{os.getpid()}").touch()
    command = [sys.executable, "-c", WORKER, str(dead)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:  # noqa: S603 - our own script
        assert worker.stdout is not None
        worker.stdout.readline()
        other = f"import sys; print(flush=True); sys.stdin.read()  # {dead}"
        command = [sys.executable, "-c", other]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as bystander:  # noqa: S603 - same
            (dead / f"worker-{bystander.pid}").touch()
            run = RunDirectory.create(tmp_path)
            run.sweep()
            run.clean()
            assert (worker.wait(), bystander.poll()) == (-signal.SIGKILL, None)
            bystander.communicate()
    assert not dead.exists()


def test_a_worker_cannot_join_a_run_that_is_over(tmp_path: Path) -> None:
    run = RunDirectory.create(tmp_path)
    run.clean()
    with pytest.raises(ServerError, match=r"^stairway: the run that this worker belongs to is over\n"):
        RunDirectory.join(run.path)


def test_a_directory_of_somebody_else_beside_the_runs_is_left(tmp_path: Path) -> None:
    run = RunDirectory.create(tmp_path)
    (tmp_path / "mine").mkdir()
    run.sweep()
    run.clean()
    assert (tmp_path / "mine").exists()
