"""Rows that earlier migrations inserted are there again after a revision went up and down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_stairway.checks.interface import Check, Subject
from pytest_stairway.checks.rename import dropped_and_added, renaming
from pytest_stairway.checks.wording import count, function_location, joined, listed, located, naming
from pytest_stairway.findings import Finding, Location, Severity, Skip, Stage
from pytest_stairway.schema.model import Kind
from pytest_stairway.walk.record import ChangedValue, Direction, RowLoss, Visit

if TYPE_CHECKING:
    from collections.abc import Iterator


def run(subject: Subject) -> Iterator[Finding | Skip]:
    for visit in subject.walked.visits:
        for loss in visit.losses:
            if loss.dropped_by_upgrade and not _is_back(visit, loss.table):
                continue  # downgrade-differs tells it
            yield (
                _column_lost(subject, visit, loss)
                if loss.dropped_by_upgrade and loss.changed
                else _rows_lost(subject, visit, loss)
            )
        for table in visit.unread:
            yield Skip(
                "rows",
                Stage.ROUND_TRIP,
                function_location(subject, visit.revision, Direction.UPGRADE),
                f"the rows of {table} were not compared: migrations inserted more than can be held in memory",
            )


def _is_back(visit: Visit, table: str) -> bool:
    return visit.down is not None and (Kind.TABLE, table) in visit.down.after.objects


def _rows_lost(subject: Subject, visit: Visit, loss: RowLoss) -> Finding:
    """Lost rows are an error; where the upgrade itself drops the table it is for people to judge."""
    told = []
    if loss.gone:
        told.append(f"{len(loss.gone)} of {count(loss.rows, 'row')} gone:\n{listed(loss.gone)}")
    if loss.changed:
        changed = listed([_changed(each) for each in loss.changed])
        told.append(f"{count(len(loss.changed), 'value')} changed:\n{changed}")
    if loss.dropped_by_upgrade:
        subject_words = (
            f"upgrade of {visit.revision} drops {loss.table}, and its downgrade brings it back without its rows"
        )
    else:
        subject_words = f"up and down of {visit.revision} lose what earlier revisions had put into {loss.table}"
    return Finding(
        code="rows-lost",
        stage=Stage.ROUND_TRIP,
        location=_place(subject, visit, loss.table, by_upgrade=loss.dropped_by_upgrade),
        object=loss.table,
        message="\n".join([f"{subject_words}: {told[0]}", *told[1:]]),
        remedy=_rows_remedy(loss) + (_renaming(subject, visit, loss.table) if loss.dropped_by_upgrade else ""),
        severity=Severity.WARNING if loss.dropped_by_upgrade else Severity.ERROR,
    )


def _rows_remedy(loss: RowLoss) -> str:
    if loss.dropped_by_upgrade:
        return f"Rename {loss.table} and drop it in a later release, or let the downgrade insert its rows again."
    if loss.gone:
        return f"Let the downgrade take out of {loss.table} only what the upgrade inserted, by its keys in WHERE."
    return f"Let the upgrade keep the old values of {loss.table}, and the downgrade write them back."


def _column_lost(subject: Subject, visit: Visit, loss: RowLoss) -> Finding:
    columns = sorted({each.column for each in loss.changed})
    named = joined([f"{loss.table}.{column}" for column in columns])
    return Finding(
        code="column-lost",
        stage=Stage.ROUND_TRIP,
        location=_place(subject, visit, loss.table, columns[0], by_upgrade=True),
        object=named,
        message=f"upgrade of {visit.revision} drops {named}, and its downgrade brings it back without the values:\n"
        + listed([_changed(each) for each in loss.changed]),
        remedy="Copy the values to where they are kept before dropping the column, and back in the downgrade."
        + _renaming(subject, visit, named),
        severity=Severity.WARNING,
    )


def _changed(value: ChangedValue) -> str:
    return f"{value.key}: {value.column} {value.before} -> {value.after}"


def _renaming(subject: Subject, visit: Visit, old: str) -> str:
    """Suggest the rename that a drop and an add of the same probably were meant to be; "" where nothing is like it."""
    if visit.up is None:
        return ""
    found = dropped_and_added(visit.up, subject.walked.flavor)
    return next((f"\n{renaming(rename)}" for rename in found if rename.old == old), "")


def _place(subject: Subject, visit: Visit, *names: str, by_upgrade: bool) -> Location:
    """Give the line that last named the object: in the downgrade if it can, since that has to restore what is lost."""
    for step in (visit.up,) if by_upgrade else (visit.down, visit.up):
        sent = naming(step.statements, *names) if step is not None else None
        if step is not None and sent is not None:
            return located(subject, sent.location, visit.revision, step.direction)
    return function_location(subject, visit.revision, Direction.UPGRADE if by_upgrade else Direction.DOWNGRADE)


CHECK = Check(name="rows", codes=("rows-lost", "column-lost"), run=run)
