"""A new user's database, made by the installer and stamped, is the one that an old user has by migrations.

Asked for by `installed_by` alone: most projects install by their migrations, where this would only repeat drift.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_stairway.checks.interface import Check, Subject
from pytest_stairway.checks.wording import count, in_env, listed, located, naming, statement
from pytest_stairway.findings import Finding, Skip, Stage
from pytest_stairway.walk.record import Direction
from pytest_stairway.walk.statements import first_word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.findings import Location
    from pytest_stairway.schema.change import Change
    from pytest_stairway.walk.failure import Statement
    from pytest_stairway.walk.record import RowsApart, Visit

_FILLING = frozenset({"insert", "load", "replace", "update", "delete", "with"})


def run(subject: Subject) -> Iterator[Finding | Skip]:
    found = subject.walked.installed
    if found is None:
        return
    if found.unavailable is not None:
        yield Skip("installed", Stage.MODELS, _location(subject, None, None), f"{found.by}: {found.unavailable}")
    for rows in found.rows:
        yield _of_rows(subject, found.by, rows)
    for change in found.changes:
        yield _of_object(subject, found.by, change)


def _of_rows(subject: Subject, by: str, rows: RowsApart) -> Finding:
    visit, sent = _last(subject, rows.table, only_rows=True)
    migrated, there = (count(len(keys), "row") if keys else "none" for keys in (rows.migrated, rows.installed))
    only = [key for key in rows.migrated if key not in rows.installed]
    return Finding(
        code="installed-differs-from-migrated",
        stage=Stage.MODELS,
        location=_location(subject, visit, sent),
        object=rows.table,
        message=f"{rows.table} has {migrated} after all migrations and {there} where {by} installs"
        + (f":\n{listed(only)}" if only else "")
        + statement(sent.sql if sent is not None else None),
        remedy="A database that is installed and stamped never runs this revision. Insert the rows on both ways:\n"
        "in a function that the revision and the installation call, or in an after_create event of the table.",
    )


def _of_object(subject: Subject, by: str, change: Change) -> Finding:
    visit, sent = _last(subject, change.table, only_rows=False)
    if change.before is None:
        message = f"{change.object} is there after all migrations and not where {by} installs: {change.after}"
    elif change.after is None:
        message = f"{change.object} is there where {by} installs and not after all migrations: {change.before}"
    else:
        message = f"{change.object} is {change.after} after all migrations and {change.before} where {by} installs"
    return Finding(
        code="installed-differs-from-migrated",
        stage=Stage.MODELS,
        location=_location(subject, visit, sent),
        object=change.object,
        message=message,
        remedy="The next revision meets both. Make it alike in the installation and in a revision.",
    )


def _last(subject: Subject, table: str, *, only_rows: bool) -> tuple[Visit | None, Statement | None]:
    """Find the last upgrade that named the table in a statement, one that writes rows where `only_rows` asks for it."""
    for visit in reversed(subject.walked.visits):
        sent = visit.up.statements if visit.up is not None else ()
        if only_rows:
            sent = tuple(each for each in sent if first_word(each.sql) in _FILLING)
        found = naming(sent, table)
        if found is not None:
            return visit, found
    return None, None


def _location(subject: Subject, visit: Visit | None, sent: Statement | None) -> Location:
    if visit is None or sent is None:
        return in_env(subject, "context.configure(")
    return located(subject, sent.location, visit.revision, Direction.UPGRADE)


CHECK = Check(name="installed", codes=("installed-differs-from-migrated",), run=run)
