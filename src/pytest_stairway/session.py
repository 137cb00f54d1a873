"""One verification: settings, project, history, server, walk and findings, each made once and only when asked for.

Under pytest-xdist several processes share one run directory: the first that needs the server starts it, the first that
needs the walk walks, the others read what it left there.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pytest_stairway.checks import all_checks
from pytest_stairway.checks.interface import Subject
from pytest_stairway.errors import ProjectError, ServerError, StairwayError
from pytest_stairway.findings import Finding, Skip, Stage
from pytest_stairway.history.project import Project, find_project
from pytest_stairway.history.revisions import History, read_history
from pytest_stairway.judgement import judge
from pytest_stairway.passwords import hide_in_finding, hide_passwords
from pytest_stairway.servers import choose, existing, pristine
from pytest_stairway.servers.interface import Address, Remains, Request, Server
from pytest_stairway.settings import FILE, Settings
from pytest_stairway.walk.environment import Environment
from pytest_stairway.walk.stairway import walk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pymysql.connections import Connection
    from pymysql.cursors import Cursor

    from pytest_stairway.flavor import Flavor
    from pytest_stairway.report import Judged
    from pytest_stairway.reports.progress import Progress
    from pytest_stairway.servers.rundir import RunDirectory
    from pytest_stairway.shared import Shared
    from pytest_stairway.walk.record import Record

FILES_ALONE = frozenset({Stage.HEADS, Stage.HISTORY})
"""Stages that need no server."""


@dataclass(frozen=True, slots=True)
class JoinedServer:
    """A server that a process of this session started, and that the owner of its run directory will end."""

    flavor: Flavor
    origin: str
    address: Address
    walk_address: Address
    database_prefix: str
    remains: Remains

    def stop(self) -> None:
        pass


class Session:
    """`own_run` gives the run directory, made when it is first needed.

    `end_process` ends this process with a text, where a migration cannot be interrupted.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - made in one place
        self,
        root: Path,
        settings: Settings,
        shared: Shared,
        own_run: Callable[[], RunDirectory],
        progress: Progress,
        end_process: Callable[[str], None],
    ) -> None:
        self.root = root
        self.settings = settings
        self._shared = shared
        self._own_run = own_run
        self._progress = progress
        self._end_process = end_process
        self._started: Server | None = None
        self._place: Connection[Cursor] | None = None
        self._walk_output: list[str] = []

    @cached_property
    def project(self) -> Project:
        """Find the project.

        Raises:
            ProjectError: see `find_project()`.
        """
        return find_project(self.root, self.settings)

    @cached_property
    def history(self) -> History:
        return read_history(self.project)

    @cached_property
    def server(self) -> Server:
        """Start the server, or join the one that another process of this session started.

        Raises:
            ServerError: there is none; every process is told the same.
        """
        joined = self._shared.once("server", self._start_server)
        if self._started is None and self.settings.url is not None:
            self._place = existing.keep(joined)
        return self._started or joined

    @cached_property
    def record(self) -> Record:
        """Walk the history, or read the record of the process that did.

        Raises:
            ProjectError: the files cannot be walked, or env.py fails.
            ServerError, EnvironmentRefused: see `walk()`.
        """
        return self._shared.once("record", self._walk)

    def known_record(self) -> Record | None:
        """Return the record if this session has walked, in whichever process; None if it has not, or could not."""
        try:
            return self.record if self._shared.knows("record") else None
        except StairwayError:
            return None

    def walk_problem(self) -> str:
        """Say in one line why there is no record although it was asked for; "" otherwise."""
        for name in ("server", "record"):
            try:
                _ = getattr(self, name) if self._shared.knows(name) else None
            except StairwayError as error:
                return error.what
        return ""

    @property
    def output(self) -> str:
        """What env.py and the migrations printed and logged in the walk, or until it could not go on."""
        record = self.known_record()
        return "".join(self._walk_output) if record is None else record.output

    def hidden(self, text: str) -> str:
        """Replace the passwords in a text that is about to be shown: env.py, migrations and drivers may print them."""
        return hide_passwords(text, *self._given_passwords(), *self._generated_passwords())

    def hidden_in_finding(self, text: str) -> str:
        return hide_in_finding(text, *self._generated_passwords(), given=self._given_passwords())

    def environment(self) -> Environment:
        """Give the project on its server.

        Raises:
            ProjectError: see `find_project()`.
            ServerError: there is no server, or it ended in the walk.
        """
        if self._shared.knows("record"):
            self._refuse_ended_server()
        return Environment(self.project, self.settings, self.server, abandon=self._abandon)

    def _refuse_ended_server(self) -> None:
        try:
            _ = self.record
        except ServerError:
            raise
        except StairwayError:  # of the project: the tests that need the walk tell it
            return

    @cached_property
    def findings_from_files(self) -> tuple[Finding | Skip, ...]:
        return self._check(Subject(self.history, self.settings, None, self.root), FILES_ALONE)

    @cached_property
    def findings_from_walk(self) -> tuple[Finding | Skip, ...]:
        subject = Subject(self.history, self.settings, self.record, self.root)
        return self._check(subject, frozenset(Stage) - FILES_ALONE)

    @cached_property
    def judged_from_files(self) -> tuple[Judged | Skip, ...]:
        return self._judged(self.findings_from_files)

    @cached_property
    def judged_from_walk(self) -> tuple[Judged | Skip, ...]:
        return self._judged(self.findings_from_walk)

    def known_because(self, finding: Finding) -> str | None:  # noqa: ARG002 - whether it is known is asked of each
        """Say why a finding was there before this change; None where it counts."""
        return None

    def is_new(self, revision: str) -> bool:  # noqa: ARG002 - of a tree that nothing is compared with
        """Tell whether this change adds a revision."""
        return True

    def outcomes(self, stage: Stage, revision: str | None = None) -> tuple[Judged | Skip, ...]:
        """Give what the checks say about a stage, of one revision where it is given, and what it means for the run.

        Raises:
            ProjectError: there is no revision to look at.
            StairwayError: see `record`.
        """
        if stage is not Stage.HISTORY:
            self.history.refuse_empty()
        every = self.judged_from_files if stage in FILES_ALONE else self.judged_from_walk
        return tuple(
            outcome
            for outcome in every
            if outcome.stage is stage and (revision is None or outcome.location.revision == revision)
        )

    @property
    def can_walk(self) -> bool:
        """Whether the files are such that Alembic can link them."""
        return not any(outcome.stage is Stage.HISTORY for outcome in self.findings_from_files)

    def claim(self, name: str, test: str) -> bool:
        """Tell whether a test is the first of the session to claim a name. It keeps the claim when it is run again."""
        return self._shared.claim(name, test)

    def close(self) -> None:
        """End the server, whichever process of the session started it; call it in the one that ends last."""
        if self._started is not None:
            self._started.stop()
        elif self.settings.url is not None:
            existing.end(self.settings.url, self._own_run().id)

    def _server_is_known(self) -> bool:
        if self._shared.knows("server"):
            with contextlib.suppress(StairwayError):
                return bool(self.server)
        return False

    def _given_passwords(self) -> list[str]:
        return [self.server.address.password] if self._server_is_known() else []

    def _generated_passwords(self) -> list[str]:
        """Give the passwords that nobody has chosen, which stand for nothing else."""
        if not self._server_is_known():
            return []
        addresses = (self.server.address, self.server.walk_address)
        return [address.password for address in addresses if self.settings.url is None or address != addresses[0]]

    def _judged(self, outcomes: tuple[Finding | Skip, ...]) -> tuple[Judged | Skip, ...]:
        findings = [outcome for outcome in outcomes if isinstance(outcome, Finding)]
        judged = judge(findings, self.settings, waived_because=lambda _: None, known_because=self.known_because)
        return (*judged, *(outcome for outcome in outcomes if isinstance(outcome, Skip)))

    def _check(self, subject: Subject, stages: frozenset[Stage]) -> tuple[Finding | Skip, ...]:
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
            url_from="--stairway-url" if settings.source("url") != FILE else f"url in {FILE}",
            url_is_disposable=settings.url_is_disposable,
            server=settings.server,
            image=settings.image,
            variables=tuple((name, str(value)) for name, value in settings.server_variables),
            start_timeout=settings.start_timeout,
            ci=bool(os.environ.get("CI")),
        )
        run = self._own_run()
        try:
            run.sweep()
            pristine.prune()
            self._started = server = choose.start(request, run)
        except OSError as error:
            raise ServerError(
                "the directory of this run cannot be used",
                tried=(f"{run.path}: {error}",),
                fix=("make room there, or set TMPDIR to a directory with a gigabyte free",),
            ) from error
        return JoinedServer(
            server.flavor,
            server.origin,
            server.address,
            server.walk_address,
            server.database_prefix,
            server.remains,
        )

    def _abandon(self, error: StairwayError) -> None:
        """Have the other processes of this session told as well, which would else walk again, and end this one."""
        self._shared.keep("record", error)
        self._end_process(str(error))

    def _walk(self) -> Record:
        broken = [outcome for outcome in self.findings_from_files if outcome.stage is Stage.HISTORY]
        if broken:
            raise ProjectError(
                "the migrations cannot be run, because their files cannot be linked",
                tried=tuple(f"{each.location}: {each.code}" for each in broken if isinstance(each, Finding)),
                fix=("repair what test_history finds first",),
            )
        environment = self.environment()
        self._walk_output = environment.output
        try:
            return walk(environment, self.history, self._show_progress)
        finally:
            self._progress.end()

    def _show_progress(self, number: int, revision: str) -> None:
        self._progress.show(f"stairway: revision {number} of {len(self.history.revisions)} ({revision})")
