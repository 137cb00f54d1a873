"""The heads of what is applied, kept up one revision at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_stairway.history.project import find_project
from pytest_stairway.history.revisions import read_history
from pytest_stairway.settings import Settings
from pytest_stairway.walk.applied import AppliedRevisions
from tests.unit.history_files import Files

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def applied(tmp_path: Path) -> AppliedRevisions:
    """Know a base, two branches, their merge, and a line of its own that depends on the left branch."""
    files = Files(tmp_path)
    files.add("base")
    files.add("left", "base")
    files.add("right", "base")
    files.add("merge", ("left", "right"))
    files.add("own", depends="left")
    return AppliedRevisions(read_history(find_project(tmp_path, Settings())))


def test_a_revision_takes_the_place_of_those_that_it_follows_or_depends_on(applied: AppliedRevisions) -> None:
    seen = []
    for revision in ("base", "left", "right", "own", "merge"):
        applied.add(revision)
        seen.append(applied.heads())
    assert seen == [("base",), ("left",), ("left", "right"), ("own", "right"), ("merge", "own")]


def test_what_nothing_applied_follows_any_more_is_a_head_again(applied: AppliedRevisions) -> None:
    for revision in ("base", "left", "right", "own", "merge"):
        applied.add(revision)
    seen = []
    for revision in ("merge", "own", "right", "left", "base"):
        applied.remove(revision)
        seen.append(applied.heads())
    assert seen == [("own", "right"), ("left", "right"), ("left",), ("base",), ()]
