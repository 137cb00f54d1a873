"""Fifty runs are killed beside two that live; then comes the next one. What is there of whom after that."""

from __future__ import annotations

import contextlib
import secrets
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pytest_stairway.servers import container, engine
from pytest_stairway.servers.database import connect
from tests.server.killed_runs import DEATHS, SECONDS, TMPFS, WAITS, Ended, Forks, Machine, spread

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_stairway.servers.interface import Server

PHASES = {"start": 20, "walk": 15, "end": 15}
"""How many runs are killed in each phase."""
FIRST_START = 5
"""So many of them while the data directory is prepared: each costs seconds."""


@dataclass(frozen=True, slots=True)
class Aftermath:
    """`left_after` is what is there of the killed runs after the next start."""

    ended: tuple[Ended, ...]
    left_after: tuple[str, ...]
    unfinished_in_cache: tuple[str, ...]
    beside: tuple[tuple[int, str], ...]
    foreign_lost: tuple[str, ...]


def die(machine: Machine) -> Aftermath:
    machine.temporary.mkdir()
    app = machine.project("app")
    beside = [machine.project("worktree/app", WAITS), machine.project("another", WAITS)]
    forks = Forks(machine)
    with contextlib.closing(forks), Foreign.present(machine) as foreign:
        first = forks.moments(app)
        living = [machine.begin(project) for project in beside]
        later = forks.moments(app)
        for project, process in zip(beside, living, strict=True):
            wait_until_reached(project, process)
        ended = _kill_all(forks, app, [moment for moment in first if moment not in set(later)], later, machine)
        forks.moments(app)
        if machine.given is None:
            forks.moments(app, XDG_CACHE_HOME=str(machine.path / "first-cache"))
        left_after = _left(machine, ended)
        for project in beside:
            (project / "go").touch()
        statuses = [process.wait(SECONDS) for process in living]
        return Aftermath(
            ended=ended,
            left_after=left_after,
            unfinished_in_cache=tuple(str(path) for path in machine.path.rglob("*.part")),
            beside=tuple(
                (status, (each / "output").read_text()) for status, each in zip(statuses, beside, strict=True)
            ),
            foreign_lost=foreign.lost(),
        )


def wait_until_reached(project: Path, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + SECONDS
    while not (project / "reached").exists():
        assert process.poll() is None, (project / "output").read_text()
        assert time.monotonic() < end, (project / "output").read_text()
        time.sleep(0.01)


def _kill_all(forks: Forks, app: Path, first: list[str], later: list[str], machine: Machine) -> tuple[Ended, ...]:
    """Kill runs two at a time; those that prepare a data directory one by one: each finds the last one's."""
    first = [moment for moment in first if moment.startswith("start ")]
    at_first = spread(first, FIRST_START) if len(first) > FIRST_START and machine.given is None else []
    numbers = PHASES | {"start": PHASES["start"] - len(at_first)}
    chosen = [
        moment
        for phase, number in numbers.items()
        for moment in spread([each for each in later if each.startswith(f"{phase} ")], number)
    ]
    cache = str(machine.path / "first-cache")
    with ThreadPoolExecutor(2) as threads:
        firsts = threads.submit(
            lambda: [
                forks.kill(app, moment, DEATHS[(2 - number) % 3], XDG_CACHE_HOME=cache)
                for number, moment in enumerate(at_first)
            ]
        )
        others = [
            threads.submit(forks.kill, app, moment, DEATHS[number % len(DEATHS)])
            for number, moment in enumerate(chosen)
        ]
        return (*firsts.result(), *(each.result() for each in others))


def _left(machine: Machine, ended: tuple[Ended, ...]) -> tuple[str, ...]:
    return tuple(left for each in ended if each.run for left in machine.left_of(each.run))


@dataclass
class Foreign:
    """What looks like ours and is somebody else's: nothing of it may be touched."""

    paths: tuple[Path, ...]
    process: subprocess.Popen[bytes]
    containers: list[str] = field(default_factory=list)
    given: Server | None = None

    @classmethod
    @contextlib.contextmanager
    def present(cls, machine: Machine) -> Iterator[Foreign]:
        name = f"pytest-stairway-{secrets.token_hex(4)}-mine"
        paths = (TMPFS / name, *(machine.temporary / each for each in (name, "pytest-stairway-0/mine", "mine/data")))
        for path in paths:
            path.mkdir(parents=True, mode=0o700)
        base = machine.temporary / "pytest-stairway-0"
        base.chmod(0o700)
        command = [sys.executable, "-c", "import sys; sys.stdin.read()", f"--datadir={machine.temporary}/mine/data"]
        with subprocess.Popen(command, stdin=subprocess.PIPE) as process:  # noqa: S603 - our own script
            foreign = cls(paths, process, given=machine.given)
            try:
                foreign._make(machine)
                yield foreign
            finally:
                process.kill()
                foreign._end()

    def lost(self) -> tuple[str, ...]:
        lost = [str(path) for path in self.paths if not path.exists()]
        if self.process.poll() is not None:
            lost.append("the process")
        if self.containers:
            with engine.engine() as client:
                there = {each.id for each in client.containers.list(all=True, ignore_removed=True)}
            lost += [f"container {each}" for each in self.containers if each not in there]
        if self.given is not None:
            lost += sorted({*DATABASES, ACCOUNT} - set(self._on_server()))
        return tuple(lost)

    def _make(self, machine: Machine) -> None:
        if self.given is not None:
            _execute(self.given, *(f"CREATE DATABASE {name}" for name in DATABASES), f"CREATE USER {ACCOUNT}@'%'")
        elif machine.image is not None:
            with engine.engine() as client:
                for labels in ({}, {container.LABEL: secrets.token_hex(4)}):
                    self.containers.append(str(client.containers.create(machine.image, labels=labels).id))

    def _end(self) -> None:
        for path in self.paths:
            with contextlib.suppress(FileNotFoundError):
                path.rmdir()
        if self.containers:
            with engine.engine() as client:
                for each in client.containers.list(all=True, ignore_removed=True):
                    if each.id in self.containers:
                        each.remove(force=True, v=True)
        if self.given is not None:
            _execute(
                self.given, *(f"DROP DATABASE IF EXISTS {name}" for name in DATABASES), f"DROP USER IF EXISTS {ACCOUNT}"
            )

    def _on_server(self) -> list[str]:
        assert self.given is not None
        databases = _execute(self.given, "SHOW DATABASES")
        accounts = _execute(self.given, "SELECT user FROM mysql.user")
        return [str(name) for (name,) in (*databases, *accounts)]


DATABASES = ("app", "stairway_of_somebody", "stairway_0123456789_01234567", "stairway_01234567_tables")
ACCOUNT = "stairway_admin"


def _execute(server: Server, *statements: str) -> list[tuple[object, ...]]:
    with contextlib.closing(connect(server.address)) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return list(cursor.fetchall())
