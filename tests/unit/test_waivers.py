"""Waivers as they are written, what they cover, and what is said of wrong ones."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from pytest_stairway.checks.interface import Subject
from pytest_stairway.findings import Finding, Location, Severity, Stage
from pytest_stairway.flavor import Flavor, Vendor
from pytest_stairway.history.project import find_project
from pytest_stairway.history.revisions import read_history
from pytest_stairway.project_waivers import ProjectWaivers
from pytest_stairway.schema.model import Schema
from pytest_stairway.settings import Settings
from pytest_stairway.waivers import NoWaiver, Waiver, waivers_in
from pytest_stairway.walk.failure import Failure
from pytest_stairway.walk.record import Direction, Record, Step, Versions, Visit
from tests.unit.history_files import Files

if TYPE_CHECKING:
    from pathlib import Path

NO_REASON = "has no reason, so that nobody can tell later whether it still holds"
FILE = Location("versions/0002.py", None, "0002")


def read(comment: str) -> Waiver | NoWaiver:
    (found,) = waivers_in(f"x = 1\n{comment}\n".encode(), FILE)
    assert found.location == Location("versions/0002.py", 2, "0002")
    return found


def parts(comment: str) -> tuple[str, str, str]:
    found = read(comment)
    assert isinstance(found, Waiver)
    return found.code, found.object, found.reason


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# stairway: allow column-lost -- moved", ("column-lost", "", "moved")),
        ("#stairway:allow  column-lost  --  moved", ("column-lost", "", "moved")),
        ("# stairway: allow column-lost: users.name -- #12 -- or 13", ("column-lost", "users.name", "#12 -- or 13")),
        ("# stairway: allow cycle: index a-b on c: d -- why", ("cycle", "index a-b on c: d", "why")),
        ("op.x('--')  # stairway: allow rows-lost: users -- why", ("rows-lost", "users", "why")),
        ("# stairway: allow column-lost", ("column-lost", "", "")),
        ("# stairway: allow column-lost --", ("column-lost", "", "")),
        ("# stairway: allow column-lost: users.name --  ", ("column-lost", "users.name", "")),
    ],
)
def test_a_comment_is_read_in_its_parts(comment: str, expected: tuple[str, str, str]) -> None:
    assert parts(comment) == expected


@pytest.mark.parametrize("comment", ["# stairway: alow column-lost -- x", "# stairway: allow", "# stairway: see below"])
def test_a_comment_that_is_meant_as_a_waiver_and_is_none(comment: str) -> None:
    assert read(comment) == NoWaiver(comment, Location("versions/0002.py", 2, "0002"))


@pytest.mark.parametrize(
    "line", ['x = "# stairway: allow cycle -- x"', '"""\n# stairway: allow cycle -- x\n"""', "# about the stairway: up"]
)
def test_strings_and_other_comments_are_no_waivers(line: str) -> None:
    assert list(waivers_in(line.encode(), FILE)) == []


LOST = Finding("column-lost", Stage.ROUND_TRIP, Location("versions/0002.py", 9, "0002"), "users.name", "")


@pytest.mark.parametrize(
    ("waiver", "covered"),
    [
        (Waiver("column-lost", "", "r", FILE), True),
        (Waiver("column-lost", "users.name", "r", FILE), True),
        (Waiver("column-lost", "users.email", "r", FILE), False),
        (Waiver("rows-lost", "", "r", FILE), False),
        (Waiver("column-lost", "", "r", Location("versions/0003.py", 1, "0003")), False),
        (Waiver("column-lost", "users.name", "r", Location("pyproject.toml")), True),
    ],
)
def test_what_a_waiver_covers(waiver: Waiver, covered: bool) -> None:  # noqa: FBT001 - an expected value
    assert waiver.covers(LOST) is covered


def invalid(root: Path, comment: str = "", **row: str) -> Finding:
    files = Files(root)
    path = files.add("0001")
    path.write_text(path.read_text() + comment)
    settings = Settings(waivers=(tuple(row.items()),) if row else ())
    waivers = ProjectWaivers.read(read_history(find_project(root, settings)), settings, root)
    (found,) = waivers.invalid
    assert (waivers.usable, found.severity, found.code) == ((), Severity.ERROR, "waiver-invalid")
    return found


@pytest.mark.parametrize(
    ("comment", "message", "remedy"),
    [
        (
            "# stairway: allow colum-lost: a.b -- x",
            'the waiver of colum-lost: a.b waives nothing: it names no code of a finding; did you mean "column-lost"?',
            "Write it as\n    # stairway: allow <code>[: object] -- <reason>",
        ),
        (
            "# stairway: allow column-lost: a.b",
            f"the waiver of column-lost: a.b waives nothing: it {NO_REASON}",
            "Write it as\n    # stairway: allow column-lost: a.b -- <reason>",
        ),
        (
            "# stairway: allow waiver-unused -- x",
            "the waiver of waiver-unused waives nothing: it is of a finding about waivers, which severity is for",
            "Write it as\n    # stairway: allow <code>[: object] -- <reason>",
        ),
        (
            "# stairway: allow cycle -- x",
            "the waiver of cycle waives nothing: it is of a fault with which Alembic runs no migration at all",
            "Write it as\n    # stairway: allow <code>[: object] -- <reason>",
        ),
        (
            "# stairway: forbid cycle",
            "# stairway: forbid cycle waives nothing: it cannot be read as a waiver",
            "Write it as\n    # stairway: allow <code>[: object] -- <reason>",
        ),
        (
            "# stairway allow column-lost -- x",
            "# stairway allow column-lost -- x waives nothing: it cannot be read as a waiver",
            "Write it as\n    # stairway: allow <code>[: object] -- <reason>",
        ),
        (
            "# Stairway: Allow column-lost -- x",
            "# Stairway: Allow column-lost -- x waives nothing: it cannot be read as a waiver",
            "Write it as\n    # stairway: allow <code>[: object] -- <reason>",
        ),
        (
            "# noqa: E501  # stairway: allow column-lost",
            f"the waiver of column-lost waives nothing: it {NO_REASON}",
            "Write it as\n    # stairway: allow column-lost -- <reason>",
        ),
    ],
)
def test_a_wrong_comment_is_told_at_its_line(tmp_path: Path, comment: str, message: str, remedy: str) -> None:
    found = invalid(tmp_path, comment)
    assert (found.message, found.remedy) == (message, remedy)
    assert (found.stage, found.location) == (Stage.ROUND_TRIP, Location("alembic/versions/0001.py", 17, "0001"))


def test_a_wrong_row_of_the_settings_is_told_there(tmp_path: Path) -> None:
    found = invalid(tmp_path, code="drift-extra", object="audit")
    assert (found.stage, found.location) == (Stage.MODELS, Location("pyproject.toml"))
    assert found.message == f"the waiver of drift-extra: audit waives nothing: it {NO_REASON}"
    assert found.remedy == (
        "In pyproject.toml:\n    [[tool.stairway.waivers]]\n    code = ...\n    object = ...\n    reason = ..."
    )


def unused(root: Path, settings: Settings, *steps: Step) -> list[str]:
    files = Files(root)
    path = files.add("0001")
    path.write_text(path.read_text() + "# stairway: allow column-lost -- x\n")
    history = read_history(find_project(root, settings))
    visits = (Visit("0001", *steps),) if steps else ()
    record = Record("", Flavor(Vendor.MYSQL, (9, 7, 0)), visits, Schema({}), Versions((), ()))
    waivers = ProjectWaivers.read(history, settings, root)
    return [found.object for found in waivers.findings(Subject(history, settings, record, root), ())]


ROW = Settings(waivers=((("code", "drift-extra"), ("reason", "x")),))


def step(direction: Direction, failure: Failure | None = None) -> Step:
    return Step("0001", direction, (), Schema({}), Schema({}), Versions((), ()), 0.0, failure)


def test_waivers_of_what_went_up_and_down_without_a_finding_are_unused(tmp_path: Path) -> None:
    there_and_back = step(Direction.UPGRADE), step(Direction.DOWNGRADE)
    assert unused(tmp_path, ROW, *there_and_back) == ["column-lost", "drift-extra"]


@pytest.mark.parametrize(
    ("settings", "steps"),
    [
        (ROW, ()),
        (ROW, (step(Direction.UPGRADE),)),
        (ROW, (step(Direction.UPGRADE), step(Direction.DOWNGRADE, Failure("boom", Location())))),
        (Settings(severity=(("column-lost", "off"),)), (step(Direction.UPGRADE), step(Direction.DOWNGRADE))),
    ],
    ids=["not walked", "no downgrade", "downgrade fails", "off"],
)
def test_waivers_of_what_was_not_looked_for_are_not_unused(
    tmp_path: Path, settings: Settings, steps: tuple[Step, ...]
) -> None:
    assert unused(tmp_path, settings, *steps) == []


@pytest.mark.parametrize(
    "narrowed", [{"name": "shop"}, {"branch": "shop"}], ids=["one of several projects", "a branch"]
)
def test_rows_of_the_settings_may_be_for_what_another_run_walks(tmp_path: Path, narrowed: dict[str, str]) -> None:
    settings = dataclasses.replace(ROW, **narrowed)
    assert unused(tmp_path, settings, step(Direction.UPGRADE), step(Direction.DOWNGRADE)) == ["column-lost"]
