"""No step waits for a lock that the migration itself holds: by default the server would let it wait for a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_stairway.checks.interface import Check, Subject
from pytest_stairway.checks.wording import failure_location, listed, located
from pytest_stairway.findings import Finding, Location, Skip, Stage
from pytest_stairway.walk.sessions import outlives_transaction
from pytest_stairway.walk.statements import DDL_VERBS, first_word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.walk.failure import Failure, LockWait, Statement
    from pytest_stairway.walk.record import Step


def run(subject: Subject) -> Iterator[Finding | Skip]:
    for visit in subject.walked.visits:
        for step in visit.steps:
            if step.failure is not None and step.failure.lock_wait is not None:
                stage = Stage.UPGRADE if step is visit.up else Stage.ROUND_TRIP
                yield _finding(subject, step, step.failure.lock_wait, stage)


def _finding(subject: Subject, step: Step, wait: LockWait, stage: Stage) -> Finding:
    assert step.failure is not None  # noqa: S101 - the caller has looked
    return Finding(
        code="lock-wait",
        stage=stage,
        location=failure_location(subject, step, step.failure),
        object=step.revision,
        message=f"{step.direction} of {step.revision} waits for a lock, {_how_long(subject, step.failure)}"
        f"\nwaiting: {' '.join(wait.waiting.sql.split())}\n{_holder(subject, step, wait)}",
        remedy="Use op.get_bind() for everything in the migration, or close the other connection before this line.",
    )


def _holder(subject: Subject, step: Step, wait: LockWait) -> str:
    if wait.holding:
        held = [f"{_place(subject, step, each)}: {' '.join(each.sql.split())}" for each in wait.holding]
        lasting = any(outlives_transaction(each.sql) for each in wait.holding)
        how = "which has not given it back" if lasting else "its transaction still open"
        return f"another connection of the same process holds it, {how} after:\n{listed(held)}"
    if wait.unrecorded:
        return f"held on the server by:\n{listed(wait.unrecorded)}"
    return "no recorded connection of this process holds it"


def _how_long(subject: Subject, failure: Failure) -> str:
    """Say how long a deploy would hang: DDL by lock_wait_timeout, DML on a row by innodb_lock_wait_timeout."""
    assert failure.lock_wait is not None  # noqa: S101 - the caller has looked
    if failure.overrun is not None:
        return f"as long as it allows itself to (ended here after {failure.overrun.limit:g} s)"
    ended = f"ended here after {subject.settings.lock_timeout:g} s"
    if first_word(failure.lock_wait.waiting.sql) not in DDL_VERBS:
        return f"by default for 50 seconds ({ended})"
    limit = "a day" if subject.walked.flavor.is_mariadb else "a year"
    return f"by default for {limit}, and every new query on the table waits behind it ({ended})"


def _place(subject: Subject, step: Step, sent: Statement) -> Location:
    if sent.location.path is None:
        return located(subject, sent.location, step.revision, step.direction)
    return subject.location(sent.location.path, sent.location.line, sent.location.revision)


CHECK = Check(name="lock_wait", codes=("lock-wait",), run=run)
