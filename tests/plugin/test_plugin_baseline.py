"""Findings that a project began with: recorded, known, and told when they are gone."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Project, Run

OUTDATED = Path(__file__).parent.parent / "projects" / "baseline" / "outdated" / "project"
FLAG = "--stairway-baseline=known.json"
CREATE = 'op.create_table("{name}", sa.Column("id", sa.Integer, primary_key=True))'
WRITTEN = """\
{
  "version": 1,
  "findings": [
    {
      "code": "downgrade-missing",
      "revision": "0002",
      "object": "0002",
      "detail": "revision 0002 has no downgrade, so a deploy that goes wrong cannot be taken back"
    }
  ]
}
"""
TOLD = """\
known.json  baseline-outdated
  known.json lists downgrade-missing of 0001, which is not found any more
    revision 0001 has no downgrade, so a deploy that goes wrong cannot be taken back
  Remove the entry, or write the file anew:
      pytest --stairway-baseline known.json --stairway-baseline-write"""


@pytest.fixture
def begun(empty: Project) -> Project:
    """Make a project with a revision that has no downgrade."""
    empty.add_table("0001", "old")
    empty.add("0002", "keep", CREATE.format(name="kept"))
    return empty


def text_of(result: pytest.RunResult) -> str:
    return "\n".join(line.rstrip() for line in result.outlines)


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "workers"])
def test_what_is_recorded_is_known_and_what_comes_after_counts(
    begun: Project, run: Run, workers: tuple[str, ...]
) -> None:
    run(FLAG, "--stairway-baseline-write", *workers).assert_outcomes(passed=6, skipped=2)
    assert (begun.root / "known.json").read_text() == WRITTEN
    result = run(FLAG, *workers)
    result.assert_outcomes(passed=6, skipped=2)
    assert "known: migrations/versions/0002.py:15  downgrade-missing: 0002 -- known.json lists it" in result.outlines
    begun.add("0003", "keep more", CREATE.format(name="more"))
    run(FLAG, *workers).assert_outcomes(passed=7, failed=1, skipped=2)


def test_an_entry_that_is_found_no_more_fails_and_one_that_is_found_does_not(empty: Project, run: Run) -> None:
    shutil.copytree(OUTDATED, empty.root, dirs_exist_ok=True)
    (empty.root / "baseline.json").rename(empty.root / "known.json")
    result = run(FLAG)
    result.assert_outcomes(passed=6, failed=1, skipped=1)
    assert TOLD in text_of(result)


def test_nothing_is_written_where_nothing_was_walked(begun: Project, run: Run) -> None:
    result = run(FLAG, "--stairway-baseline-write", "-k", "single_head")
    assert (result.ret, (begun.root / "known.json").exists()) == (pytest.ExitCode.TESTS_FAILED, False)
    assert (
        "stairway: known.json was not written, because the migrations of alembic.ini were not walked" in result.outlines
    )


@pytest.mark.parametrize(
    ("content", "arguments", "told"),
    [
        (None, (FLAG,), "baseline: known.json does not exist; --stairway-baseline-write writes it"),
        ("{", (FLAG,), "baseline: known.json is not valid JSON: "),
        ("[]", (FLAG,), "baseline: known.json is no baseline of version 1; --stairway-baseline-write writes one"),
        (
            '{"version": 1, "findings": [{"object": "x"}]}',
            (FLAG,),
            "baseline: known.json is no baseline of version 1; --stairway-baseline-write writes one",
        ),
        (None, ("--stairway-baseline=migrations", "--stairway-baseline-write"), "baseline: migrations is a directory"),
        (
            None,
            ("--stairway-baseline-write",),
            "--stairway-baseline-write needs --stairway-baseline FILE, which is what it writes",
        ),
    ],
)
def test_a_baseline_that_cannot_be_used_is_one_line(
    begun: Project, run_here: Run, content: str | None, arguments: tuple[str, ...], told: str
) -> None:
    if content is not None:
        begun.write("known.json", content)
    result = run_here(*arguments)
    assert (result.ret, result.errlines[0].startswith(f"ERROR: stairway: {told}")) == (4, True), result.errlines
