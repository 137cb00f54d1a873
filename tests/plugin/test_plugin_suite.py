"""What `from pytest_stairway.suite import *` gives, and how pytest's own options work on it."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

    from conftest import Project, Run

TESTS = (
    "test_single_head",
    "test_history",
    "test_base_branch",
    "test_upgrades[0001-create-roles]",
    "test_upgrades[0002-create-users]",
    "test_round_trip[0001-create-roles]",
    "test_round_trip[0002-create-users]",
    "test_models_match_migrations",
)
FAILS = 'op.execute("ALTER TABLE nothing ADD a INT")'
COUNTS = 'Path("walks").open("a").write("walk\\n")'


def collected(result: pytest.RunResult) -> list[str]:
    return [line for line in result.outlines if "::" in line]


def test_collecting_needs_no_server(project: Project, run: Run) -> None:  # noqa: ARG001 - collected
    result = run("--collect-only", "-q", "--stairway-server=no-such-kind")
    assert collected(result) == [f"test_migrations.py::{name}" for name in TESTS]
    assert result.ret == 0


def test_every_revision_passes(project: Project, run: Run) -> None:  # noqa: ARG001 - run
    run().assert_outcomes(passed=7, skipped=1)


def test_the_files_alone_need_no_server(project: Project, run: Run) -> None:  # noqa: ARG001 - run
    result = run("-k", "single_head or history", "--stairway-server=no-such-kind")
    result.assert_outcomes(passed=2, deselected=6)
    assert "no-such-kind" not in "".join(line for line in result.outlines if "server=" not in line)


def test_no_file_at_all(project: Project, run: Run) -> None:
    (project.root / "test_migrations.py").unlink()
    result = run("--pyargs", "pytest_stairway.suite", "-v")
    result.assert_outcomes(passed=7, skipped=1)


def test_ids_of_a_suite_outside_the_root_can_be_typed_again(project: Project, run: Run) -> None:  # noqa: ARG001 - run
    ids = collected(run("--pyargs", "pytest_stairway.suite", "--collect-only", "-q"))
    assert ids == [f"pytest_stairway.suite::{name}" for name in TESTS]
    run("--pyargs", *ids[3:5]).assert_outcomes(passed=2)


def test_two_modules_that_import_it_run_it_once(project: Project, run: Run) -> None:
    project.write("test_other.py", "from pytest_stairway.suite import *\n\ndef test_mine(): pass\n")
    run("--pyargs", "pytest_stairway.suite", "test_migrations.py", "test_other.py").assert_outcomes(
        passed=8, skipped=1, deselected=16
    )


def test_the_second_module_alone_runs_it(project: Project, run: Run) -> None:
    project.write("test_other.py", "from pytest_stairway.suite import *\n")
    run("test_other.py").assert_outcomes(passed=7, skipped=1)


def test_the_marker_selects_it(project: Project, run: Run) -> None:
    project.write("test_mine.py", "def test_mine(): pass\n")
    run("-m", "stairway", "--strict-markers").assert_outcomes(passed=7, skipped=1, deselected=1)
    run("-m", "not stairway", "--strict-markers").assert_outcomes(passed=1, deselected=8)


def test_it_stops_at_the_first_failure_and_runs_the_last_failed(project: Project, run: Run) -> None:
    project.add("0003", "fail", FAILS)
    run("-x").assert_outcomes(failed=1, passed=4, skipped=1)
    run("--lf").assert_outcomes(failed=1)
    run().assert_outcomes(failed=1, passed=6, skipped=3)


def test_one_revision_is_selected(project: Project, run: Run) -> None:  # noqa: ARG001 - run
    run("-k", "0002").assert_outcomes(passed=2, deselected=6)


def test_one_walk_serves_all_tests(project: Project, run: Run) -> None:
    project.add("0003", "count", COUNTS)
    run().assert_outcomes(passed=9, skipped=1)
    assert (project.root / "walks").read_text() == "walk\n" * 2  # up, and up again


def test_one_walk_serves_all_workers(project: Project, run: Run) -> None:
    project.add("0003", "count", COUNTS)
    run("-n", "2").assert_outcomes(passed=9, skipped=1)
    assert (project.root / "walks").read_text() == "walk\n" * 2


def test_warnings_as_errors(project: Project, run: Run) -> None:  # noqa: ARG001 - run
    run("-W", "error", "--strict-markers", "--strict-config").assert_outcomes(passed=7, skipped=1)


def test_without_the_plugin_nothing_is_left_of_it(project: Project) -> None:
    project.write("test_mine.py", "def test_mine(): pass\n")
    result = subprocess.run(  # `run` would pass one of our options
        [sys.executable, "-m", "pytest", "-p", "no:stairway", "--strict-markers", "test_mine.py"],
        cwd=project.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ("1 passed" in result.stdout, "stairway" in result.stdout.partition("collected")[2]) == (True, False)


def test_findings_are_properties_in_the_junit_file(project: Project, run: Run) -> None:
    project.add("0003", "fail", FAILS)
    run("--junitxml=report.xml")
    cases = ET.parse(project.root / "report.xml").iter("testcase")  # noqa: S314 - written by pytest a moment ago
    properties = {
        str(case.get("name")): [(each.get("name"), each.get("value")) for each in case.iter("property")]
        for case in cases
    }
    assert {name: found for name, found in properties.items() if found} == {
        "test_upgrades[0003-fail]": [
            ("stairway-code", "upgrade-fails"),
            ("stairway-object", "0003"),
            ("stairway-place", "migrations/versions/0003.py:12"),
            ("stairway-severity", "error"),
            ("stairway-standing", "counts"),
        ]
    }


def test_a_code_that_is_a_warning_in_the_settings_fails_no_test(project: Project, run_here: Run) -> None:
    project.add("0003", "fail", FAILS)
    project.settings('severity = {upgrade-fails = "warning"}')
    result = run_here("-k", "upgrades")
    result.assert_outcomes(passed=3, deselected=7)
    assert "migrations/versions/0003.py:12  upgrade-fails" in result.outlines
    assert result.outlines[-3].endswith(": 0 findings, 1 warning, 2 not checked")


def test_a_waived_finding_fails_no_test_and_is_shown_with_its_reason(project: Project, run_here: Run) -> None:
    project.add("0003", "fail", f"{FAILS}  # stairway: allow upgrade-fails -- repaired in 0004")
    result = run_here("-k", "upgrades", "--junitxml=report.xml")
    result.assert_outcomes(passed=3, deselected=7)
    assert result.outlines[-5] == "waived: migrations/versions/0003.py:12  upgrade-fails: 0003 -- repaired in 0004"
    assert result.outlines[-2].endswith(": 0 findings, 0 warnings, 1 waived, 2 not checked")
    properties = ET.parse(project.root / "report.xml").iter("property")  # noqa: S314 - as above
    assert [(each.get("name"), each.get("value")) for each in properties][-2:] == [
        ("stairway-standing", "waived"),
        ("stairway-reason", "repaired in 0004"),
    ]


def test_a_wrong_waiver_fails_the_test_of_its_revision(project: Project, run_here: Run) -> None:
    project.add("0003", "nothing", "pass  # stairway: allow upgrade-fail -- x")
    result = run_here("-k", "round_trip")
    result.assert_outcomes(passed=2, failed=1, deselected=7)
    assert "migrations/versions/0003.py:12  waiver-invalid" in result.outlines
