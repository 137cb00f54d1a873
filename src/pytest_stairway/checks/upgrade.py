"""Every upgrade runs on the server, on what the revisions before it made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_stairway.checks.advice import advice
from pytest_stairway.checks.interface import Check, Subject
from pytest_stairway.checks.misspelt import advice_on_misspelt
from pytest_stairway.checks.other_engine import why_not_verified
from pytest_stairway.checks.start_advice import start_advice
from pytest_stairway.checks.wording import failure_location, function_location, half_applied, statement
from pytest_stairway.findings import Finding, Skip, Stage
from pytest_stairway.walk.record import Direction, Record, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.walk.failure import Failure


def run(subject: Subject) -> Iterator[Finding | Skip]:
    record = subject.walked
    for revision in record.below_start:
        yield from _not_run(subject, revision, f"below start: {subject.settings.start} in [tool.stairway.start]")
    for visit in record.visits:
        if visit.blocked:
            reason = f"not run: the upgrade of {visit.blocked}, which it follows, failed"
            yield from _not_run(subject, visit.revision, reason)
        elif visit.up is not None and visit.up.failure is not None:
            where = function_location(subject, visit.revision, Direction.UPGRADE)
            not_verified = why_not_verified(subject, visit.up, visit.up.failure)
            if not_verified:
                yield Skip("upgrade", Stage.UPGRADE, where, not_verified)
            elif not _told_elsewhere(visit.up, visit.up.failure):
                yield _failed(subject, record, visit.up, visit.up.failure)
            yield Skip("upgrade", Stage.ROUND_TRIP, where, "not run: its upgrade failed")


def _told_elsewhere(step: Step, failure: Failure) -> bool:
    """Leave to lock-wait, to step-timeout and to version-table-differs what is theirs."""
    return failure.ended_by_limit or step.versions.error is not None


def _failed(subject: Subject, record: Record, step: Step, failure: Failure) -> Finding:
    return Finding(
        code="upgrade-fails",
        stage=Stage.UPGRADE,
        location=failure_location(subject, step, failure),
        object=step.revision,
        message=f"upgrade of {step.revision} fails on {record.flavor}: {failure.error}"
        f"{statement(failure.statement)}{half_applied(step)}",
        remedy=advice_on_misspelt(failure, step)
        or start_advice(subject, step, failure)
        or advice(subject, failure, step, step),
    )


def _not_run(subject: Subject, revision: str, reason: str) -> Iterator[Skip]:
    for stage in (Stage.UPGRADE, Stage.ROUND_TRIP):
        yield Skip("upgrade", stage, function_location(subject, revision, Direction.UPGRADE), reason)


CHECK = Check(name="upgrade", codes=("upgrade-fails",), run=run)
