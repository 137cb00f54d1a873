"""What a check says: a finding, or that it could not check."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Severity(enum.StrEnum):
    """ERROR was reproduced on the server and fails the test; WARNING is told and fails nothing."""

    ERROR = "error"
    WARNING = "warning"


class Stage(enum.StrEnum):
    """What was being verified: each test of the suite answers for one stage."""

    HEADS = "heads"
    HISTORY = "history"
    BASE = "base-branch"
    UPGRADE = "upgrade"
    ROUND_TRIP = "round-trip"
    MODELS = "models"

    @property
    def is_of_one_revision(self) -> bool:
        """Whether its findings are about one revision; those of the others are about the whole."""
        return self in {Stage.UPGRADE, Stage.ROUND_TRIP}


@dataclass(frozen=True, slots=True)
class Location:
    """A place in the project: `path` is relative to the directory pytest was started in where it lies below it."""

    path: str | None = None
    line: int | None = None
    revision: str | None = None

    def __str__(self) -> str:
        if self.path is None:
            return self.revision or "the project"
        return self.path if self.line is None else f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: `message` says what happened, subject first; `remedy` says what to write instead.

    `object` is what the finding is about, in SQL terms (`users.email`), and stable from run to run.
    """

    code: str
    stage: Stage
    location: Location
    object: str
    message: str
    remedy: str = ""
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class Skip:
    """Something that could not be checked, and why.

    What was not checked `by_choice` of the project is told in the summary, and skips no test.
    """

    check: str
    stage: Stage
    location: Location
    reason: str
    by_choice: bool = False
