"""No step waits for a lock that the migration itself holds: by default the server would let it wait for a year."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_stairway.checks.interface import Check, Subject
from pytest_stairway.checks.wording import failure_location, listed, located
from pytest_stairway.findings import Finding, Location, Skip, Stage
from pytest_stairway.walk.record import LockWait, Statement, Step


def run(subject: Subject) -> Iterator[Finding | Skip]:
    for visit in subject.walked.visits:
        for step in visit.steps:
            if step.failure is not None and step.failure.lock_wait is not None:
                stage = Stage.UPGRADE if step is visit.up else Stage.ROUND_TRIP
                yield _finding(subject, step, step.failure.lock_wait, stage)


def _finding(subject: Subject, step: Step, wait: LockWait, stage: Stage) -> Finding:
    assert step.failure is not None  # noqa: S101 - the caller has looked
    seconds = f"{subject.settings.lock_timeout:g}"
    held = [f"{_place(subject, step, each)}: {' '.join(each.sql.split())}" for each in wait.holding]
    holder = (
        f"another connection of the same process holds it, its transaction still open after:\n{listed(held)}"
        if held
        else "no recorded connection of this process holds it"
    )
    return Finding(
        code="lock-wait",
        stage=stage,
        location=failure_location(subject, step, step.failure),
        object=step.revision,
        message=f"{step.direction} of {step.revision} waits for a lock for ever (ended here after {seconds} s, where the"
        f" server waits a year)\nwaiting: {' '.join(wait.waiting.sql.split())}\n{holder}",
        remedy="Use op.get_bind() for everything in the migration, or commit and close the other connection before this line.",
    )


def _place(subject: Subject, step: Step, sent: Statement) -> Location:
    return located(subject, sent.location, step.revision, step.direction)


CHECK = Check(name="lock_wait", codes=("lock-wait",), run=run)
