"""Rows that earlier migrations inserted are there again after a revision went up and down."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_stairway.checks.interface import Check, Subject
from pytest_stairway.checks.wording import function_location, listed
from pytest_stairway.findings import Finding, Severity, Skip, Stage
from pytest_stairway.walk.record import Direction, RowLoss, Visit


def run(subject: Subject) -> Iterator[Finding | Skip]:
    for visit in subject.walked.visits:
        for loss in visit.losses:
            yield _column_lost(subject, visit, loss) if loss.dropped_by_upgrade and loss.changed else _rows_lost(
                subject, visit, loss
            )
        for table in visit.unread:
            yield Skip(
                "rows",
                Stage.ROUND_TRIP,
                function_location(subject, visit.revision, Direction.UPGRADE),
                f"the rows of {table} were not compared: migrations inserted more than can be held in memory",
            )


def _rows_lost(subject: Subject, visit: Visit, loss: RowLoss) -> Finding:
    """Lost rows are an error; where the upgrade itself drops the table it is for people to judge."""
    told = []
    if loss.gone:
        told.append(f"{len(loss.gone)} of {loss.rows} rows of {loss.table} are gone:\n{listed(loss.gone)}")
    if loss.changed:
        changed = [f"{each.key}: {each.column} {each.before} -> {each.after}" for each in loss.changed]
        told.append(f"{len(changed)} values of {loss.table} have changed:\n{listed(changed)}")
    dropped = f"upgrade of {visit.revision} drops {loss.table}, and its downgrade brings it back without its rows"
    direction = Direction.UPGRADE if loss.dropped_by_upgrade else Direction.DOWNGRADE
    return Finding(
        code="rows-lost",
        stage=Stage.ROUND_TRIP,
        location=function_location(subject, visit.revision, direction),
        object=loss.table,
        message=(f"{dropped}; " if loss.dropped_by_upgrade else f"after up and down of {visit.revision}, ") + "\n".join(told),
        remedy="Delete and update by what the upgrade inserted, WHERE clause included, or keep the rows in another table.",
        severity=Severity.WARNING if loss.dropped_by_upgrade else Severity.ERROR,
    )


def _column_lost(subject: Subject, visit: Visit, loss: RowLoss) -> Finding:
    columns = sorted({each.column for each in loss.changed})
    named = ", ".join(f"{loss.table}.{column}" for column in columns)
    values = [f"{each.key}: {each.column} {each.before} -> {each.after}" for each in loss.changed]
    return Finding(
        code="column-lost",
        stage=Stage.ROUND_TRIP,
        location=function_location(subject, visit.revision, Direction.UPGRADE),
        object=named,
        message=f"upgrade of {visit.revision} drops {named}, and its downgrade brings it back without the values:\n"
        + listed(values),
        remedy="Copy the values to where they are kept before dropping the column, and back in the downgrade.",
        severity=Severity.WARNING,
    )


CHECK = Check(name="rows", codes=("rows-lost", "column-lost"), run=run)
