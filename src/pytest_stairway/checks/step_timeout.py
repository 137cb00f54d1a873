"""Every step ends: one that is still running when its time is over is ended, and what it was doing is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_stairway.checks.interface import Check, Subject
from pytest_stairway.checks.wording import failure_location, half_applied
from pytest_stairway.findings import Finding, Skip, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.walk.failure import Overrun
    from pytest_stairway.walk.record import Step


def run(subject: Subject) -> Iterator[Finding | Skip]:
    for visit in subject.walked.visits:
        for step in visit.steps:
            failure = step.failure
            if failure is not None and failure.overrun is not None and failure.lock_wait is None:
                stage = Stage.UPGRADE if step is visit.up else Stage.ROUND_TRIP
                yield _finding(subject, step, failure.overrun, stage)


def _finding(subject: Subject, step: Step, overrun: Overrun, stage: Stage) -> Finding:
    assert step.failure is not None  # noqa: S101 - the caller has looked
    location = failure_location(subject, step, step.failure)
    doing = "".join(f"\n{line}" for line in overrun.doing(str(location)))
    return Finding(
        code="step-timeout",
        stage=stage,
        location=location,
        object=step.revision,
        message=f"{step.direction} of {step.revision} was still running after {overrun.limit:g} s, and was ended"
        f"{doing}{half_applied(step)}",
        remedy=_remedy(overrun),
    )


def _remedy(overrun: Overrun) -> str:
    if overrun.processes:
        way = "Give the child process a timeout of its own, or leave it out of the migration"
    elif overrun.statements:
        way = "On an empty database a statement ends at once: give the loop or the wait in it an end"
    else:
        way = "Give the loop or the wait an end of its own"
    return f"{way}.\nIf the step needs longer, raise step_timeout in [tool.stairway], in seconds; 0 is no limit."


CHECK = Check(name="step_timeout", codes=("step-timeout",), run=run)
