"""One verification: settings, project, history, server, walk and findings, each made once and only when asked for.

Under pytest-xdist several processes share one run directory: the first that needs the server starts it, the first that
needs the walk walks, the others read what it left there.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from filelock import FileLock

from pytest_stairway.checks import all_checks
from pytest_stairway.checks.interface import Subject
from pytest_stairway.errors import ProjectError, StairwayError
from pytest_stairway.findings import Finding, Skip, Stage
from pytest_stairway.flavor import Flavor
from pytest_stairway.history.project import Project, find_project
from pytest_stairway.history.revisions import History, read_history
from pytest_stairway.servers import choose
from pytest_stairway.servers.interface import Address, Request, Server
from pytest_stairway.servers.rundir import RunDirectory
from pytest_stairway.settings import Settings
from pytest_stairway.walk.environment import Environment
from pytest_stairway.walk.record import Record
from pytest_stairway.walk.stairway import walk

Progress = Callable[[int, int, str], None]

FILES_ALONE = frozenset({Stage.HEADS, Stage.HISTORY})
"""Stages that need no server."""


@dataclass(frozen=True, slots=True)
class JoinedServer:
    """A server that another process of this session started, and that the session's controller will end."""

    flavor: Flavor
    origin: str
    address: Address
    walk_address: Address
    database_prefix: str

    def last_words(self) -> tuple[str, ...]:
        return ()

    def stop(self) -> None:
        pass


class Session:
    """`run_path` is the run directory of the controller, None where this process is on its own."""

    def __init__(
        self, root: Path, settings: Settings, run_path: Path | None = None, progress: Progress = lambda *_: None
    ) -> None:
        self.root = root
        self.settings = settings
        self.progress = progress
        self._run_path = run_path
        self._started: Server | None = None
        self._run: RunDirectory | None = None
        self._environment_output: list[str] = []

    @cached_property
    def project(self) -> Project:
        return find_project(self.root, self.settings)

    @cached_property
    def history(self) -> History:
        return read_history(self.project)

    @property
    def run(self) -> RunDirectory:
        """The directory of this run. Its owner holds a lock by which the next run tells live from left over."""
        if self._run is None:
            self._run = RunDirectory.create() if self._run_path is None else RunDirectory.open(self._run_path)
        return self._run

    @cached_property
    def server(self) -> Server:
        """Start the server, or join the one that another worker started.

        Raises:
            ServerError: there is none; every worker is told the same.
        """
        joined = self._shared("server", self._start_server)
        return self._started or joined

    @cached_property
    def record(self) -> Record:
        """Walk the history, or read the record of the worker that did.

        Raises:
            ProjectError: the files cannot be walked, or env.py fails.
            ServerError, EnvironmentRefused: see `walk()`.
        """
        return self._shared("record", self._walk)

    def environment(self) -> Environment:
        return Environment(self.project, self.settings, self.server, self._environment_output)

    @cached_property
    def findings_from_files(self) -> tuple[Finding | Skip, ...]:
        return self._judge(Subject(self.history, self.settings, None, self.root), FILES_ALONE)

    @cached_property
    def findings_from_walk(self) -> tuple[Finding | Skip, ...]:
        subject = Subject(self.history, self.settings, self.record, self.root)
        return self._judge(subject, frozenset(Stage) - FILES_ALONE)

    def outcomes(self, stage: Stage, revision: str | None = None) -> tuple[Finding | Skip, ...]:
        """Give what the checks say about a stage, of one revision where it is given."""
        every = self.findings_from_files if stage in FILES_ALONE else self.findings_from_walk
        return tuple(
            outcome
            for outcome in every
            if outcome.stage is stage and (revision is None or outcome.location.revision == revision)
        )

    @property
    def output(self) -> str:
        """What env.py and the migrations printed and logged during the walk."""
        return "".join(self._environment_output) or (self.record.output if self._walked() else "")

    def known_outcomes(self) -> tuple[Finding | Skip, ...] | None:
        """Give every outcome if the walk was done in this session, by whichever process; None if it was not."""
        if not self._walked():
            return None
        return self.findings_from_files + self.findings_from_walk

    def close(self) -> None:
        """End the server and what belongs to it. Workers leave that to the controller: others may still use it."""
        if self._run_path is not None:
            return
        if self._started is not None:
            self._started.stop()
            self._started = None
        if self._run is not None:
            self._run.clean()
            self._run = None

    def claim(self, name: str) -> bool:
        """Tell whether this process is the first of the session to claim a name."""
        try:
            (self.run.path / f"{name}.claimed").touch(exist_ok=False)
        except FileExistsError:
            return False
        return True

    def _walked(self) -> bool:
        try:
            return self._run is not None and (self.run.path / "record.pickle").exists() and self.record is not None
        except StairwayError:
            return False

    def _judge(self, subject: Subject, stages: frozenset[Stage]) -> tuple[Finding | Skip, ...]:
        return tuple(
            outcome
            for check in all_checks()
            if check.needs_walk == (subject.record is not None)
            for outcome in check.run(subject)
            if outcome.stage in stages
        )

    def _start_server(self) -> Server:
        settings = self.settings
        request = Request(
            url=settings.url,
            url_is_disposable=settings.url_is_disposable,
            server=settings.server,
            image=settings.image,
            variables=tuple((name, str(value)) for name, value in settings.server_variables),
            start_timeout=settings.start_timeout,
            ci=bool(os.environ.get("CI")),
        )
        self._started = server = choose.start(request, self.run)
        return JoinedServer(
            server.flavor, server.origin, server.address, server.walk_address, server.database_prefix
        )

    def _walk(self) -> Record:
        unwalkable = [outcome for outcome in self.findings_from_files if outcome.stage is Stage.HISTORY]
        if unwalkable:
            raise ProjectError(
                "the migrations cannot be run, because their files cannot be linked",
                tried=tuple(f"{outcome.location}: {outcome.code}" for outcome in unwalkable if isinstance(outcome, Finding)),
                fix=("repair what test_history finds first",),
            )
        total = len(self.history.revisions)
        return walk(self.environment(), self.history, lambda number, revision: self.progress(number, total, revision))

    def _shared(self, name: str, make: Callable[[], Any]) -> Any:
        """Make a value once in the session: whoever holds the lock first makes it, also where that fails."""
        path = self.run.path / f"{name}.pickle"
        with FileLock(self.run.path / f"{name}.lock"):
            if path.exists():
                outcome = pickle.loads(path.read_bytes())  # noqa: S301 - written by this session into a private directory
            else:
                outcome = _attempt(make)
                unfinished = path.with_suffix(".part")
                unfinished.write_bytes(pickle.dumps(outcome))
                unfinished.replace(path)
        if isinstance(outcome, StairwayError):
            raise outcome
        return outcome


def _attempt(make: Callable[[], Any]) -> Any:
    try:
        return make()
    except StairwayError as error:
        error.__cause__ = error.__context__ = None  # the text says it all, and not every cause can be pickled
        return error


def overrides_from(values: Mapping[str, object]) -> dict[str, object]:
    """Keep what was given on the command line."""
    return {name: value for name, value in values.items() if value is not None and value != []}


