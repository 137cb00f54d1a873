"""The verification of a project: history, walk and findings, each made once and only when asked for.

Under pytest-xdist several processes share one run directory: the first that needs the walk walks, the others read the
record that it left there. What only the walk needs is imported by the process that walks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pytest_stairway.baseline import CODE as OUTDATED
from pytest_stairway.baseline import read_baseline
from pytest_stairway.checks import all_checks
from pytest_stairway.checks.interface import Subject
from pytest_stairway.errors import ProjectError, ServerError, StairwayError
from pytest_stairway.findings import Finding, Skip, Stage
from pytest_stairway.history.base_branch import NOBODY_ASKED
from pytest_stairway.history.project import Project, find_project
from pytest_stairway.history.revisions import History, read_history
from pytest_stairway.judgement import Judgement
from pytest_stairway.project_waivers import ProjectWaivers
from pytest_stairway.scope import Scope
from pytest_stairway.waivers import UNUSED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_stairway.baseline import Baseline
    from pytest_stairway.report import Judged
    from pytest_stairway.reports.progress import Progress
    from pytest_stairway.run_server import RunServer
    from pytest_stairway.servers.interface import Server
    from pytest_stairway.settings import Settings
    from pytest_stairway.shared import Shared
    from pytest_stairway.walk.environment import Environment
    from pytest_stairway.walk.modules import Modules
    from pytest_stairway.walk.record import Record

FILES_ALONE = frozenset({Stage.HEADS, Stage.HISTORY})
"""Stages that need no server."""


@dataclass(frozen=True, slots=True)
class RunParts:
    """What all sessions of a run have in common.

    `end_process` ends this process with a text, where a migration cannot be interrupted.
    """

    root: Path
    shared: Shared
    server: RunServer
    modules: Modules
    progress: Progress
    end_process: Callable[[str], None]


class Session:
    """The verification of one project, or of one of the databases that its env.py migrates: `engine` names it."""

    def __init__(self, run: RunParts, settings: Settings, engine: str | None = None) -> None:
        self._run = run
        self.root = run.root
        self.settings = settings
        self.engine = engine
        self._walk_output: list[str] = []
        self.name = "-".join(filter(None, (settings.name, engine)))
        """What its tests carry; "" where there is nothing to tell it from."""
        self._record_name = f"record-{self.name}"
        self.scope = Scope(settings, lambda: self.history)

    @cached_property
    def per_engine(self) -> tuple[Session, ...]:
        """The session of each database that env.py migrates: this one alone, where it is one."""
        try:
            engines = self.settings.engines or self.history.engines
        except StairwayError:  # whoever asks for the history is told
            engines = ()
        if self.engine is not None or not engines:
            return (self,)
        return tuple(Session(self._run, self.settings, engine) for engine in engines)

    @cached_property
    def project(self) -> Project:
        """Find the project.

        Raises:
            ProjectError: see `find_project()`.
        """
        return find_project(self.root, self.settings)

    @property
    def label(self) -> str:
        """The project as it is named to a reader: by its file, and by its name where the settings give it one."""
        file = self.project.label(self.project.config_file)
        return f"{self.name} ({file})" if self.name else file

    @cached_property
    def history(self) -> History:
        return read_history(self.project)

    @cached_property
    def walked(self) -> History:
        """The part of the history that is walked: all of it, or one branch where the settings say so.

        Raises:
            ProjectError: see `History.branch()`.
        """
        walked = self.history if self.settings.branch is None else self.history.branch(self.settings.branch)
        return walked if self.engine is None else walked.for_engine(self.engine)

    @property
    def server(self) -> Server:
        """The server of the run, started or joined.

        Raises:
            ServerError: there is none; every process is told the same.
        """
        return self._run.server.server

    @cached_property
    def record(self) -> Record:
        """Walk the history, or read the record of the process that did.

        Raises:
            ProjectError: the files cannot be walked, or env.py fails.
            ServerError, EnvironmentRefused: see `walk()`.
        """
        return self._run.shared.once(self._record_name, self._walk)

    def known_record(self) -> Record | None:
        """Return the record if this session has walked, in whichever process; None if it has not, or could not."""
        try:
            return self.record if self._run.shared.knows(self._record_name) else None
        except StairwayError:
            return None

    def walk_problem(self) -> str:
        """Say in one line why there is no record although it was asked for; "" otherwise."""
        for name, part in (("server", "server"), (self._record_name, "record")):
            try:
                _ = getattr(self, part) if self._run.shared.knows(name) else None
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
        return self._run.server.hidden(text)

    def hidden_in_finding(self, text: str) -> str:
        return self._run.server.hidden_in_finding(text)

    def environment(self) -> Environment:
        """Give the project on its server.

        Raises:
            ProjectError: see `find_project()`.
            ServerError: there is no server, or it ended in the walk.
        """
        from pytest_stairway.walk.environment import Environment  # noqa: PLC0415 - see the module's docstring

        if self._run.shared.knows(self._record_name):
            self._refuse_ended_server()
        return Environment(
            self.project,
            self.settings,
            self.server,
            abandon=self._abandon,
            modules=self._run.modules,
            engine=self.engine,
        )

    def _refuse_ended_server(self) -> None:
        try:
            _ = self.record
        except ServerError:
            raise
        except StairwayError:  # of the project: the tests that need the walk tell it
            return

    @cached_property
    def findings_from_files(self) -> tuple[Finding | Skip, ...]:
        change = self.scope.change
        base = change.base if change is not None else NOBODY_ASKED
        return self._check(Subject(self.history, self.settings, None, self.root, base), FILES_ALONE)

    @cached_property
    def findings_from_walk(self) -> tuple[Finding | Skip, ...]:
        subject = Subject(self.walked, self.settings, self.record, self.root)
        return self._check(subject, frozenset(Stage) - FILES_ALONE - {Stage.BASE})

    @cached_property
    def findings_from_base(self) -> tuple[Finding | Skip, ...]:
        """Compare with the base branch.

        Raises:
            ProjectError: see `find_base()`.
        """
        subject = Subject(self.history, self.settings, None, self.root, self.scope.base)
        return self._check(subject, frozenset({Stage.BASE}))

    @cached_property
    def judged_from_files(self) -> tuple[Judged | Skip, ...]:
        return self._judgement.of(self.findings_from_files)

    @cached_property
    def judged_from_walk(self) -> tuple[Judged | Skip, ...]:
        """Judge what the walk shows, and the waivers: which are needed is known only now."""
        subject = Subject(self.walked, self.settings, self.record, self.root)
        unneeded = self._judgement.unneeded(subject, self.findings_from_files + self.findings_from_walk)
        if self.engine is not None:  # another database may need what this one does not
            unneeded = (found for found in unneeded if found.code not in {UNUSED, OUTDATED})
        return self._judgement.of((*self.findings_from_walk, *unneeded))

    @cached_property
    def judged_from_base(self) -> tuple[Judged | Skip, ...]:
        return self._judgement.of(self.findings_from_base)

    @cached_property
    def baseline(self) -> Baseline | None:
        return read_baseline(self.settings, self.root, self.hidden_in_finding)

    @cached_property
    def _judgement(self) -> Judgement:
        waivers = ProjectWaivers.read(self.history, self.settings, self.root)
        return Judgement(self.settings, self.scope, waivers, self.baseline)

    def outcomes(self, stage: Stage, revision: str | None = None) -> tuple[Judged | Skip, ...]:
        """Give what the checks say about a stage, of one revision where it is given, and what it means for the run.

        Raises:
            ProjectError: there is no revision to look at.
            StairwayError: see `record`.
        """
        if stage is not Stage.HISTORY:
            self.walked.refuse_empty()
        return tuple(
            outcome
            for outcome in self._judged_from(stage)
            if outcome.stage is stage and (revision is None or outcome.location.revision == revision)
        )

    def _judged_from(self, stage: Stage) -> tuple[Judged | Skip, ...]:
        if stage is Stage.BASE:
            return self.judged_from_base
        return self.judged_from_files if stage in FILES_ALONE else self.judged_from_walk

    @property
    def can_walk(self) -> bool:
        """Whether the files are such that Alembic can link them."""
        return not any(outcome.stage is Stage.HISTORY for outcome in self.findings_from_files)

    def claim(self, name: str, test: str) -> bool:
        """Tell whether a test is the first of the session to claim a name. It keeps the claim when it is run again."""
        return self._run.shared.claim(name, test)

    def claim_output(self, test: str) -> bool:
        """Tell whether a test is the first to show what the project's env.py and migrations printed."""
        return self._run.shared.claim(f"output-{self.name}", test)

    def _check(self, subject: Subject, stages: frozenset[Stage]) -> tuple[Finding | Skip, ...]:
        return tuple(
            outcome
            for check in all_checks()
            if check.needs_walk == (subject.record is not None) and check.needs_base == (Stage.BASE in stages)
            for outcome in check.run(subject)
            if outcome.stage in stages
        )

    def _abandon(self, error: StairwayError) -> None:
        """Have the other processes of this session told as well, which would else walk again, and end this one."""
        self._run.shared.keep(self._record_name, error)
        self._run.end_process(str(error))

    def _walk(self) -> Record:
        from pytest_stairway.walk.stairway import walk  # noqa: PLC0415 - see the module's docstring

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
            return walk(environment, self.walked, self._show_progress)
        finally:
            self._run.progress.end()

    def _show_progress(self, number: int, revision: str) -> None:
        self._run.progress.show(f"stairway: revision {number} of {len(self.walked.revisions)} ({revision})")
