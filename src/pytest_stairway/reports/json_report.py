"""Everything that a run found out, for other programs. docs/json.md describes each key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pytest_stairway.reports.fingerprint import fingerprinted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_stairway.findings import Location, Skip
    from pytest_stairway.report import (
        Judged,
        Report,
        ReportedChange,
        ReportedRevision,
        ReportedStatement,
        ReportedStep,
    )

VERSION = 1
"""Raised where a key goes or comes to mean something else; new keys come without it."""


def render(reports: Sequence[Report]) -> str:
    document = {
        "version": VERSION,
        "tool": {"name": "pytest-stairway", "version": reports[0].version},
        "command": reports[0].command,
        "projects": [_project(report) for report in reports],
    }
    return json.dumps(document, indent=2) + "\n"


def _project(report: Report) -> dict[str, object]:
    return {
        "name": report.project,
        "prefix": report.prefix,
        "server": _server(report),
        "problem": report.problem or None,
        "seconds": report.seconds,
        "counts": {
            "revisions": len(report.revisions),
            "new_revisions": len(report.new_revisions),
            "errors": len(report.errors),
            "warnings": len(report.warnings),
            "known": len(report.known),
            "waived": len(report.waived),
            "skips": len(report.skips),
        },
        "heads": list(report.heads),
        "revisions": [_revision(revision) for revision in report.revisions],
        "findings": [_finding(judged, fingerprint) for judged, fingerprint in fingerprinted(report)],
        "skips": [_skip(skip) for skip in report.skips],
        "steps": [_step(step) for step in report.steps],
    }


def _server(report: Report) -> dict[str, str] | None:
    if report.flavor is None:
        return None
    version = ".".join(map(str, report.flavor.version))
    return {"vendor": report.flavor.vendor.value, "version": version, "origin": report.origin}


def _revision(revision: ReportedRevision) -> dict[str, object]:
    return {
        "id": revision.id,
        "message": revision.message,
        "path": revision.path,
        "line": revision.line,
        "down_revisions": list(revision.down_revisions),
        "depends_on": list(revision.depends_on),
        "branch_labels": list(revision.branch_labels),
        "is_new": revision.is_new,
    }


def _finding(judged: Judged, fingerprint: str) -> dict[str, object]:
    finding = judged.finding
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "standing": judged.standing.value,
        "reason": judged.reason or None,
        "stage": finding.stage.value,
        "location": _location(finding.location),
        "object": finding.object,
        "message": finding.message,
        "remedy": finding.remedy or None,
        "fingerprint": fingerprint,
    }


def _skip(skip: Skip) -> dict[str, object]:
    return {
        "check": skip.check,
        "stage": skip.stage.value,
        "location": _location(skip.location),
        "reason": skip.reason,
        "by_choice": skip.by_choice,
    }


def _step(step: ReportedStep) -> dict[str, object]:
    return {
        "revision": step.revision,
        "direction": step.direction,
        "seconds": step.seconds,
        "error": step.error,
        "tables": list(step.tables),
        "changes": [_change(change) for change in step.changes],
        "statements": [_statement(statement) for statement in step.statements],
    }


def _change(change: ReportedChange) -> dict[str, object]:
    return {
        "kind": change.kind,
        "name": change.table,
        "object": change.object,
        "before": change.before,
        "after": change.after,
    }


def _statement(statement: ReportedStatement) -> dict[str, object]:
    return {
        "sql": statement.sql,
        "parameters": statement.parameters or None,
        "location": _location(statement.location),
        "seconds": statement.seconds,
        "error": statement.error,
    }


def _location(location: Location) -> dict[str, object]:
    return {"path": location.path, "line": location.line, "revision": location.revision}
