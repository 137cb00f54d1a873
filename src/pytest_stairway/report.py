"""What a run found out, as one value. Reports are made of it and of nothing else; passwords are hidden in it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pytest_stairway.findings import Finding, Location, Severity, Skip, Stage

if TYPE_CHECKING:
    from pytest_stairway.flavor import Flavor


class Standing(enum.StrEnum):
    """What a finding means for the run: only one that COUNTS can fail a test.

    KNOWN was there before this change; WAIVED is allowed, with a reason, by the project.
    """

    COUNTS = "counts"
    KNOWN = "known"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding with the severity that the settings give it; `reason` says why it is known or waived."""

    finding: Finding
    standing: Standing = Standing.COUNTS
    reason: str = ""

    @property
    def stage(self) -> Stage:
        return self.finding.stage

    @property
    def location(self) -> Location:
        return self.finding.location

    @property
    def is_error(self) -> bool:
        """Whether it fails its test."""
        return self.standing is Standing.COUNTS and self.finding.severity is Severity.ERROR

    @property
    def is_warning(self) -> bool:
        return self.standing is Standing.COUNTS and self.finding.severity is Severity.WARNING


@dataclass(frozen=True, slots=True)
class ReportedRevision:
    """A node of the revision graph; `is_new` where the base branch does not have it, or where there is no base branch.

    `path` is relative to the root where it lies below it; `line` is that of `revision = `.
    """

    id: str
    message: str
    path: str
    line: int
    down_revisions: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    branch_labels: tuple[str, ...] = ()
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class ReportedStatement:
    """One statement as it was sent: `seconds` on the server, `error` as the server worded it.

    `parameters` is the beginning of what was sent with it, as Python writes it; "" where nothing was.
    """

    sql: str
    location: Location
    seconds: float
    parameters: str = ""
    error: str | None = None


@dataclass(frozen=True, slots=True)
class ReportedChange:
    """One difference that a step made to the schema. `before` and `after` are SQL, None where there was or is nothing.

    `table` is the name of the object of `kind` ("table", "view", ...), `object` what of it changed (`users.email`).
    """

    kind: str
    table: str
    object: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class ReportedStep:
    """The first upgrade of a revision, or its downgrade. `direction` is "upgrade" or "downgrade".

    `tables` are those that its statements name, in alphabetical order; `seconds` include what the migration itself did
    between its statements; `error` is what it failed with.
    """

    revision: str
    direction: str
    statements: tuple[ReportedStatement, ...]
    changes: tuple[ReportedChange, ...]
    tables: tuple[str, ...]
    seconds: float
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One run of one project. `revisions` are in the order of upgrades, base first; `findings` in that of revisions.

    `problem` says why the migrations could not be walked, or not be compared with the base branch; "" where nothing
    was in the way. Where nothing was walked, `flavor` is None, and `origin` and `steps` are empty. `seconds` are those
    of the walk. `command` is how pytest was called. `prefix` is the way from the top of the repository to the root that
    paths are relative to: "" or "backend/". `version` is that of pytest-stairway.
    """

    project: str
    revisions: tuple[ReportedRevision, ...]
    findings: tuple[Judged, ...]
    skips: tuple[Skip, ...]
    flavor: Flavor | None = None
    origin: str = ""
    steps: tuple[ReportedStep, ...] = ()
    seconds: float = 0.0
    command: str = ""
    problem: str = ""
    prefix: str = ""
    version: str = ""

    @property
    def was_walked(self) -> bool:
        return self.flavor is not None

    @property
    def errors(self) -> tuple[Judged, ...]:
        return tuple(judged for judged in self.findings if judged.is_error)

    @property
    def warnings(self) -> tuple[Judged, ...]:
        return tuple(judged for judged in self.findings if judged.is_warning)

    @property
    def known(self) -> tuple[Judged, ...]:
        return tuple(judged for judged in self.findings if judged.standing is Standing.KNOWN)

    @property
    def waived(self) -> tuple[Judged, ...]:
        return tuple(judged for judged in self.findings if judged.standing is Standing.WAIVED)

    @property
    def heads(self) -> tuple[str, ...]:
        """The revisions that are no other's down revision."""
        followed = {parent for revision in self.revisions for parent in revision.down_revisions}
        return tuple(revision.id for revision in self.revisions if revision.id not in followed)

    @property
    def new_revisions(self) -> tuple[ReportedRevision, ...]:
        return tuple(revision for revision in self.revisions if revision.is_new)

    def repository_path(self, path: str) -> str:
        """Give a path of the report from the top of the repository, as forges know it."""
        return path if PurePosixPath(path).is_absolute() else self.prefix + path

    def step(self, revision: str, direction: str) -> ReportedStep | None:
        return next((step for step in self.steps if (step.revision, step.direction) == (revision, direction)), None)
