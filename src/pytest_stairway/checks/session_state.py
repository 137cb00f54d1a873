"""No revision leaves its session otherwise than it found it: the next one runs on the same connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_stairway.checks.interface import Check, Subject
from pytest_stairway.checks.wording import code, joined, listed, located, statement
from pytest_stairway.findings import Finding, Severity, Stage
from pytest_stairway.walk.record import LeakKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_stairway.walk.failure import Statement
    from pytest_stairway.walk.record import Leak, Step

_WHAT_FOLLOWS = {
    "autocommit": "what they insert is committed, or rolled back, at other places",
    "foreign_key_checks": "they may insert and alter what breaks foreign keys",
    "sql_mode": "they accept, refuse or cut off other values",
}
"""Of variables that decide what the server accepts; leaving another one is a warning."""


def run(subject: Subject) -> Iterator[Finding]:
    for visit in subject.walked.visits:
        for step, stage in ((visit.up, Stage.UPGRADE), (visit.down, Stage.ROUND_TRIP)):
            if step is not None and (step.failure is None or step.keeps_from_versions):
                for leaks in _by_statement(step):
                    yield _finding(subject, step, stage, leaks)


def _by_statement(step: Step) -> list[list[Leak]]:
    """Group what one statement left: SET NAMES sets four variables."""
    groups: dict[tuple[LeakKind, Statement], list[Leak]] = {}
    for leak in step.leaks:
        groups.setdefault((leak.kind, leak.statement), []).append(leak)
    return list(groups.values())


def _finding(subject: Subject, step: Step, stage: Stage, leaks: Sequence[Leak]) -> Finding:
    first = leaks[0]
    what, remedy = _WORDS[first.kind](leaks)
    broken = f"\nAlembic then cannot update its version table: {step.versions.error}" if step.versions.error else ""
    counts = first.kind is not LeakKind.VARIABLE or any(leak.name in _WHAT_FOLLOWS for leak in leaks)
    return Finding(
        code="session-state-leaks",
        stage=stage,
        location=located(subject, first.statement.location, step.revision, step.direction),
        object=", ".join(leak.name for leak in leaks),
        message=f"{step.direction} of {step.revision} leaves {what}{broken}{statement(first.statement.sql)}",
        remedy=remedy,
        severity=Severity.ERROR if counts else Severity.WARNING,
    )


def _of_variables(leaks: Sequence[Leak]) -> tuple[str, str]:
    names = [leak.name for leak in leaks]
    values = [f"{leak.name}: {leak.before or 'empty'} -> {leak.after or 'empty'}" for leak in leaks]
    what = f"its session otherwise than it found it:\n{listed(values)}"
    follows = [_WHAT_FOLLOWS[name] for name in names if name in _WHAT_FOLLOWS]
    same = f"Alembic runs the revisions after it in the same session{f': {follows[0]}' if follows else ''}."
    if any(name.startswith("character_set") for name in names):
        return what, f"{same}\nLeave it out: the character set of the session is that of env.py's URL (?charset=)."
    kept = ", ".join(f"@{name} = @@{name}" for name in names)
    back = ", ".join(f"{name} = @{name}" for name in names)
    lines = (
        f'op.execute("SET {kept}")',
        "try:",
        "    ...  # this statement, and those that need it",
        "finally:",
        f'    op.execute("SET {back}")',
    )
    return what, f"{same}\nPut it back in any case:\n{code(*lines)}"


def _of_database(leaks: Sequence[Leak]) -> tuple[str, str]:
    name = leaks[0].after
    return (
        f"{name} as the current database",
        f'Leave the current database as it is, and name the tables of the other: schema="{name}", or {name}.<table>.',
    )


def _of_temporary_tables(leaks: Sequence[Leak]) -> tuple[str, str]:
    names = joined([leak.name for leak in leaks])
    return (
        f"the temporary table {names} behind",
        "Alembic runs the revisions after it in the same session, where it hides a table of this name.\n"
        "Drop it in the end:\n" + code(*(f'op.execute("DROP TEMPORARY TABLE {leak.name}")' for leak in leaks)),
    )


def _of_locks(_leaks: Sequence[Leak]) -> tuple[str, str]:
    return "tables locked", "Give the locks back in the end:\n" + code('op.execute("UNLOCK TABLES")')


_WORDS = {
    LeakKind.VARIABLE: _of_variables,
    LeakKind.DATABASE: _of_database,
    LeakKind.TEMPORARY_TABLE: _of_temporary_tables,
    LeakKind.LOCK: _of_locks,
}

CHECK = Check(name="session_state", codes=("session-state-leaks",), run=run)
