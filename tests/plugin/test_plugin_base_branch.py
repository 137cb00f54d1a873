"""A run on a change: what it judges, and what it says where the base branch cannot be read."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Project, Run, Told

    Shown = Callable[[pytest.RunResult], str]

HOOKS = Path(__file__).parent.parent.parent / ".pre-commit-hooks.yaml"
KNOWN = """\
known: migrations/versions/0001.py:15  downgrade-missing: 0001 -- main has 0001 as it is
2 revisions of alembic.ini walked on SERVER (ORIGIN) in N s: 0 findings, 0 warnings, 1 known, 1 not checked"""
KEEPS_TABLE = ('op.create_table("{name}", sa.Column("id", sa.Integer, primary_key=True))', "pass")


def git(project: Project, *words: str) -> None:
    identity = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com", "-c", "commit.gpgsign=false")
    environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(  # noqa: S603 - git, with the words of a test
        ["git", *identity, *words],  # noqa: S607 - the one on PATH
        cwd=project.root,
        env=environment,
        check=True,
    )


@pytest.fixture
def change(empty: Project) -> Project:
    """Make a branch beside main, which has a revision without a downgrade."""
    empty.add("0001", "keep old", *(text.format(name="old") for text in KEEPS_TABLE))
    git(empty, "init", "--quiet", "--initial-branch=main")
    git(empty, "add", "--all")
    git(empty, "commit", "--quiet", "--message", "First")
    git(empty, "checkout", "--quiet", "-b", "change")
    return empty


def test_findings_on_what_the_base_has_are_known(change: Project, run: Run, shown: Shown) -> None:
    change.add_table("0002", "new")
    result = run("--stairway-base=main")
    result.assert_outcomes(passed=7, skipped=1)
    lines = shown(result).splitlines()
    assert "stairway: alembic.ini, 2 revisions (1 new against main), 1 head" in lines
    assert "\n".join(line for line in lines if " known" in line or line.startswith("known")) == KNOWN


def test_findings_on_what_is_new_count(change: Project, run: Run) -> None:
    change.add("0002", "keep new", *(text.format(name="new") for text in KEEPS_TABLE))
    result = run("--stairway-base=main", "-k", "round_trip")
    result.assert_outcomes(passed=1, failed=1, deselected=6)
    assert "migrations/versions/0002.py:15  downgrade-missing" in result.outlines


def test_findings_on_what_was_edited_count(change: Project, run: Run) -> None:
    change.add("0001", "keep old", KEEPS_TABLE[0].format(name="old"), 'op.execute("SELECT 1")')
    run("--stairway-base=main", "-k", "round_trip").assert_outcomes(failed=1, deselected=5)


def test_all_are_judged_where_that_is_asked_for(change: Project, run: Run) -> None:
    change.add_table("0002", "new")
    run("--stairway-base=main", "--stairway-all", "-k", "round_trip").assert_outcomes(passed=1, failed=1, deselected=6)


def test_the_base_that_ci_names_is_compared_with(change: Project, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_BASE_REF", "main")
    (change.root / "migrations/versions/0001.py").unlink()
    change.add_table("0002", "new")
    change.write(
        "migrations/versions/0002.py",
        (change.root / "migrations/versions/0002.py").read_text().replace("'0001'", "None"),
    )
    result = run("-k", "base_branch", "--stairway-server=no-such-kind")
    result.assert_outcomes(failed=1, deselected=5)
    assert "migrations/versions/0001.py  shipped-revision-deleted" in result.outlines


def test_a_base_that_is_asked_for_and_missing_is_told_once(change: Project, run: Run, told: Told) -> None:  # noqa: ARG001 - run
    assert told(run("--stairway-base=develop", "-k", "base_branch or history")) == MISSING


MISSING = """\
status 1, 1 failed, 1 passed, 4 deselected

test_base_branch:
stairway: the base branch develop (--stairway-base) is not in this clone
  tried   develop: git knows no such commit
          origin/develop: git knows no such commit
  fix     name a branch that `git branch --all` lists"""


def test_a_base_that_ci_names_and_that_is_missing_skips_the_test(
    change: Project,  # noqa: ARG001 - run
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "develop")
    result = run("-rs", "-k", "base_branch")
    result.assert_outcomes(skipped=1, deselected=5)
    (skipped,) = [line for line in result.outlines if line.startswith("SKIPPED")]
    assert skipped.partition(": ")[2] == (
        "the base branch develop (CI_MERGE_REQUEST_TARGET_BRANCH_NAME) is not in this clone; "
        "name a branch that `git branch --all` lists"
    )


@pytest.mark.parametrize(
    ("id_", "arguments", "told"),
    [
        ("stairway-history", (), "migrations/versions/0003.py:8  multiple-heads"),
        ("stairway-base-branch", ("--stairway-base=main",), "migrations/versions/0001.py:11  shipped-upgrade-edited"),
    ],
)
def test_the_hooks_of_pre_commit_run_without_the_application(
    change: Project, id_: str, arguments: tuple[str, ...], told: str
) -> None:
    change.write("pytest.ini", "[pytest]\naddopts = --no-such-option\nrequired_plugins = no-such-plugin\n")
    change.write("conftest.py", "import no_such_application\n")
    change.add("0001", "keep old", "pass")
    change.add_table("0002", "new")
    change.add("0003", "a second head", down="0001")
    (entry,) = [hook["entry"] for hook in yaml.safe_load(HOOKS.read_text()) if hook["id"] == id_]
    python, *words = shlex.split(entry)
    assert python == "python"
    done = subprocess.run(  # noqa: S603 - what the hooks file says
        [sys.executable, *words, *arguments], cwd=change.root, capture_output=True, text=True, check=False
    )
    assert (done.returncode, told in done.stdout.splitlines()) == (1, True), done.stdout + done.stderr
