from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_stairway.checks import all_checks, refuse_duplicate_codes
from pytest_stairway.checks.interface import Check, Subject
from pytest_stairway.findings import Location
from tests.unit.history_files import Files

if TYPE_CHECKING:
    from pathlib import Path


def test_a_module_with_a_check_is_found() -> None:
    found = {check.name: check for check in all_checks()}
    assert found["history"].codes == ("unreadable-revision", "duplicate-revision", "unknown-parent", "cycle")
    assert found["multiple-heads"].codes == ("multiple-heads",)
    assert not found["history"].needs_walk


def test_a_code_that_two_checks_have_is_refused() -> None:
    checks = tuple(Check(name, ("same",), lambda _: iter(())) for name in ("one", "two"))
    with pytest.raises(ValueError, match=r"^code same belongs to the checks one and two$"):
        refuse_duplicate_codes(checks)


@pytest.fixture
def subject(tmp_path: Path) -> Subject:
    return Files(tmp_path).subject()


def test_places_are_relative_to_the_root_where_they_lie_below_it(subject: Subject, tmp_path: Path) -> None:
    assert subject.location(tmp_path / "a" / "b.py", 3, "r") == Location("a/b.py", 3, "r")
    assert subject.location("/somewhere/else.py") == Location("/somewhere/else.py")


def test_a_check_of_the_walk_without_a_walk_is_refused(subject: Subject) -> None:
    with pytest.raises(ValueError, match=r"^a check of the walk was run without one$"):
        _ = subject.walked
