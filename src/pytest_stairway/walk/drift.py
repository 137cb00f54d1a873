"""What separates the migrated schema from the models, as far as env.py has it compared."""

from __future__ import annotations

import fnmatch
from typing import TYPE_CHECKING

from pytest_stairway.remedies.remedy import remedies_with_renames
from pytest_stairway.remedies.target import Target
from pytest_stairway.schema.diff import DRIFT, Change, changes
from pytest_stairway.schema.model import UNREADABLE, Kind, Schema
from pytest_stairway.schema.triggers import table_of_trigger
from pytest_stairway.walk.record import LeftOut
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
    "check": ("check_constraint",),
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
    wanted = remedies_with_renames(found, Target(record.migrated, record.flavor))
    return trial.prove(wanted, lambda schema: drift(models, schema, record.flavor), both_ways=True)


def drift(models: Models, migrated: Schema, flavor: Flavor) -> tuple[Change, ...]:
    """Return what differs, from the models' side (`before`) to the database's (`after`).

    Left out are tables that could not be created from the models, what could not be read, and what the project asks to
    leave out.
    """
    every = _comparable(models, migrated, flavor)
    return tuple(change for change in every if not _leaving_out(change, models))


def left_out(models: Models, migrated: Schema, flavor: Flavor) -> tuple[LeftOut, ...]:
    """Return what differs and is left out because the project asks for it, every pattern of the settings included."""
    by: dict[str | None, list[str]] = {pattern: [] for pattern in models.only_in_database}
    if by or models.excluded:
        for change in _comparable(models, migrated, flavor):
            for pattern in _leaving_out(change, models):
                by.setdefault(pattern, []).append(change.object)
    return tuple(LeftOut(pattern, tuple(sorted(objects))) for pattern, objects in by.items())


def _comparable(models: Models, migrated: Schema, flavor: Flavor) -> Iterator[Change]:
    uncreated = {each.table.casefold() for each in models.uncreated}
    unread = {key for key, _ in unreadable(models.schema, migrated)}
    for change in changes(models.schema, migrated, DRIFT, flavor=flavor, declared=models.declared):
        if (change.kind, change.table) in unread:
            continue
        if change.kind is Kind.TABLE and change.table.casefold() in uncreated:
            continue
        if change.kind is not Kind.TABLE and "" in uncreated:
            continue
        yield change


def left_by_settings(change: Change, models: Models) -> bool:
    """Tell whether the settings say that only the database is meant to have what differs."""
    return any(pattern is not None for pattern in _leaving_out(change, models))


def unreadable(*schemas: Schema) -> Iterator[tuple[tuple[Kind, str], str]]:
    """Give what the server could not show in one of these schemas, with its words."""
    for schema in schemas:
        for key, text in schema.objects.items():
            if text.startswith(UNREADABLE):
                yield key, text.removeprefix(UNREADABLE)


def _leaving_out(change: Change, models: Models) -> tuple[str | None, ...]:
    """Give what leaves a change out: None for the hooks of env.py, and each pattern of the settings that matches it."""
    hooks: tuple[str | None, ...] = (None,) if _is_excluded(change, models) else ()
    if change.before is not None:
        return hooks
    table = _table_of_trigger(change)
    names = {_own_name(change), *([table] if table else [])}
    return (*hooks, *(each for each in models.only_in_database if any(_matches(name, each) for name in names)))


def _matches(name: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(name.casefold(), pattern.casefold())


def _is_excluded(change: Change, models: Models) -> bool:
    """Tell whether env.py's include_object or include_name leave the object, or its table, out.

    A view may be mapped as a table, which these hooks keep autogenerate from creating; triggers go with their table.
    """
    if change.kind in (Kind.VIEW, Kind.TRIGGER):
        return ("table", None, _table_of_trigger(change) or change.table) in models.excluded
    if change.kind is not Kind.TABLE:
        return False
    kinds = _HOOK_TYPES.get(change.part, (change.part,))
    return ("table", None, change.table) in models.excluded or any(
        (kind, change.table, _name(change.inside)) in models.excluded for kind in kinds
    )


def _table_of_trigger(change: Change) -> str:
    if change.kind is not Kind.TRIGGER:
        return ""
    return table_of_trigger(change.after or change.before or "")


def _own_name(change: Change) -> str:
    """Give the name that patterns are about: `legacy` of a table, `users.old` of its column, index or constraint."""
    whole = change.kind is not Kind.TABLE or change.part == "table"
    return change.table if whole else f"{change.table}.{_name(change.inside)}"


def _name(change: Change) -> str:
    """Give the part's own name: `ix_a` of "index ix_a on users", `email` of "users.email"."""
    if change.part == "column":
        return change.column
    return change.object.removeprefix(f"{change.part} ").removesuffix(f" on {change.table}")
