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

import docker  # type: ignore[import-untyped]  # it ships no types
import psutil
import pytest

from pytest_stairway.flavor import Vendor
from pytest_stairway.servers import container, local
from pytest_stairway.servers.interface import UnavailableError
from pytest_stairway.servers.places import Places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Project, Run

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
    with contextlib.suppress(docker.errors.DockerException), contextlib.closing(docker.from_env()) as client:
        client.images.get(IMAGE)
        yield IMAGE


@dataclass
class Running:
    """A pytest in a process group of its own; `left()` says what there is of it, of its workers and of its server."""

    process: subprocess.Popen[bytes]
    project: Path
    temporary: Path
    id: str = ""

    def wait_for(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + SECONDS
        while not condition():
            assert self.process.poll() is None, self.output()
            assert time.monotonic() < end, self.output()
            time.sleep(0.005)
        self.id = next(self.temporary.glob("pytest-stairway-*/????????")).name

    def starts(self) -> bool:
        """Tell whether there is a directory for a server, which is then about to be started."""
        runs = [path.name for path in self.temporary.glob("pytest-stairway-*/????????")]
        return any(True for run in runs for base in (Path("/dev/shm"), self.temporary) for _ in base.rglob(f"*-{run}-*"))  # noqa: S108 - where they are

    def reached(self) -> bool:
        return (self.project / "reached").exists()

    def output(self) -> str:
        return (self.temporary / "output").read_text()

    def left(self) -> list[str]:
        of_us = (process for process in psutil.process_iter(["cmdline", "environ", "status"]) if self._is_ours(process))
        with contextlib.suppress(docker.errors.DockerException), contextlib.closing(docker.from_env()) as client:
            containers = client.containers.list(all=True, filters={"label": f"{container.LABEL}={self.id}"})
            directories = [*Path("/dev/shm").glob(f"*{self.id}*"), *self.temporary.rglob(f"*{self.id}*")]  # noqa: S108 - same
            return [*map(str, of_us), *map(str, containers), *map(str, directories)]
        return []

    def _is_ours(self, process: psutil.Process) -> bool:
        if process.info["status"] == psutil.STATUS_ZOMBIE or process.pid == os.getpid():
            return False
        marks = [*(process.info["cmdline"] or ()), (process.info["environ"] or {}).get("TMPDIR", "")]
        return any(self.id in mark or mark == str(self.temporary) for mark in marks)
