"""GitLab Code Quality: a list of findings, compared by GitLab with that of the target branch.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pytest_stairway.findings import Severity
from pytest_stairway.report import Standing
from pytest_stairway.reports.fingerprint import fingerprinted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_stairway.report import Judged, Report

SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor"}
KNOWN = "info"


def render(reports: Sequence[Report]) -> str:
    """Write what counts and what is known; what is waived is left out, since GitLab has no word for it."""
    entries = [
        _entry(report, judged, fingerprint)
        for report in reports
        for judged, fingerprint in fingerprinted(report)
        if judged.standing is not Standing.WAIVED
    ]
    return json.dumps(entries, indent=2) + "\n"


def _entry(report: Report, judged: Judged, fingerprint: str) -> dict[str, object]:
    finding = judged.finding
    path = report.repository_path(finding.location.path or report.project)
    return {
        "description": f"{finding.code}: {finding.message}",
        "check_name": finding.code,
        "fingerprint": fingerprint,
        "severity": KNOWN if judged.standing is Standing.KNOWN else SEVERITIES[finding.severity],
        "location": {"path": path, "lines": {"begin": finding.location.line or 1}},
    }
