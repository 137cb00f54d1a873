"""Every upgrade runs on the server, on what the revisions before it made."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_stairway.checks.advice import advice
from pytest_stairway.checks.interface import Check, Subject
from pytest_stairway.checks.wording import failure_location, function_location, statement
from pytest_stairway.findings import Finding, Skip, Stage
from pytest_stairway.walk.record import Direction, Record, Visit


def run(subject: Subject) -> Iterator[Finding | Skip]:
    record = subject.walked
    for visit in record.visits:
        if visit.blocked:
            yield from _blocked(subject, visit)
        elif visit.up is not None and visit.up.failure is not None and visit.up.failure.lock_wait is None:
            yield _failed(subject, record, visit)


def _failed(subject: Subject, record: Record, visit: Visit) -> Finding:
    step = visit.up
    assert step is not None  # noqa: S101 - the caller has looked
    failure = step.failure
    assert failure is not None  # noqa: S101 - the caller has looked
    ddl = sum(not each.error for each in step.statements)
    half = f"\n{ddl} of its statements had run before: DDL is not rolled back, so they stay" if ddl else ""
    return Finding(
        code="upgrade-fails",
        stage=Stage.UPGRADE,
        location=failure_location(subject, step, failure),
        object=visit.revision,
        message=f"upgrade of {visit.revision} fails on {record.flavor}: {failure.error}{statement(failure.statement)}{half}",
        remedy=advice(failure, Direction.UPGRADE),
    )


def _blocked(subject: Subject, visit: Visit) -> Iterator[Skip]:
    reason = f"not run: the upgrade of {visit.blocked}, which it follows, failed"
    for stage in (Stage.UPGRADE, Stage.ROUND_TRIP):
        yield Skip("upgrade", stage, function_location(subject, visit.revision, Direction.UPGRADE), reason)


CHECK = Check(name="upgrade", codes=("upgrade-fails",), run=run)
