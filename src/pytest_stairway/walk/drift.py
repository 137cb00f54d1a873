"""What separates the migrated schema from the models, as far as env.py has it compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_stairway.remedies.remedy import remedies
from pytest_stairway.remedies.target import Target
from pytest_stairway.schema.diff import DRIFT, Change, changes
from pytest_stairway.schema.model import UNREADABLE, Kind, Schema
from pytest_stairway.walk.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.flavor import Flavor
    from pytest_stairway.servers.interface import Server
    from pytest_stairway.walk.models import ModelsSource
    from pytest_stairway.walk.record import Models, Proof, Record

# What autogenerate calls the parts that env.py's hooks are asked about; it tells unique constraints from indexes.
_HOOK_TYPES = {
    "index": ("index", "unique_constraint"),
    "foreign key": ("foreign_key_constraint",),
}


def proved_drift(record: Record, server: Server, source: ModelsSource, database: str) -> tuple[Proof, ...]:
    """Find the migrations that would end the drift, and try them on the migrated database itself."""
    models = record.models
    if models is None or not record.is_migrated:
        return ()
    found = drift(models, record.migrated, record.flavor)
    if not found:
        return ()
    trial = Trial(server, source.url(server, database), source.metadata, frozenset({source.version_table}))
    wanted = remedies(found, Target(record.migrated, record.flavor))
    return trial.prove(wanted, lambda schema: drift(models, schema, record.flavor), both_ways=True)


def drift(models: Models, migrated: Schema, flavor: Flavor) -> tuple[Change, ...]:
    """Return what differs, from the models' side (`before`) to the database's (`after`).

    Left out are tables that could not be created from the models, and what could not be read.
    """
    uncreated = {each.table.casefold() for each in models.uncreated}
    unread = {key for key, _ in unreadable(models.schema, migrated)}
    found = changes(models.schema, migrated, DRIFT, flavor=flavor, declared=models.declared)
    return tuple(
        change
        for change in found
        if (change.kind, change.table) not in unread
        and not (change.kind is Kind.TABLE and change.table.casefold() in uncreated)
        and not (change.kind is not Kind.TABLE and "" in uncreated)
        and not _is_excluded(change, models)
    )


def unreadable(*schemas: Schema) -> Iterator[tuple[tuple[Kind, str], str]]:
    """Give what the server could not show in one of these schemas, with its words."""
    for schema in schemas:
        for key, text in schema.objects.items():
            if text.startswith(UNREADABLE):
                yield key, text.removeprefix(UNREADABLE)


def _is_excluded(change: Change, models: Models) -> bool:
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
