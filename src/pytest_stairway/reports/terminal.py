"""Findings as text for a terminal and for a failing test."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from pytest_stairway.findings import Finding, Severity, Skip

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def render(findings: Iterable[Finding]) -> str:
    """Show each finding: place and code, what happened, and the remedy ready to paste."""
    return "\n\n".join(map(_render_one, findings))


def render_warnings(outcomes: Iterable[Finding | Skip]) -> str:
    """Show the findings that fail no test."""
    return render(
        outcome for outcome in outcomes if isinstance(outcome, Finding) and outcome.severity is Severity.WARNING
    )


def render_skips(outcomes: Iterable[Finding | Skip]) -> list[str]:
    """Name each reason why something was not checked, with the first place that it holds for."""
    places: dict[str, list[str]] = {}
    for outcome in outcomes:
        if isinstance(outcome, Skip):
            places.setdefault(outcome.reason, []).append(str(outcome.location))
    return [f"not checked: {_first(dict.fromkeys(where))}: {reason}" for reason, where in places.items()]


def count(outcomes: Sequence[Finding | Skip]) -> str:
    """Count what was found in words, nothing left out."""
    severities = [outcome.severity for outcome in outcomes if isinstance(outcome, Finding)]
    errors, warnings = severities.count(Severity.ERROR), severities.count(Severity.WARNING)
    skips = len(outcomes) - len(severities)
    return f"{plural(errors, 'finding')}, {plural(warnings, 'warning')}, {skips} not checked"


def plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _render_one(finding: Finding) -> str:
    lines = [f"{finding.location}  {finding.code}", textwrap.indent(finding.message, "  ")]
    if finding.remedy:
        lines.append(textwrap.indent(finding.remedy, "  "))
    return "\n".join(lines)


def _first(places: Iterable[str]) -> str:
    first, *others = places
    return f"{first} and {len(others)} more" if others else first
