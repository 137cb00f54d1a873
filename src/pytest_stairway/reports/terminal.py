"""Findings as text for a terminal and for a failing test."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from pytest_stairway.findings import Finding, Severity, Skip

DOCS = "docs/checks"


def render(findings: Iterable[Finding]) -> str:
    return "\n\n".join(render_one(finding) for finding in findings)


def render_one(finding: Finding) -> str:
    """Show place and code, what happened, the remedy ready to paste, and the page that explains the code."""
    lines = [f"{finding.location}  {finding.code}", textwrap.indent(finding.message, "  ")]
    if finding.remedy:
        lines.append(textwrap.indent(finding.remedy, "  "))
    return "\n".join(lines)


def summary(findings: Iterable[Finding], skips: Iterable[Skip]) -> str:
    """Count what was found in words, nothing left out."""
    found = list(findings)
    errors = sum(finding.severity is Severity.ERROR for finding in found)
    parts = [_count(errors, "finding"), _count(len(found) - errors, "warning"), _count(len(list(skips)), "skip")]
    return ", ".join(parts)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
