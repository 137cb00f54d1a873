"""The lines above and below the tests: what was verified on what, and what is not an error but should be seen."""

from __future__ import annotations

from pytest_stairway.errors import StairwayError
from pytest_stairway.findings import Finding, Severity, Skip
from pytest_stairway.reports.terminal import render_one, summary
from pytest_stairway.session import Session


def header_lines(session: Session) -> list[str]:
    """Name the project, the server and the settings in force. What is wrong with them is told by the first test."""
    lines = []
    try:
        history = session.history
        heads = len(history.heads)
        lines.append(
            f"stairway: {session.project.label(session.project.config_file)}, {len(history.revisions)} revisions,"
            f" {heads} {'head' if heads == 1 else 'heads'}"
        )
        if history.revisions:
            lines.append(f"stairway: {session.server.flavor}, {session.server.origin}")
    except StairwayError as error:
        lines.append(f"stairway: {error.what}")
    if session.settings.in_force():
        lines.append(f"stairway: {', '.join(session.settings.in_force())}")
    return lines


def summary_lines(session: Session) -> list[str]:
    """Show warnings whole, skips with their reasons, and one line that counts everything."""
    outcomes = session.known_outcomes()
    if outcomes is None:
        return []
    findings = [outcome for outcome in outcomes if isinstance(outcome, Finding)]
    skips = [outcome for outcome in outcomes if isinstance(outcome, Skip)]
    lines = []
    for finding in findings:
        if finding.severity is Severity.WARNING:
            lines += [*render_one(finding).splitlines(), ""]
    lines += [f"not checked: {skip.location}: {skip.reason}" for skip in skips]
    record = session.record
    lines.append(
        f"{len(session.history.revisions)} revisions on {record.flavor} ({record.origin}), walked in"
        f" {record.seconds:.1f} s: {summary(findings, skips)}"
    )
    return lines


