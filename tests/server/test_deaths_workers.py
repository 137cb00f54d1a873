"""The workers of pytest-xdist end with their controller, at the latest when the next run starts."""

from __future__ import annotations

import contextlib
import os
import signal
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.server.aftermath import wait_until_reached
from tests.server.killed_runs import SECONDS, WAITS, Machine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytest_stairway.servers.interface import Request

ONE_OF_EACH_VENDOR = True
WORKERS = ("-p", "xdist.plugin", "-n", "2")


@pytest.fixture
def machine(kind: Request, tmp_path: Path) -> Iterator[Machine]:
    (tmp_path / "tmp").mkdir()
    machine = Machine(tmp_path, (f"--stairway-server={kind.server}",))
    yield machine
    machine.close()


@pytest.mark.parametrize("send", [os.kill, os.killpg], ids=["alone", "its process group"])
def test_the_next_start_ends_the_workers_of_a_killed_controller(
    machine: Machine, send: Callable[[int, int], None]
) -> None:
    project = machine.project("app", WAITS)
    controller = machine.begin(project, *WORKERS)
    wait_until_reached(project, controller)
    workers = psutil.Process(controller.pid).children()
    (run,) = machine.runs()
    send(controller.pid, signal.SIGKILL)
    controller.wait(SECONDS)
    assert machine.left_of(run) != ()
    assert machine.begin(machine.project("next")).wait(SECONDS) == 0
    assert (machine.left_of(run), [worker for worker in workers if _lives(worker)]) == ((), [])


def _lives(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.status() != psutil.STATUS_ZOMBIE
    return False
