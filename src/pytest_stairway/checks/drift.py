"""The migrated database is the one that the models describe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pytest_stairway.checks.interface import Check, Subject
from pytest_stairway.checks.remedies import restoring
from pytest_stairway.checks.wording import instead
from pytest_stairway.findings import Finding, Location, Skip, Stage
from pytest_stairway.schema.diff import DRIFT, changes
from pytest_stairway.schema.change import Change
from pytest_stairway.schema.model import Kind
from pytest_stairway.walk.record import Models

# What autogenerate calls the parts that env.py's hooks are asked about.
_HOOK_TYPES = {
    "table": "table",
    "column": "column",
    "index": "index",
    "unique key": "unique_constraint",
    "foreign key": "foreign_key_constraint",
}


def run(subject: Subject) -> Iterator[Finding | Skip]:
    record = subject.walked
    env = subject.location(subject.history.project.directory / "env.py")
    if record.models is None:
        yield Skip("drift", Stage.MODELS, env, record.models_unavailable or "no models")
        return
    if any(visit.up is None or visit.up.failure is not None for visit in record.visits):
        yield Skip("drift", Stage.MODELS, env, "not every upgrade ran, so there is no migrated schema to compare")
        return
    models = record.models
    for table, error in models.failures:
        reason = f"the models' table {table} cannot be created on {record.flavor}: {error}"
        yield Skip("drift", Stage.MODELS, _source(subject, models, table), reason)
    uncreated = {table for table, _ in models.failures}
    for change in changes(models.schema, record.migrated, DRIFT, flavor=record.flavor, declared=models.declared):
        if change.table not in uncreated and not _excluded(change, models):
            yield _finding(subject, models, change)


def _excluded(change: Change, models: Models) -> bool:
    """Tell whether env.py's include_object or include_name leave the object, or its table, out."""
    if change.kind is not Kind.TABLE:
        return False
    name = change.object.rpartition(".")[2] if change.part == "column" else _name(change)
    kinds = {_HOOK_TYPES.get(change.part, change.part), "unique_constraint" if change.part == "index" else ""}
    return ("table", None, change.table) in models.excluded or any(
        (kind, change.table, name) in models.excluded for kind in kinds
    )


def _name(change: Change) -> str:
    """Give the object's own name: `ix_a` of "index ix_a on users"."""
    words = change.object.split(" on ")[0].split()
    return words[-1] if words else change.object


def _finding(subject: Subject, models: Models, change: Change) -> Finding:
    """Word a change from the models' side (`before`) to the database's (`after`)."""
    if change.after is None:
        code, message = "drift-missing", f"the models have {change.object}: {change.before}; no migration creates it"
    elif change.before is None:
        code, message = "drift-extra", f"migrations create {change.object}: {change.after}; the models do not have it"
    else:
        code = "drift-changed"
        message = f"{change.object} is {change.after} after all migrations; the models say {change.before}"
        if change.attributes:
            message += f"\ndifferent: {', '.join(change.attributes)}"
    calls = restoring(change)
    return Finding(
        code=code,
        stage=Stage.MODELS,
        location=_source(subject, models, change.table),
        object=change.object,
        message=message,
        remedy="Change the models, or add a revision with\n" + instead(*calls).partition("\n")[2] if calls else "",
    )


def _source(subject: Subject, models: Models, table: str) -> Location:
    """Give the line of the model's class, or env.py where the table has none."""
    location = dict(models.sources).get(table)
    if location is None or location.path is None:
        return subject.location(subject.history.project.directory / "env.py")
    return subject.location(Path(location.path), location.line)


CHECK = Check(name="drift", codes=("drift-missing", "drift-extra", "drift-changed"), run=run)
