"""Columns stand in the order that they had before, and that the models declare, where the settings want to know."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_stairway.checks.interface import Check, Subject
from pytest_stairway.checks.wording import code, in_env, located, naming
from pytest_stairway.findings import Finding, Location, Skip, Stage
from pytest_stairway.remedies.python import execute
from pytest_stairway.schema.diff import DRIFT, ROUND_TRIP, changes
from pytest_stairway.schema.tokens import quote_identifier
from pytest_stairway.walk.record import Direction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.schema.change import Change
    from pytest_stairway.schema.model import Schema
    from pytest_stairway.schema.tolerances import Tolerances
    from pytest_stairway.walk.record import Step

CODE = "column-order"


def run(subject: Subject) -> Iterator[Finding | Skip]:
    if not _is_wanted(subject):
        return
    for visit in subject.walked.visits:
        if visit.up is not None and visit.down is not None and visit.down.failure is None:
            for change in _moved(subject, visit.up.before, visit.down.after, ROUND_TRIP):
                yield _not_restored(subject, visit.down, change)
    models = subject.walked.models
    if models is not None and subject.walked.is_migrated:
        for change in _moved(subject, models.schema, subject.walked.migrated, DRIFT):
            if ("table", None, change.table) not in models.excluded:
                yield _other_than_models(subject, dict(subject.walked.sources).get(change.table), change)


def _is_wanted(subject: Subject) -> bool:
    return subject.settings.column_order


def _moved(subject: Subject, before: Schema, after: Schema, tolerances: Tolerances) -> list[Change]:
    found = changes(before, after, replace(tolerances, column_order=False), flavor=subject.walked.flavor)
    return [change for change in found if change.part == "column order"]


def _moving(change: Change) -> str:
    return execute(f"ALTER TABLE {quote_identifier(change.table)} {change.before_definition}")


def _not_restored(subject: Subject, down: Step, change: Change) -> Finding:
    sent = naming(down.statements, change.table)
    return Finding(
        code=CODE,
        stage=Stage.ROUND_TRIP,
        location=located(subject, sent.location if sent else Location(), down.revision, Direction.DOWNGRADE),
        object=change.object,
        message=f"downgrade of {down.revision} leaves the columns of {change.table} in the order {change.after}; "
        f"before the upgrade it was {change.before}",
        remedy=f"Put them back with\n{code(_moving(change))}",
    )


def _other_than_models(subject: Subject, source: Location | None, change: Change) -> Finding:
    location = in_env(subject, "target_metadata")
    if source is not None and source.path is not None:
        location = subject.location(Path(source.path), source.line)
    return Finding(
        code=CODE,
        stage=Stage.MODELS,
        location=location,
        object=change.object,
        message=f"the columns of {change.table} are in the order {change.after} after all migrations; "
        f"the models say {change.before}",
        remedy=f"Change the models, or add a revision with\n{code(_moving(change))}",
    )


CHECK = Check(name="column_order", codes=(CODE,), run=run, is_wanted=_is_wanted)
