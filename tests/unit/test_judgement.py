"""What a finding means for the run, by settings alone."""

from __future__ import annotations

import dataclasses

from pytest_stairway.findings import Finding, Location, Severity, Stage
from pytest_stairway.judgement import judge
from pytest_stairway.report import Judged, Standing
from pytest_stairway.settings import Settings

LOST = Finding("column-lost", Stage.ROUND_TRIP, Location("a.py", 3, "1"), "users.name", "", "", Severity.WARNING)
FAILS = Finding("upgrade-fails", Stage.UPGRADE, Location("b.py", 4, "2"), "2", "")


def nothing(_: Finding) -> None:
    return None


def judged(*severity: tuple[str, str]) -> list[Judged]:
    settings = Settings(severity=severity)
    return list(judge([LOST, FAILS], settings, waived_because=nothing, known_because=nothing))


def test_a_finding_counts_with_the_severity_of_its_check() -> None:
    lost, fails = judged()
    assert (lost, fails) == (Judged(LOST), Judged(FAILS))
    assert (lost.is_error, lost.is_warning, fails.is_error, fails.is_warning) == (False, True, True, False)


def test_the_settings_make_an_error_of_a_warning_and_the_other_way_round() -> None:
    assert judged(("column-lost", "error"), ("upgrade-fails", "warning")) == [
        Judged(dataclasses.replace(LOST, severity=Severity.ERROR)),
        Judged(dataclasses.replace(FAILS, severity=Severity.WARNING)),
    ]


def test_a_code_that_is_off_is_left_out() -> None:
    assert judged(("upgrade-fails", "off")) == [Judged(LOST)]


def test_a_finding_that_is_known_fails_nothing() -> None:
    (found,) = judge([FAILS], Settings(), waived_because=nothing, known_because=lambda _: "on main")
    assert found == Judged(FAILS, Standing.KNOWN, "on main")
    assert not found.is_error


def test_a_finding_that_is_waived_and_known_is_waived() -> None:
    (found,) = judge([FAILS], Settings(), waived_because=lambda _: "meant", known_because=lambda _: "on main")
    assert found == Judged(FAILS, Standing.WAIVED, "meant")
