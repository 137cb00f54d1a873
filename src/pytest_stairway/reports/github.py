"""Annotations of GitHub Actions: findings at their line in the pull request.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_stairway.report import Judged, Report

LIMIT = 10
"""As many errors, and as many warnings, does GitHub show of one step."""


def workflow_commands(reports: Sequence[Report]) -> list[str]:
    """Write a workflow command for each finding that counts, and one that counts those beyond the limit."""
    lines = []
    more = []
    for command in ("error", "warning"):
        found = [
            (report, judged)
            for report in reports
            for judged in (report.errors if command == "error" else report.warnings)
        ]
        lines += [_annotation(command, report, judged) for report, judged in found[:LIMIT]]
        if len(found) > LIMIT:
            more.append(f"{len(found) - LIMIT} more {command}s")
    if more:
        lines.append(f"::notice title=pytest-stairway::{' and '.join(more)} are in the summary")
    return lines


def _annotation(command: str, report: Report, judged: Judged) -> str:
    finding = judged.finding
    location = finding.location
    properties = {
        "file": report.repository_path(location.path) if location.path is not None else "",
        "line": str(location.line or ""),
        "title": f"{finding.code}: {finding.object}",
    }
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    text = f"{finding.message}\n{finding.remedy}" if finding.remedy else finding.message
    return f"::{command} {given}::{_data(text)}"


def _data(text: str) -> str:
    """Escape what would end the command: it is one line."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
