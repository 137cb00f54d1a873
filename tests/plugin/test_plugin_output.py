"""Everything that is printed: findings without a traceback, header, summary, progress, and env.py's own output."""

from __future__ import annotations

import os
import pty
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from conftest import Project, Run

    Shown = Callable[[pytest.RunResult], str]

SETS_NAME = """op.execute("UPDATE users SET name = 'ada'")"""
FORGETS = (
    'op.alter_column("users", "name", existing_type=sa.String(9), type_=sa.String(20), nullable=False)',
    'op.alter_column("users", "name", existing_type=sa.String(20), type_=sa.String(9), existing_nullable=False)',
)
SPEAKS = """
import logging
print("env.py speaks")
logging.getLogger("app").warning("env.py logs")
"""


def add_failing_downgrade(project: Project) -> None:
    project.add(
        "0003", "add name", 'op.add_column("users", sa.Column("name", sa.String(9)))', 'op.drop_column("users", "name")'
    )
    project.add("0004", "widen name", *FORGETS)


def test_a_failing_test_prints_the_finding_and_no_traceback(project: Project, run: Run, shown: Shown) -> None:
    add_failing_downgrade(project)
    assert shown(run("-k", "round_trip and 0004")) == EXPECTED_FAILURE


EXPECTED_FAILURE = """\
stairway: alembic.ini, 4 revisions, 1 head
stairway: SERVER, ORIGIN
stairway: server=KIND (--stairway-server)

test_migrations.py F                                                                                             [100%]

=== FAILURES ===
___ test_round_trip[0004-widen-name] ___
migrations/versions/0004.py:16  downgrade-differs
  downgrade of 0004 leaves users.name as VARCHAR(9) NOT NULL; before the upgrade it was VARCHAR(9) NULL
  statement: ALTER TABLE users MODIFY name VARCHAR(9) NOT NULL
  Instead:
      op.alter_column("users", "name", existing_type=sa.String(9), nullable=True)
--- migrations ---
4 revisions of alembic.ini walked on SERVER (ORIGIN) in N s: 2 findings, 0 warnings, 0 not checked
=== short test summary info ===
FAILED test_migrations.py::test_round_trip[0004-widen-name] - Failed: migrations/versions/0004.py:16  downgrade-differs
=== 1 failed, 11 deselected in N s ==="""


def test_output_of_env_py_is_shown_by_the_first_test_that_fails(project: Project, run: Run) -> None:
    project.write("migrations/env.py", SPEAKS + (project.root / "migrations/env.py").read_text())
    project.add("0003", "fail", "op.execute('x')")
    project.add("0004", "fail too", "op.execute('y')", down="0002")
    output = "\n".join(run("-rA").outlines)
    assert (output.count("env.py speaks"), output.count("env.py logs")) == (1, 1)
    assert "Captured output of env.py call" in output


def test_output_of_env_py_is_not_shown_where_all_is_well(project: Project, run: Run) -> None:
    project.write("migrations/env.py", SPEAKS + (project.root / "migrations/env.py").read_text())
    result = run("-rA", "-s")
    result.assert_outcomes(passed=7, skipped=1)
    assert "env.py" not in "\n".join(result.outlines + result.errlines)


def test_warnings_and_skips_are_listed_and_everything_is_counted(project: Project, run: Run, shown: Shown) -> None:
    project.add("0003", "fill", 'op.execute("INSERT INTO users VALUES (1)")', 'op.execute("DELETE FROM users")')
    column = 'op.add_column("users", sa.Column("name", sa.String(9)))'
    drop = 'op.drop_column("users", "name")'
    project.add("0004", "add name", f"{column}\n{SETS_NAME}", drop)
    project.add("0005", "drop name", drop, column)
    project.add("0006", "fail", "op.execute('x')")
    project.add("0007", "follow")
    project.add("0008", "follow")
    output = shown(run("-k", "0005 or 0007"))
    assert output[output.index("--- migrations ---") :] == EXPECTED_SUMMARY


EXPECTED_SUMMARY = """\
--- migrations ---
migrations/versions/0005.py:12  column-lost
  upgrade of 0005 drops users.name, and its downgrade brings it back without the values:
    id = 1: name 'ada' -> NULL
  Copy the values to where they are kept before dropping the column, and back in the downgrade.

not checked: migrations/env.py: not every upgrade ran, so there is no migrated schema to compare
not checked: migrations/versions/0006.py:11: not run: its upgrade failed
not checked: migrations/versions/0007.py:11 and 1 more: not run: the upgrade of 0006, which it follows, failed
8 revisions of alembic.ini walked on SERVER (ORIGIN) in N s: 1 finding, 1 warning, 6 not checked

=== 2 passed, 2 skipped, 16 deselected in N s ==="""


def test_the_controller_of_several_workers_shows_the_summary(project: Project, run: Run, shown: Shown) -> None:  # noqa: ARG001 - run
    output = "\n".join(run("-n", "2").outlines)
    assert "server=" in output
    assert "2 revisions of alembic.ini walked on " in output


def test_a_run_that_uses_nothing_of_ours_shows_nothing(project: Project, run: Run, temporary: Path) -> None:
    project.write("alembic.ini", "[alembic\n")
    project.write("test_migrations.py", "def test_mine(): pass\n")
    for arguments in ((), ("-n", "2")):
        result = run(*arguments)
        result.assert_outcomes(passed=1)
        lines = [line for line in result.outlines + result.errlines if not line.startswith("plugins:")]
        assert [line for line in lines if "stairway" in line and "rootdir" not in line] == []
    assert list(temporary.glob("pytest-stairway*/????????")) == []


def in_terminal(project: Project, *arguments: str) -> str:
    """Run pytest as a person does who looks at a terminal."""
    before = os.getcwd()  # noqa: PTH109 - what chdir takes back
    output: list[bytes] = []

    def read(descriptor: int) -> bytes:
        output.append(os.read(descriptor, 1024))
        return output[-1]

    os.chdir(project.root)
    try:
        pty.spawn([sys.executable, "-m", "pytest", *arguments], read)
    finally:
        os.chdir(before)
    return b"".join(output).decode()


def test_a_terminal_shows_the_revision_that_is_walked(project: Project, run: Run, server: str) -> None:  # noqa: ARG001 - run sets variables
    output = in_terminal(project, f"--stairway-server={server}")
    assert "\rstairway: revision 1 of 2 (0001)" in output
    assert "\rstairway: revision 2 of 2 (0002)" in output
    assert "7 passed, 1 skipped" in output


def test_a_quiet_terminal_shows_no_progress_and_no_header(project: Project, run: Run, server: str) -> None:  # noqa: ARG001 - same
    assert "stairway:" not in in_terminal(project, f"--stairway-server={server}", "-q")
