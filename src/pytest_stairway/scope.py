"""What a run judges: with a base branch, what a change does to it; without one, everything."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from pytest_stairway.errors import StairwayError
from pytest_stairway.history.base_branch import Base, NoBase, find_base
from pytest_stairway.history.change import Change

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_stairway.findings import Finding
    from pytest_stairway.history.revisions import History
    from pytest_stairway.settings import Settings


class Scope:
    """`read` gives the history, once it is needed."""

    def __init__(self, settings: Settings, read: Callable[[], History]) -> None:
        self._settings = settings
        self._read = read

    @cached_property
    def base(self) -> Base | NoBase:
        """Read the base branch.

        Raises:
            ProjectError: see `find_base()`.
        """
        return find_base(self._read(), self._settings, os.environ)

    @cached_property
    def change(self) -> Change | None:
        """What this branch changes; None where there is no base, or where the test of the base tells why not."""
        try:
            base = self.base
        except StairwayError:
            return None
        return Change(base, self._read()) if isinstance(base, Base) else None

    def is_new(self, revision: str) -> bool:
        """Tell whether this change adds a revision."""
        return self.change is None or revision in self.change.new_ids

    def known_because(self, finding: Finding) -> str | None:
        """Say why a finding was there before this change: it is of a revision that the base has, unchanged."""
        revision = finding.location.revision
        change = self.change
        if change is None or self._settings.all or not finding.stage.is_of_one_revision or revision is None:
            return None
        return None if revision in change.changed_ids else f"{change.base.name} has {revision} as it is"
