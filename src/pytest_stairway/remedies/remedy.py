"""What turns the schema that is into the one that should be, in both directions."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pytest_stairway.remedies.groups import Detached, Group, brought_along, columns_of_key, grouped
from pytest_stairway.remedies.keys import adding_foreign_key, dropping_foreign_key, key_name
from pytest_stairway.remedies.python import text
from pytest_stairway.remedies.renames import Rename, renames
from pytest_stairway.remedies.restoring import backwards, restoring
from pytest_stairway.schema.model import Kind
from pytest_stairway.schema.tokens import quote_identifier
from pytest_stairway.schema.tolerances import looks_automatic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_stairway.remedies.target import Target
    from pytest_stairway.schema.change import Change

_LONGEST_NAME = 64
_KEYS = ("index", "primary key")


@dataclass(frozen=True, slots=True)
class Remedy:
    """Calls of Alembic's operations that end `changes`; both empty where none are known.

    `upgrade` makes what should be of what is, `downgrade` takes that back. Several remedies run in the order in which
    `remedies()` gives them, their downgrades in the reverse order. `renamed` is (old, new) where it renames what else
    would be dropped.
    """

    changes: tuple[Change, ...]
    upgrade: tuple[str, ...] = ()
    downgrade: tuple[str, ...] = ()
    renamed: tuple[str, str] | None = None


def remedies_with_renames(changes: Sequence[Change], target: Target) -> tuple[Remedy, ...]:
    """Do as `remedies()`, but rename what comes and goes alike; what is renamed comes first."""
    found = renames(changes, target)
    ended = {change for rename in found for change in rename.changes}
    return (*map(_of_rename, found), *remedies([change for change in changes if change not in ended], target))


def _of_rename(rename: Rename) -> Remedy:
    return Remedy(rename.changes, rename.upgrade, rename.downgrade, (rename.old, rename.new))


def remedies(changes: Sequence[Change], target: Target) -> tuple[Remedy, ...]:
    """Write the remedies of all changes from what should be (`before`) to what is (`after`, the target's schema).

    A change that no call would take back has an empty remedy, and so has one in a database beside the project's own.
    What one cause made is one remedy of several changes.
    """
    elsewhere = tuple(Remedy((change,)) for change in changes if change.database)
    changes = [change for change in changes if not change.database]
    unsettled = frozenset(change.table for change in changes if change.part == "option")
    target = replace(target, unsettled=unsettled)
    return tuple(_remedy(group, changes, target) for group in grouped(changes, target)) + elsewhere


def _remedy(group: Group, every: Sequence[Change], target: Target) -> Remedy:
    named = [_with_free_name(change, target) for change in group.changes]
    upgrade = _calls(named, group.detached, target)
    downgrade = _calls([*map(backwards, named)], [*map(_swapped, group.detached)], target)
    downgrade += [call for change in named for call in _dropping_made_index(change, every, target)]
    return Remedy(group.changes, tuple(upgrade), tuple(downgrade))


def _calls(changes: Sequence[Change], detached: Sequence[Detached], target: Target) -> list[str]:
    """Take the foreign keys off, make each change, and put the foreign keys on again."""
    calls = [dropping_foreign_key(key.table, key.after) for key in detached if key.after is not None]
    late = {key_name(key.before) for key in detached if key.before is not None and key.after is None}
    along = [column for change in changes for column in columns_of_key(change, changes)]
    along += [change for change in changes if brought_along(change, changes) is not None]
    for change in changes:
        if change not in along and not (detached and change.part == "foreign key"):
            calls += restoring(change, target, columns_of_key(change, changes), late)
    adding = [adding_foreign_key(key.table, key.before, target) for key in detached if key.before is not None]
    return calls + adding


def _swapped(key: Detached) -> Detached:
    return Detached(key.table, before=key.after, after=key.before)


def _dropping_made_index(change: Change, every: Sequence[Change], target: Target) -> list[str]:
    """Drop the index that the server makes for a missing foreign key, and leaves behind, where nothing else serves."""
    if change.part != "foreign key" or change.after is not None:
        return []
    table = target.table(target.schema.objects[Kind.TABLE, change.table])
    wanted = (each.before_definition for each in every if each.table == change.table and each.part in _KEYS)
    keys = [
        each for part in (table, *map(target.line, filter(None, wanted))) for each in (part.primary_key, *part.indexes)
    ]
    served = {key.columns for key in keys if key is not None}
    return [
        f"op.drop_index({text(key.name)}, table_name={text(change.table)})"
        for key in target.line(change.before_definition).foreign_keys
        if not any(columns[: len(key.columns)] == key.columns for columns in served)
    ]


def _with_free_name(change: Change, target: Target) -> Change:
    """Give a missing key another name where the one that the server had chosen for the models' is taken."""
    name = key_name(change.before_definition)
    if change.part not in ("foreign key", "check") or change.after is not None:
        return change
    if not looks_automatic(change.table, name) or name.casefold() not in _names(target):
        return change
    columns = "_".join(column for key in target.line(change.before_definition).foreign_keys for column in key.columns)
    short = {"foreign key": "fk", "check": "ck"}[change.part]
    free = f"{short}_{change.table}_{columns or re.sub('[^0-9]', '', name)}"[:_LONGEST_NAME]
    definition = change.before_definition.replace(quote_identifier(name), quote_identifier(free), 1)
    return replace(change, before_definition=definition)


def _names(target: Target) -> set[str]:
    """Collect the names that foreign keys and checks have in the whole database."""
    found = re.compile(r"CONSTRAINT `((?:[^`]|``)+)`")
    return {name.casefold() for text in target.schema.objects.values() for name in found.findall(text)}
