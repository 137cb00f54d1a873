"""After every step the version table holds exactly the heads of what is applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_stairway.checks.interface import Check, Subject
from pytest_stairway.checks.wording import code, function_location, in_env
from pytest_stairway.findings import Finding, Skip, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.walk.record import Step

VERSION_LENGTH = 32
"""Characters that an id has room for in the version table, as Alembic makes it (`DefaultImpl.version_table_impl`)."""


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


def _not_committed_by_step(subject: Subject, step: Step) -> Finding:
    """Tell of `transactional_ddl=True`, with which Alembic commits when all steps have run."""
    return Finding(
        code="version-table-differs",
        stage=Stage.UPGRADE,
        location=in_env(subject, "transactional_ddl", revision=step.revision),
        object="env.py",
        message=f"after {step.direction} of {step.revision} its row in the version table is not committed, and what it"
        " did is:\nenv.py says transactional_ddl=True, so Alembic commits when all migrations have run;\n"
        "where a later one fails, the next deploy runs those before it again",
        remedy="Leave it out of context.configure(): MySQL and MariaDB commit at each DDL statement, and without it\n"
        "Alembic commits after each revision.",
    )


def _finding(subject: Subject, step: Step, stage: Stage) -> Finding:
    if step.versions.uncommitted and subject.walked.transactional_ddl:
        return _not_committed_by_step(subject, step)
    what = f"{step.direction} of {step.revision}"
    message, remedy = _told(what, step)
    if _is_too_long(step):
        remedy = _widen(step.revision)
    elif (step.versions.error or "").startswith("KeyError") and _depends_beside_own_line(subject, step.revision):
        remedy = _as_merge(subject, step.revision)
    elif _depends_on_own_line(subject, step.revision):
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
            _about_id(step.revision)
            or "Leave the version table to Alembic: neither write to it nor drop it in a migration.",
        )
    return (
        f"after {what} the version table holds {_rows(versions.found)}; what is applied is {_rows(versions.expected)}",
        "Leave the version table to Alembic: neither write to it nor drop it in a migration.",
    )


def _about_id(revision: str) -> str:
    """Say what is wrong with an id that Alembic cannot write; "" where it is not about that."""
    return "Alembic writes the id into SQL as it stands: take the quote out of it." if "'" in revision else ""


def _is_too_long(step: Step) -> bool:
    """Tell whether Alembic's column has no room for the id: refused (1406), or cut off where sql_mode is not strict."""
    return len(step.revision) > VERSION_LENGTH and (
        (step.versions.error or "").startswith("(1406)")
        or any(step.revision.startswith(row) and row != step.revision for row in step.versions.found)
    )


def _widen(revision: str) -> str:
    return (
        f"Alembic makes version_num VARCHAR({VERSION_LENGTH}), and this id has {len(revision)} characters. Give the"
        " revision a shorter one,\nor widen the column in a revision before it:\n"
        + code(
            'op.alter_column("alembic_version", "version_num", type_=sa.String(128),',
            f"                existing_type=sa.String({VERSION_LENGTH}), existing_nullable=False)",
        )
    )


def _as_merge(subject: Subject, revision: str) -> str:
    """Write the parents as those of a merge, without those that others of them follow already."""
    file = subject.history.get(revision)
    parents = file.parents if file is not None else ()
    implied = {each.id for parent in parents for each in subject.history.ancestors(parent) if each.id != parent}
    kept = ", ".join(f'"{parent}"' for parent in parents if parent not in implied)
    return (
        "Alembic itself cannot walk its depends_on: `alembic upgrade heads` stops so on an empty database too.\n"
        f"Let it follow what it needs, as a merge does, without depends_on:\n{code(f'down_revision = ({kept})')}"
    )


def _rows(revisions: tuple[str, ...]) -> str:
    return ", ".join(revisions) if revisions else "nothing"


def _depends_beside_own_line(subject: Subject, revision: str) -> bool:
    file = subject.history.get(revision)
    return file is not None and bool(file.depends_on) and not _depends_on_own_line(subject, revision)


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
