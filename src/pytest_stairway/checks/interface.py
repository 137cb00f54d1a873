"""What a check is, and what it sees."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_stairway.findings import Location
from pytest_stairway.history.base_branch import NOBODY_ASKED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_stairway.findings import Finding, Skip
    from pytest_stairway.history.base_branch import Base, NoBase
    from pytest_stairway.history.revisions import History
    from pytest_stairway.settings import Settings
    from pytest_stairway.walk.record import Record


@dataclass(frozen=True, slots=True)
class Subject:
    """Everything a check may look at. `record` is None until a walk was made: checks of files need none."""

    history: History
    settings: Settings
    record: Record | None
    root: Path
    base: Base | NoBase = NOBODY_ASKED

    @property
    def walked(self) -> Record:
        """The record, for checks that need the walk.

        Raises:
            ValueError: there is none; a check with `needs_walk` is not run then.
        """
        if self.record is None:
            raise ValueError("a check of the walk was run without one")
        return self.record

    def location(self, path: Path | str, line: int | None = None, revision: str | None = None) -> Location:
        """Place a finding, see `place()`."""
        return place(self.root, Path(path), line, revision)


def place(root: Path, path: Path, line: int | None = None, revision: str | None = None) -> Location:
    """Name a place, its path relative to the root where it lies below it."""
    root = root.resolve()
    label = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
    return Location(label, line, revision)


@dataclass(frozen=True, slots=True)
class Check:
    """A check, and the permanent codes of its findings. `run` reads the subject and nothing else.

    A check that does not need the walk is run before it, on the files alone, and with those of the base branch where it
    needs them. One that looks only where something asks for it says so by `is_wanted`: a waiver of what was not looked
    for is not unused.
    """

    name: str
    codes: tuple[str, ...]
    run: Callable[[Subject], Iterator[Finding | Skip]]
    needs_walk: bool = True
    needs_base: bool = False
    is_wanted: Callable[[Subject], bool] = lambda _: True
