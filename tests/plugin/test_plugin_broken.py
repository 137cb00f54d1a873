"""Broken set-ups: one failing test with the whole message, or one line before any test runs, and never a traceback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_stairway.history.base_branch import NOBODY_ASKED

if TYPE_CHECKING:
    from conftest import Project, Run


def failure(result: pytest.RunResult) -> list[str]:
    """Return what the one failing test prints."""
    lines = [line.rstrip() for line in result.outlines]
    start = next(number for number, line in enumerate(lines) if line.startswith("___")) + 1
    end = next(number for number, line in enumerate(lines) if number > start and line.startswith(("===", "---")))
    return [line for line in lines[start:end] if not line.startswith("[gw")]


def reasons(result: pytest.RunResult) -> list[str]:
    return [line.partition(": ")[2] for line in result.outlines if line.startswith("SKIPPED")]


NO_PROJECT = [
    "stairway: no Alembic project in {root}",
    "  tried   alembic.ini: not there",
    "          pyproject.toml: not there",
    "          migrations/alembic.ini: not there",
    "  fix     pass --stairway-config path/to/alembic.ini",
    '          or set config = "path/to/alembic.ini" in [tool.stairway] of pyproject.toml',
]


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "workers"])
def test_no_alembic_project(bare: Project, run: Run, workers: tuple[str, ...]) -> None:
    result = run(*workers)
    result.assert_outcomes(failed=1, skipped=5)
    assert failure(result) == [line.format(root=bare.root) for line in NO_PROJECT]


def test_the_tests_that_come_after_say_briefly_why_they_are_skipped(bare: Project, run: Run) -> None:
    result = run("-rs")
    assert reasons(result) == [f"not checked: no Alembic project in {bare.root}"]


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "workers"])
def test_a_server_that_is_asked_for_and_unavailable(project: Project, run: Run, workers: tuple[str, ...]) -> None:  # noqa: ARG001 - run
    result = run("--stairway-server=no-such-kind", *workers)
    result.assert_outcomes(failed=1, passed=2, skipped=5)
    assert failure(result) == [
        'stairway: "no-such-kind" is neither a kind of server nor an image of MySQL or MariaDB',
        '  tried   server = "no-such-kind", image = "mysql:8.4"',
        '  fix     write "auto", "local", "mysqld", "mariadbd", "docker", or an image such as "mysql:8.4"',
    ]


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "workers"])
def test_an_env_py_that_raises(project: Project, run: Run, workers: tuple[str, ...]) -> None:
    project.write("migrations/env.py", 'print("so far")\nraise ValueError("no settings")\n')
    result = run(*workers)
    result.assert_outcomes(failed=1, passed=2, skipped=5)
    assert failure(result)[:2] == [
        "stairway: env.py raised ValueError: no settings",
        '  tried   migrations/env.py:2: raise ValueError("no settings")',
    ]
    assert "so far" in result.outlines


def test_a_test_that_is_run_again_fails_again(bare: Project, run: Run) -> None:
    bare.write(
        "conftest.py",
        """
        from _pytest.runner import runtestprotocol

        def pytest_runtest_protocol(item, nextitem):
            for _ in range(2):
                reports = runtestprotocol(item, nextitem=nextitem)
            return True
        """,
    )
    run().assert_outcomes(failed=2, skipped=10)


def test_two_problems_of_one_kind_are_both_told(project: Project, run: Run) -> None:
    project.write("migrations/versions/0003.py", "revision = '0003'\ndown_revision = '0009'\n")
    project.write("test_mine.py", "def test_mine(stairway_database): pass\n")
    result = run("-k", "0001 or mine", "--stairway-server=no-such-kind")
    result.assert_outcomes(failed=1, errors=1, skipped=1)
    output = "\n".join(result.outlines)
    assert "stairway: the migrations cannot be run, because their files cannot be linked" in output
    assert 'stairway: "no-such-kind" is neither a kind of server nor an image of MySQL or MariaDB' in output


def test_a_project_that_never_downgrades_is_one_line(project: Project, run: Run) -> None:
    project.settings('downgrade = "none"')
    result = run("-rs")
    result.assert_outcomes(passed=5, skipped=2)
    assert reasons(result) == [NOBODY_ASKED.reason, 'downgrade = "none" in the settings']


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("heds = 2", 'pyproject.toml: [tool.stairway] has no key "heds"; did you mean "heads"?'),
        (
            'severity = {column-los = "off"}',
            'pyproject.toml: [tool.stairway.severity] has no code "column-los"; did you mean "column-lost"?',
        ),
        (
            'heads = "two"',
            'pyproject.toml: [tool.stairway] heads must be a whole number of at least 1 or "per-branch", found "two"',
        ),
    ],
    ids=["unknown key", "wrong type", "unknown code"],
)
def test_settings_that_cannot_be_used(project: Project, run: Run, settings: str, told: str) -> None:
    project.settings(settings)
    result = run()
    assert (result.ret, result.outlines, result.errlines) == (4, [], [f"ERROR: stairway: {told}", ""])
    assert run("--help").ret == 0
    assert run("--version").ret == 0


def test_a_flag_that_cannot_be_used(project: Project, run: Run) -> None:  # noqa: ARG001 - run
    result = run("--stairway-heads=two")
    told = '--stairway-heads must be a whole number of at least 1 or "per-branch", found "two"'
    assert (result.ret, result.errlines) == (4, [f"ERROR: stairway: {told}", ""])


def test_help_and_version_work_in_a_broken_project(bare: Project, run: Run) -> None:
    bare.write("alembic.ini", "[alembic\n")
    assert "--stairway-url" in "\n".join(run("--help").outlines)
    assert run("--version").ret == 0


def test_a_fault_of_our_own_shows_its_traceback(project: Project, run: Run) -> None:
    project.write(
        "conftest.py",
        """
        import pytest_stairway.walk.stairway as module

        def broken(self):
            raise KeyError("ours")

        module.Stairway.climbed = broken
        """,
    )
    result = run()
    result.assert_outcomes(failed=2, passed=2, skipped=4)
    output = "\n".join(result.outlines)
    assert '>       raise KeyError("ours")' in output
    assert "stairway: pytest-stairway itself failed: KeyError: 'ours'" in output
