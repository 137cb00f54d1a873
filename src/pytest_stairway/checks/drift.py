"""The migrated database is the one that the models describe."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pytest_stairway.checks.interface import Check, Subject
from pytest_stairway.checks.remedies import restoring
from pytest_stairway.checks.wording import code, line_of, located, naming
from pytest_stairway.findings import Finding, Location, Skip, Stage
from pytest_stairway.schema.diff import DRIFT, changes
from pytest_stairway.schema.model import Kind
from pytest_stairway.walk.record import Direction, Models

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.schema.change import Change

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
        yield Skip("drift", Stage.MODELS, _source(subject, models, table) or env, reason)
    uncreated = {table for table, _ in models.failures}
    found = changes(models.schema, record.migrated, DRIFT, flavor=record.flavor, declared=models.declared)
    for change in sorted(found, key=_rank):
        if change.table not in uncreated and not _excluded(change, models):
            yield _finding(subject, models, change)


def _rank(change: Change) -> int:
    """Order findings so that their remedies run one after the other: a foreign key goes before its index (1553)."""
    if change.part != "foreign key":
        return 1
    return 0 if change.before is None else 2


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
        slug, message = (
            "drift-missing",
            f"{change.object} is in the models and no migration creates it: {change.before}",
        )
    elif change.before is None:
        slug, message = (
            "drift-extra",
            f"{change.object} is there after all migrations and not in the models: {change.after}",
        )
    else:
        slug = "drift-changed"
        message = f"{change.object} is {change.after} after all migrations; the models say {change.before}"
        if change.attributes:
            message += f"\ndifferent: {', '.join(change.attributes)}"
    calls = restoring(change)
    return Finding(
        code=slug,
        stage=Stage.MODELS,
        location=_source(subject, models, change.table) or _last_touched(subject, change),
        object=change.object,
        message=message,
        remedy=f"Change the models, or add a revision with\n{code(*calls)}" if calls else "",
    )


def _source(subject: Subject, models: Models, table: str) -> Location | None:
    """Give the line of the model's class, None where the table has none."""
    location = dict(models.sources).get(table)
    if location is None or location.path is None:
        return None
    return subject.location(Path(location.path), location.line)


def _last_touched(subject: Subject, change: Change) -> Location:
    """Give the migration's line that last named the object, or the place where env.py says what the models are."""
    for visit in reversed(subject.walked.visits):
        sent = naming(visit.up.statements, change.table) if visit.up is not None else None
        if sent is not None and sent.location.path is not None:
            return located(subject, sent.location, visit.revision, Direction.UPGRADE)
    env = subject.history.project.directory / "env.py"
    return subject.location(env, line_of(env, "target_metadata"))


CHECK = Check(name="drift", codes=("drift-missing", "drift-extra", "drift-changed"), run=run)
