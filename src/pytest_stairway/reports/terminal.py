"""Findings as text for a terminal and for a failing test."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from pytest_stairway.findings import Finding, Skip

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_stairway.report import Judged, Report

MOST_KNOWN = 20


def render(findings: Iterable[Finding]) -> str:
    """Show each finding: place and code, what happened, and the remedy ready to paste."""
    return "\n\n".join(map(_render_one, findings))


def summary(report: Report) -> list[str]:
    """Show warnings whole, what is waived and known on a line each, and skips with their reasons.

    Errors are shown by the tests that fail for them.
    """
    warnings = render(judged.finding for judged in report.warnings)
    return [
        *((*warnings.splitlines(), "") if warnings else ()),
        *(f"waived: {_short(judged)}" for judged in report.waived),
        *_known(report),
        *render_skips(report.skips),
    ]


def render_skips(outcomes: Iterable[Finding | Skip]) -> list[str]:
    """Name each reason why something was not checked, or is left out, with the first place that it holds for."""
    places: dict[tuple[str, str], list[str]] = {}
    for outcome in outcomes:
        if isinstance(outcome, Skip):
            word = "left out" if outcome.by_choice else "not checked"
            places.setdefault((word, outcome.reason), []).append(str(outcome.location))
    return [f"{word}: {_first(dict.fromkeys(where))}: {reason}" for (word, reason), where in places.items()]


def counts(report: Report) -> str:
    """Say what was walked where, how long it took, and how much was found, nothing left out."""
    walked = f"{plural(len(report.revisions), 'revision')} of {report.project}"
    if not report.was_walked:
        walked += " not walked"
    else:
        walked += f" walked on {report.flavor} ({report.origin}) in {report.seconds:.1f} s"
    found = [plural(len(report.errors), "finding"), plural(len(report.warnings), "warning")]
    found += [
        f"{len(judged)} {word}" for word, judged in (("waived", report.waived), ("known", report.known)) if judged
    ]
    left_out = sum(skip.by_choice for skip in report.skips)
    found += [f"{len(report.skips) - left_out} not checked", *([f"{left_out} left out"] if left_out else [])]
    return f"{walked}: {', '.join(found)}"


def plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _render_one(finding: Finding) -> str:
    lines = [f"{finding.location}  {finding.code}", textwrap.indent(finding.message, "  ")]
    if finding.remedy:
        lines.append(textwrap.indent(finding.remedy, "  "))
    return "\n".join(lines)


def _known(report: Report) -> list[str]:
    lines = [f"known: {_short(judged)}" for judged in report.known]
    more = [f"known: {len(lines) - MOST_KNOWN} more, which --stairway-json lists"] if len(lines) > MOST_KNOWN else []
    return lines[:MOST_KNOWN] + more


def _short(judged: Judged) -> str:
    finding = judged.finding
    return f"{finding.location}  {finding.code}: {finding.object} -- {judged.reason}"


def _first(places: Iterable[str]) -> str:
    first, *others = places
    return f"{first} and {len(others)} more" if others else first
