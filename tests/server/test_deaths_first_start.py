"""Runs are killed while a server makes its data directory for the first time, which takes seconds."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from typing import TYPE_CHECKING

import pytest

from tests.server.killed_runs import SECONDS, TMPFS, Machine

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from pytest_stairway.servers.interface import Request


def test_a_half_made_data_directory_is_left_to_nobody(kind: Request, tmp_path: Path) -> None:
    machine = Machine(tmp_path, (f"--stairway-server={kind.server}",))
    machine.temporary.mkdir()
    project = machine.project("app")
    with contextlib.closing(machine):
        for send, number in ((os.kill, signal.SIGTERM), (os.killpg, signal.SIGINT), (os.killpg, signal.SIGKILL)):
            process = machine.begin(project)
            run = wait_until_data_is_made(machine, process)
            send(process.pid, number)
            process.wait(SECONDS)
            if number != signal.SIGKILL:
                assert (process.returncode, machine.left_of(run)) == (pytest.ExitCode.INTERRUPTED, ())
                assert [*tmp_path.rglob("*.part")] == []
        assert machine.begin(project).wait(SECONDS) == 0, (project / "output").read_text()
        assert (machine.left_of(run), [*tmp_path.rglob("*.part")]) == ((), [])


def wait_until_data_is_made(machine: Machine, process: subprocess.Popen[bytes]) -> str:
    """Wait for the first file that the server itself makes, and return the run."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        for run in machine.runs():
            if any(TMPFS.glob(f"pytest-stairway-{run}-*/data/*")):
                return run
        assert process.poll() is None
        time.sleep(0.01)
    raise TimeoutError
