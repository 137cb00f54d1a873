"""SARIF 2.1.0, as code scanning takes it: a run for each project.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from pytest_stairway.findings import Severity
from pytest_stairway.report import Standing
from pytest_stairway.reports.fingerprint import fingerprinted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_stairway.findings import Location
    from pytest_stairway.report import Judged, Report

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning"}


def render(reports: Sequence[Report]) -> str:
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report) for report in reports]}
    return json.dumps(document, indent=2) + "\n"


def _run(report: Report) -> dict[str, object]:
    codes = sorted({judged.finding.code for judged in report.findings})
    return {
        "tool": {
            "driver": {
                "name": "pytest-stairway",
                "version": report.version,
                "rules": list(map(_rule, codes)),
            }
        },
        "automationDetails": {"id": f"pytest-stairway/{report.project}/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The top of the repository."}}},
        "invocations": [
            {
                "commandLine": report.command,
                "executionSuccessful": not report.problem,
                "toolExecutionNotifications": list(_notifications(report)),
            }
        ],
        "results": [
            _result(report, judged, fingerprint, codes.index(judged.finding.code))
            for judged, fingerprint in fingerprinted(report)
        ],
    }


def _notifications(report: Report) -> Iterator[dict[str, object]]:
    """Say why there was no walk, and what could not be checked."""
    if report.problem:
        yield {"level": "error", "message": {"text": report.problem}}
    for skip in report.skips:
        yield {
            "level": "note",
            "message": {"text": skip.reason},
            "locations": _locations(report, skip.location),
        }


def _result(report: Report, judged: Judged, fingerprint: str, rule: int) -> dict[str, object]:
    finding = judged.finding
    remedy = f"\n{finding.remedy}" if finding.remedy else ""
    result: dict[str, object] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": LEVELS[finding.severity],
        "message": {"text": finding.message + remedy},
        "locations": _locations(report, finding.location),
        "partialFingerprints": {"stairway/v1": fingerprint},
        "properties": {"object": finding.object, "revision": finding.location.revision},
    }
    if judged.standing is not Standing.COUNTS:
        in_source = judged.standing is Standing.WAIVED and finding.location.revision is not None
        kind = "inSource" if in_source else "external"
        result["suppressions"] = [{"kind": kind, "status": "accepted", "justification": judged.reason}]
    return result


def _locations(report: Report, location: Location) -> list[dict[str, object]]:
    if location.path is None:
        return []
    place: dict[str, object] = {"artifactLocation": _artifact(report.repository_path(location.path))}
    if location.line is not None:
        place["region"] = {"startLine": location.line}
    return [{"physicalLocation": place}]


def _artifact(path: str) -> dict[str, str]:
    if Path(path).is_absolute():
        return {"uri": Path(path).as_uri()}
    return {"uri": quote(path), "uriBaseId": "SRCROOT"}


def _rule(code: str) -> dict[str, object]:
    """Describe a code; GitHub wants both descriptions and the help, the standard a name in Pascal case."""
    words = {"text": code.replace("-", " ").capitalize()}
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in code.split("-")),
        "shortDescription": words,
        "fullDescription": words,
        "help": {
            "text": f"docs/checks/{code}.md of pytest-stairway says what is found, why it hurts and what to write"
        },
    }
