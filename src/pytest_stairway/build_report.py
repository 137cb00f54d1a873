"""Making the report of a session: what it walked, found and judged, with every password hidden."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_stairway.checks.interface import place
from pytest_stairway.errors import StairwayError
from pytest_stairway.findings import Finding, Skip
from pytest_stairway.history.base_branch import NoBase
from pytest_stairway.report import (
    Judged,
    Report,
    ReportedChange,
    ReportedRevision,
    ReportedStatement,
    ReportedStep,
)
from pytest_stairway.schema.diff import ROUND_TRIP, changes
from pytest_stairway.schema.model import Kind
from pytest_stairway.walk.statements import named_in

if TYPE_CHECKING:
    from pytest_stairway.flavor import Flavor
    from pytest_stairway.history.revisions import Revision
    from pytest_stairway.session import Session
    from pytest_stairway.walk.failure import Statement
    from pytest_stairway.walk.record import Step


def build_report(session: Session, command: str = "", *, with_steps: bool = True) -> Report:
    """Say what a session has found out by now: it neither walks nor starts a server.

    `command` is how pytest was called. Comparing the schemas of every step takes half a millisecond of each.
    """
    try:
        session.history.refuse_empty()
        name, revisions = session.label, session.walked.revisions
    except StairwayError as error:
        return Report(
            project=session.settings.name or "the project",
            revisions=(),
            findings=(),
            skips=(),
            command=session.hidden(command),
            problem=session.hidden(error.what),
            prefix=_prefix(session.root),
            version=version("pytest-stairway"),
        )
    order = {revision.id: number for number, revision in enumerate(revisions)}
    record = session.known_record()
    outcomes = session.judged_from_files + _from_base(session)
    outcomes += session.judged_from_walk if record is not None else ()
    findings = [_hidden(session, outcome) for outcome in outcomes if isinstance(outcome, Judged)]
    return Report(
        project=name,
        revisions=tuple(_revision(session, revision) for revision in revisions),
        findings=tuple(sorted(findings, key=lambda judged: order.get(judged.location.revision or "", len(order)))),
        skips=tuple(_hidden_skip(session, outcome) for outcome in outcomes if isinstance(outcome, Skip)),
        flavor=record.flavor if record is not None else None,
        origin=session.hidden(record.origin) if record is not None else "",
        steps=_steps(session) if with_steps else (),
        seconds=record.seconds if record is not None else 0.0,
        command=session.hidden(command),
        problem=session.hidden(session.walk_problem() or _base_problem(session)),
        prefix=_prefix(session.root),
        version=version("pytest-stairway"),
    )


def _from_base(session: Session) -> tuple[Judged | Skip, ...]:
    """Give what the base branch tells where one is named; the test of it tells why it cannot be read."""
    try:
        base = session.scope.base
    except StairwayError:
        return ()
    return () if isinstance(base, NoBase) and not base.is_named else session.judged_from_base


def _base_problem(session: Session) -> str:
    try:
        _ = session.scope.base
    except StairwayError as error:
        return error.what
    return ""


def _revision(session: Session, revision: Revision) -> ReportedRevision:
    location = place(session.root, revision.path)
    return ReportedRevision(
        id=revision.id,
        message=session.hidden_in_finding(revision.message),
        path=location.path or "",
        line=revision.line,
        down_revisions=revision.down_revisions,
        depends_on=revision.depends_on,
        branch_labels=revision.branch_labels,
        is_new=session.scope.is_new(revision.id),
    )


def _steps(session: Session) -> tuple[ReportedStep, ...]:
    record = session.known_record()
    if record is None:
        return ()
    steps = [step for visit in record.visits for step in (visit.up, visit.down) if step is not None]
    return tuple(_step(session, step, record.flavor) for step in steps)


def _step(session: Session, step: Step, flavor: Flavor) -> ReportedStep:
    named = named_in(step.statements)
    tables = {*step.before.names(Kind.TABLE), *step.after.names(Kind.TABLE)}
    return ReportedStep(
        revision=step.revision,
        direction=step.direction.value,
        statements=tuple(_statement(session, sent) for sent in step.statements),
        changes=tuple(
            ReportedChange(
                change.kind.value,
                change.table,
                change.object,
                change.before and session.hidden_in_finding(change.before),
                change.after and session.hidden_in_finding(change.after),
            )
            for change in changes(step.before, step.after, ROUND_TRIP, flavor=flavor)
        ),
        tables=tuple(sorted(table for table in tables if table.lower() in named)),
        seconds=step.seconds,
        error=session.hidden_in_finding(step.failure.error) if step.failure is not None else None,
    )


def _statement(session: Session, sent: Statement) -> ReportedStatement:
    location = sent.location
    if location.path is not None:
        location = place(session.root, Path(location.path), location.line, location.revision)
    error = None if sent.error is None else session.hidden_in_finding(sent.error)
    sql, parameters = session.hidden_in_finding(sent.sql), session.hidden(sent.parameters)
    return ReportedStatement(sql, location, sent.seconds, parameters, error)


def _hidden(session: Session, judged: Judged) -> Judged:
    found, hidden = judged.finding, session.hidden_in_finding
    finding = Finding(
        found.code,
        found.stage,
        found.location,
        hidden(found.object),
        hidden(found.message),
        hidden(found.remedy),
        found.severity,
    )
    return Judged(finding, judged.standing, hidden(judged.reason))


def _hidden_skip(session: Session, skip: Skip) -> Skip:
    return replace(skip, reason=session.hidden_in_finding(skip.reason))


def _prefix(root: Path) -> str:
    """Give the way from the top of the git repository to the root; "" where there is no repository."""
    root = root.resolve()
    top = next((each for each in (root, *root.parents) if (each / ".git").exists()), root)
    way = root.relative_to(top).as_posix()
    return "" if way == "." else f"{way}/"
