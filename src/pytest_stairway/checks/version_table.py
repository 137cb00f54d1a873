"""After every step the version table holds exactly the heads of what is applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_stairway.checks.interface import Check, Subject
from pytest_stairway.checks.wording import function_location, in_env
from pytest_stairway.findings import Finding, Skip, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.walk.record import Step


def run(subject: Subject) -> Iterator[Finding | Skip]:
    for visit in subject.walked.visits:
        wrong = [step for step in visit.steps if _is_wrong(step)]
        if wrong and wrong[0].keeps_from_versions:
            return  # session-state-leaks tells it
        if wrong:
            yield _finding(subject, wrong[0], Stage.UPGRADE if wrong[0] is visit.up else Stage.ROUND_TRIP)
            return  # what comes after follows from it
    if not subject.walked.committed.right:
        yield _not_committed(subject)


def _is_wrong(step: Step) -> bool:
    """Judge a step that ended, or one after which Alembic itself stopped at the version table."""
    return step.versions.error is not None or (step.failure is None and not step.versions.right)


def _not_committed(subject: Subject) -> Finding:
    committed = subject.walked.committed
    last = next((visit.revision for visit in reversed(subject.walked.visits) if visit.up is not None), None)
    return Finding(
        code="version-table-differs",
        stage=Stage.UPGRADE,
        location=in_env(subject, "context.configure(", revision=last),
        object="env.py",
        message=f"when env.py has ended, the version table holds {_rows(committed.found)};"
        f" what is applied is {_rows(committed.expected)}: env.py ends without committing the transaction it began",
        remedy="Run no statement on the connection before context.configure(), or commit at the end of env.py.",
    )


def _finding(subject: Subject, step: Step, stage: Stage) -> Finding:
    what = f"{step.direction} of {step.revision}"
    message, remedy = _told(what, step)
    if _depends_on_own_line(subject, step.revision):
        remedy = (
            "Its depends_on names a revision on its own line, which Alembic cannot walk: remove it from depends_on."
        )
    elif _keeps_what_is_implied(subject, step):
        remedy = (
            "Alembic before 1.13.1 does so after the downgrade of a revision with depends_on (its issue 1373):"
            " use a newer one."
        )
    return Finding(
        code="version-table-differs",
        stage=stage,
        location=function_location(subject, step.revision, step.direction),
        object=step.revision,
        message=message,
        remedy=remedy,
    )


def _told(what: str, step: Step) -> tuple[str, str]:
    versions = step.versions
    if versions.uncommitted:
        ended = f"{what} ends Alembic's transaction, so its row in the version table is not committed"
        return (
            f"{ended}: as the last migration of a deploy it would run again the next time",
            "Leave commit() and rollback() on op.get_bind() and on sessions bound to it out of the migration.",
        )
    if versions.error is not None:
        return (
            f"after {what} Alembic cannot update its version table: {versions.error}",
            _about_id(step.revision, versions.error)
            or "Leave the version table to Alembic: neither write to it nor drop it in a migration.",
        )
    return (
        f"after {what} the version table holds {_rows(versions.found)}; what is applied is {_rows(versions.expected)}",
        "Leave the version table to Alembic: neither write to it nor drop it in a migration.",
    )


def _about_id(revision: str, error: str) -> str:
    """Say what is wrong with an id that the version table cannot hold; "" where it is not about that."""
    if error.startswith("(1406)"):
        return f"The id has {len(revision)} characters, and Alembic's version_num takes 32: give it a shorter one."
    if "'" in revision:
        return "Alembic writes the id into SQL as it stands: take the quote out of it."
    return ""


def _rows(revisions: tuple[str, ...]) -> str:
    return ", ".join(revisions) if revisions else "nothing"


def _depends_on_own_line(subject: Subject, revision: str) -> bool:
    line = {each.id for each in subject.history.ancestors(revision)}
    file = subject.history.get(revision)
    return file is not None and any(needed in line for needed in file.depends_on)


def _keeps_what_is_implied(subject: Subject, step: Step) -> bool:
    """Tell whether the rows left over are of revisions that others imply: a parent, or one of depends_on."""
    file = subject.history.get(step.revision)
    left_over = set(step.versions.found) - set(step.versions.expected)
    if file is None or not file.depends_on or not left_over:
        return False
    return left_over <= {*file.down_revisions, *file.depends_on}


CHECK = Check(name="version_table", codes=("version-table-differs",), run=run)
