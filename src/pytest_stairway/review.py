"""What a reviewer asks about one revision, answered from the walk: `--stairway-sql` and `--stairway-show`."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pytest_stairway.checks.interface import Subject
from pytest_stairway.errors import ProjectError
from pytest_stairway.history.lookup import find_revision
from pytest_stairway.report import ReportedStatement
from pytest_stairway.reports.revision import Altered, Line, ShownRevision, Way, render_change, render_sql
from pytest_stairway.schema.diff import ROUND_TRIP, changes
from pytest_stairway.schema.model import Kind
from pytest_stairway.walk.record import Direction

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_stairway.flavor import Flavor
    from pytest_stairway.history.revisions import Revision
    from pytest_stairway.schema.model import Schema
    from pytest_stairway.session import Session
    from pytest_stairway.walk.failure import Statement
    from pytest_stairway.walk.record import Step, Visit


def review_lines(sessions: Sequence[Session], *, sql: str | None, show: str | None) -> list[Line]:
    """Walk, and show the statements of the revision named `sql` and the change of the one named `show`.

    Where several projects have the revision, each is shown.

    Raises:
        ProjectError: no such revision, see `find_revision()`; told before anything is started.
        StairwayError: see `Session.record`.
    """
    asked = [
        (session, revision, render)
        for name, render in ((sql, render_sql), (show, render_change))
        if name is not None
        for session, revision in _found(sessions, name)
    ]
    lines: list[Line] = []
    for session, revision, render in asked:
        shown = [Line(""), *render(_shown(session, revision.id))]
        lines += [dataclasses.replace(line, text=session.hidden(line.text)) for line in shown]
    return lines


def _found(sessions: Sequence[Session], name: str) -> list[tuple[Session, Revision]]:
    """Find a revision in each project that has it."""
    found, errors = [], []
    for session in sessions:
        try:
            found.append((session, find_revision(session.walked, name)))
        except ProjectError as error:
            errors.append(error)
    if not found:
        raise errors[0]
    return found


def _shown(session: Session, id_: str) -> ShownRevision:
    record, revision = session.record, session.history.get(id_)
    visit = record.visit(id_)
    if revision is None or visit is None:
        raise LookupError(f"{id_} is in the history and was not walked")  # the walk visits every revision
    subject = Subject(session.history, session.settings, record, session.root)
    return ShownRevision(
        id=id_,
        message=revision.message,
        location=subject.location(revision.path, revision.line, id_),
        up=_way(Direction.UPGRADE, visit.up, _why_no_upgrade(visit)),
        down=_way(Direction.DOWNGRADE, visit.down, _why_no_downgrade(session, visit)),
        left=_left(visit, record.flavor),
    )


def _way(direction: Direction, step: Step | None, not_run: str) -> Way:
    if step is None:
        return Way(direction.value, not_run=not_run)
    failure = step.failure.error if step.failure is not None else None
    return Way(direction.value, tuple(map(_sent, step.statements)), _altered(step.before, step.after), failure)


def _sent(statement: Statement) -> ReportedStatement:
    return ReportedStatement(
        statement.sql, statement.location, statement.seconds, statement.parameters, statement.error
    )


def _altered(before: Schema, after: Schema) -> tuple[Altered, ...]:
    return tuple(_each_altered(before, after))


def _each_altered(before: Schema, after: Schema) -> Iterator[Altered]:
    kinds = list(Kind)
    for kind, name in sorted({**before.objects, **after.objects}, key=lambda key: (kinds.index(key[0]), key[1])):
        old, new = before.objects.get((kind, name), ""), after.objects.get((kind, name), "")
        if old != new:
            yield Altered(f"{kind} {name}".strip(), old, new)


def _why_no_upgrade(visit: Visit) -> str:
    return f"not run: the upgrade of {visit.blocked}, which it follows, failed"


def _why_no_downgrade(session: Session, visit: Visit) -> str:
    if visit.up is None or visit.up.failure is not None:
        return "not run: its upgrade did not succeed"
    if session.settings.downgrade == "none":
        return 'not run: downgrade = "none" in the settings'
    return "the revision has none"


def _left(visit: Visit, flavor: Flavor) -> tuple[Altered, ...] | None:
    """Give what the downgrade left otherwise, nothing where the two schemas are equivalent."""
    up, down = visit.up, visit.down
    if up is None or down is None or down.failure is not None:
        return None
    found = {(change.kind, change.table) for change in changes(up.before, down.after, ROUND_TRIP, flavor=flavor)}
    names = {f"{kind} {name}".strip() for kind, name in found}
    return tuple(each for each in _altered(up.before, down.after) if each.name in names)
