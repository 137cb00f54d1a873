"""A revision is found by what a person types, and whoever mistypes it sees what may have been meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_stairway.errors import ProjectError
from pytest_stairway.history.lookup import find_revision
from tests.unit.history_files import Files

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def files(tmp_path: Path) -> Files:
    files = Files(tmp_path)
    files.add("a1b2", message="create users")
    files.add("a1c3", "a1b2", message="create roles")
    files.add("a1", "a1c3", message="widen")
    return files


@pytest.mark.parametrize(
    ("name", "id_"), [("a1b2", "a1b2"), ("a1c", "a1c3"), ("head", "a1")], ids=["whole id", "beginning", "head"]
)
def test_a_revision_is_found(files: Files, name: str, id_: str) -> None:
    assert find_revision(files.subject().history, name).id == id_


def test_a_whole_id_that_another_one_begins_with_is_found(files: Files) -> None:
    assert find_revision(files.subject().history, "a1").id == "a1"


AMBIGUOUS = """\
stairway: "a" is the beginning of several revisions
  fix     name one: a1b2 (create users), a1c3 (create roles), a1 (widen)"""
UNKNOWN = """\
stairway: there is no revision "a1d3"
  fix     name an id, the beginning of one, or "head"
          perhaps a1b2 (create users), a1c3 (create roles), a1 (widen)"""
EMPTY = """\
stairway: there is no revision ""
  fix     name an id, the beginning of one, or "head"
          perhaps a1 (widen)"""


@pytest.mark.parametrize(("name", "told"), [("a", AMBIGUOUS), ("a1d3", UNKNOWN), ("", EMPTY)])
def test_a_name_that_leads_to_no_single_revision_is_refused(files: Files, name: str, told: str) -> None:
    with pytest.raises(ProjectError) as refused:
        find_revision(files.subject().history, name)
    assert str(refused.value) == told


def test_head_is_refused_where_there_are_two(files: Files) -> None:
    files.add("b2", "a1c3", message="drop")
    with pytest.raises(ProjectError) as refused:
        find_revision(files.subject().history, "head")
    assert (
        str(refused.value)
        == 'stairway: "head" is no single revision\n  fix     name one of the heads: b2 (drop), a1 (widen)'
    )


def test_of_many_that_begin_so_five_are_listed(tmp_path: Path) -> None:
    files = Files(tmp_path)
    for number in range(9):
        files.add(f"a{number}", f"a{number - 1}" if number else None, message="step")
    with pytest.raises(ProjectError) as refused:
        find_revision(files.subject().history, "a")
    assert str(refused.value).endswith("name one: a0 (step), a1 (step), a2 (step), a3 (step), a4 (step), and 4 more")
