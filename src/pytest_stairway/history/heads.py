"""In how many heads a history is meant to end: all of it, one of its branches, or each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_stairway.setting_kinds import PER_BRANCH

if TYPE_CHECKING:
    from pytest_stairway.history.revisions import History, Revision
    from pytest_stairway.settings import Settings


@dataclass(frozen=True, slots=True)
class Line:
    """What should end in `intended` heads: the history, or the branch that has a label ("" for what has none)."""

    heads: tuple[Revision, ...]
    intended: int
    label: str | None = None

    @property
    def name(self) -> str:
        if self.label is None:
            return "the history"
        return f"branch {self.label}" if self.label else "what has no branch label"

    @property
    def target(self) -> str:
        """What Alembic is asked to upgrade to."""
        return f"{self.label}@head" if self.label else "head"

    @property
    def intention(self) -> str:
        return "1 is intended" if self.intended == 1 else f"{self.intended} are intended"


def branch_lines(history: History, settings: Settings) -> tuple[Line, ...]:
    """Give what `heads` of the settings is about; of `branch` alone, where they name one."""
    branches = history.branches
    intended = 1 if settings.heads == PER_BRANCH else settings.heads
    if settings.branch is not None:
        return (Line(branches.get(settings.branch, ()), intended, settings.branch),)
    if settings.heads != PER_BRANCH:
        return (Line(history.heads, intended),)
    labelled = {head.id for heads in branches.values() for head in heads}
    others = tuple(head for head in history.heads if head.id not in labelled)
    return (*(Line(heads, 1, label) for label, heads in branches.items()), Line(others, 1, ""))
