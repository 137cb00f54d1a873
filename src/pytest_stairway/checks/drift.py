"""The migrated database is the one that the models describe."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pytest_stairway.checks.interface import Check, Subject
from pytest_stairway.checks.remedies import going_with, in_order, restoring
from pytest_stairway.checks.wording import code, followed_by, joined, line_of, located, naming
from pytest_stairway.findings import Finding, Location, Skip, Stage
from pytest_stairway.schema.diff import DRIFT, changes
from pytest_stairway.schema.model import Kind
from pytest_stairway.schema.parse import parse_table
from pytest_stairway.walk.record import Direction, Models

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_stairway.schema.change import Change

# What autogenerate calls the parts that env.py's hooks are asked about; it tells unique constraints from indexes.
_HOOK_TYPES = {
    "index": ("index", "unique_constraint"),
    "foreign key": ("foreign_key_constraint",),
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
    told = [change for change in found if change.table not in uncreated and not _excluded(change, models)]
    for change in in_order(told):
        yield _finding(subject, models, change, told)


def _excluded(change: Change, models: Models) -> bool:
    """Tell whether env.py's include_object or include_name leave the object, or its table, out."""
    if change.kind is not Kind.TABLE:
        return False
    name = change.object.rpartition(".")[2] if change.part == "column" else _name(change)
    kinds = _HOOK_TYPES.get(change.part, (change.part,))
    return ("table", None, change.table) in models.excluded or any(
        (kind, change.table, name) in models.excluded for kind in kinds
    )


def _name(change: Change) -> str:
    """Give the object's own name: `ix_a` of "index ix_a on users"."""
    words = change.object.split(" on ")[0].split()
    return words[-1] if words else change.object


def _finding(subject: Subject, models: Models, change: Change, told: Sequence[Change]) -> Finding:
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
        message += followed_by(change)
    return Finding(
        code=slug,
        stage=Stage.MODELS,
        location=_source(subject, models, change.table) or _last_touched(subject, change),
        object=change.object,
        message=message,
        remedy=_remedy(change, told) + _under_foreign_keys(subject, change),
    )


def _under_foreign_keys(subject: Subject, change: Change) -> str:
    """Name the foreign keys that keep columns from following their table's collation (1832, 1833, 3780)."""
    migrated, columns = subject.walked.migrated, set(change.following)
    if not columns:
        return ""
    held = [
        f"{key.name} on {table.name}"
        for name in sorted({change.table, *migrated.referencing([change.table])})
        for table in (parse_table(migrated.objects[Kind.TABLE, name], migrated.collations),)
        for key in table.foreign_keys
        if (table.name == change.table and columns & set(key.columns))
        or (key.referenced_table.casefold() == change.table.casefold() and columns & set(key.referenced_columns))
    ]
    if not held:
        return ""
    return f"\nDrop before it, and create again when the tables on both sides have changed: {joined(held)}."


def _remedy(change: Change, told: Sequence[Change]) -> str:
    key = next((each for each in told if change in going_with(each, told)), None)
    if key is not None:
        return f"Change the models, or the column and its key in one ALTER TABLE: see {key.object}."
    calls = restoring(change, going_with(change, told))
    if not calls:
        return ""
    ways = "Change the models"
    if change.part == "table" and change.before is None:
        ways += ", or import the module that defines it in env.py"
    return f"{ways}, or add a revision with\n{code(*calls)}"


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
