"""What checks share in saying: places, lists, and statements cut to a readable length."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path

from pytest_stairway.checks.interface import Subject
from pytest_stairway.findings import Location
from pytest_stairway.walk.record import Direction, Failure, Step

LONGEST_STATEMENT = 400
MOST_ENTRIES = 10


def statement(sql: str | None) -> str:
    """Show a statement on one line, under its own label."""
    if sql is None:
        return ""
    text = " ".join(sql.split())
    return f"\nstatement: {text[:LONGEST_STATEMENT]}{'...' if len(text) > LONGEST_STATEMENT else ''}"


def listed(entries: Sequence[str]) -> str:
    """Show entries one a line; what is beyond the first ten is counted."""
    more = [f"... and {len(entries) - MOST_ENTRIES} more"] if len(entries) > MOST_ENTRIES else []
    return textwrap.indent("\n".join([*entries[:MOST_ENTRIES], *more]), "  ")


def instead(*lines: str) -> str:
    return "Instead:\n" + textwrap.indent("\n".join(lines), "    ")


def located(subject: Subject, location: Location, revision: str, direction: Direction) -> Location:
    """Give a place of the walk as the project names it, else the function's own line in the revision file."""
    if location.path is not None and location.line is not None:
        return subject.location(Path(location.path), location.line, location.revision or revision)
    return function_location(subject, revision, direction)


def function_location(subject: Subject, revision: str, direction: Direction) -> Location:
    file = subject.history.get(revision)
    if file is None:
        return Location(revision=revision)
    line = file.upgrade_line if direction is Direction.UPGRADE else file.downgrade_line
    return subject.location(file.path, line or file.line, revision)


def failure_location(subject: Subject, step: Step, failure: Failure) -> Location:
    return located(subject, failure.location, step.revision, step.direction)



def joined(words: Sequence[str]) -> str:
    """Join words as English does: "a", "a and b", "a, b and c"."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
