"""What env.py tells autogenerate to ignore: its `include_object` and `include_name`, asked as autogenerate asks them.

An object that both sides have is asked about once, as the models' own with its counterpart; one that is only in the
database as a reflected one; one that only the models have as theirs (Alembic's `autogenerate/compare`, read at 1.20).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, Column, Index, MetaData, Table, UniqueConstraint, text
from sqlalchemy.schema import ForeignKeyConstraint
from sqlalchemy.types import NullType

from pytest_stairway.schema.model import UNREADABLE, Kind, Schema
from pytest_stairway.schema.parse import parse_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Excluded = frozenset[tuple[str, str | None, str]]
"""(type, table, name) as `include_object` knows them; the table of a table is None."""

_Parts = dict[tuple[str, str], Any]


class HookError(Exception):
    """A hook raised something; the text says which, and about what it was asked."""


@dataclass(frozen=True, slots=True)
class Hooks:
    include_object: Callable[..., bool] | None = None
    include_name: Callable[..., bool] | None = None

    def excluded(self, tables: Mapping[str, Table], models: Schema, migrated: Schema) -> Excluded:
        """Ask about every object on either side; `tables` are the models', by the names that the server gave them.

        Raises:
            HookError: a hook raised something.
        """
        if self.include_object is None and self.include_name is None:
            return frozenset()
        return frozenset(self._excluded(tables, models, migrated))

    def _excluded(
        self, tables: Mapping[str, Table], models: Schema, migrated: Schema
    ) -> Iterator[tuple[str, str | None, str]]:
        looks_at_database = self._includes_name(None, "schema", {})
        for name in sorted({*models.names(Kind.TABLE), *migrated.names(Kind.TABLE)}):
            theirs = tables.get(name) if (Kind.TABLE, name) in models.objects else None
            stand_in = _reflected(name, migrated.objects.get((Kind.TABLE, name)))
            ours, found = _parts(theirs), _parts(stand_in)
            for kind, folded in {**ours, **found}:
                own: Any = ours.get((kind, folded))
                reflected: Any = found.get((kind, folded))
                label = name if kind == "table" else str((reflected if own is None else own).name)
                parents = _parents(kind, name)
                seen = reflected is None or (looks_at_database and self._includes_name(label, kind, parents))
                if seen and self._includes_object(own, reflected, kind):
                    continue
                yield kind, parents.get("table_name"), label
                if kind == "foreign_key_constraint" and stand_in is not None:
                    yield from _indexes_of_key(stand_in, reflected)

    def _includes_name(self, name: str | None, kind: str, parents: dict[str, str | None]) -> bool:
        if self.include_name is None:
            return True
        try:
            return bool(self.include_name(name, kind, parents))
        except Exception as error:  # the hook is the project's: it may raise anything
            raise HookError(_raised("include_name", error, kind, name)) from error

    def _includes_object(self, ours: Any, reflected: Any, kind: str) -> bool:
        if self.include_object is None:
            return True
        asked = reflected if ours is None else ours
        try:
            return bool(self.include_object(asked, asked.name, kind, ours is None, None if ours is None else reflected))
        except Exception as error:  # see above
            raise HookError(_raised("include_object", error, kind, asked.name)) from error


def _raised(hook: str, error: Exception, kind: str, name: object) -> str:
    about = "the schema None, which is the database itself" if name is None else f"the {kind.replace('_', ' ')} {name}"
    return f"{hook} of env.py raised {type(error).__name__}: {error} for {about}"


def _parents(kind: str, table: str) -> dict[str, str | None]:
    """Give what autogenerate says of where a name stands."""
    parents: dict[str, str | None] = {"schema_name": None, "schema_qualified_table_name": table}
    return parents if kind == "table" else {**parents, "table_name": table}


def _indexes_of_key(table: Table, key: ForeignKeyConstraint | None) -> Iterator[tuple[str, str | None, str]]:
    """Give the indexes that a foreign key cannot be without (1553): autogenerate tells nothing of them either."""
    for index in table.indexes:
        if key is not None and list(index.columns) == list(key.columns):
            yield "index", table.name, str(index.name)


def _reflected(name: str, definition: str | None) -> Table | None:
    """Build what autogenerate would hand to a hook for a table of the database, without its types."""
    if definition is None or definition.startswith(UNREADABLE):
        return None
    table = parse_table(definition)
    stand_in = Table(name, MetaData())
    for column in table.columns:
        stand_in.append_column(Column(column.name, NullType(), nullable=column.nullable))
    for index in table.indexes:
        columns = [stand_in.c[part.text] for part in index.parts if part.text in stand_in.c]
        if columns and index.kind == "UNIQUE":
            stand_in.append_constraint(UniqueConstraint(*columns, name=index.name))
        elif columns:
            Index(index.name, *columns)
    for key in table.foreign_keys:
        targets = [f"{key.referenced_table}.{column}" for column in key.referenced_columns]
        stand_in.append_constraint(ForeignKeyConstraint(key.columns, targets, name=key.name, link_to_name=True))
    for check in table.checks:
        stand_in.append_constraint(CheckConstraint(text(check.expression), name=check.name))
    return stand_in


def _parts(table: Table | None) -> _Parts:
    """List a table and its named parts by type and name, as the server compares names: without regard to case."""
    if table is None:
        return {}
    return {(kind, "" if kind == "table" else str(item.name).casefold()): item for kind, item in _items(table)}


def _items(table: Table) -> Iterator[tuple[str, Any]]:
    yield "table", table
    yield from (("column", column) for column in table.columns)
    yield from (("index", index) for index in table.indexes if index.name)
    for constraint in table.constraints:
        for type_, kind in _CONSTRAINTS:
            if isinstance(constraint, type_) and constraint.name:
                yield kind, constraint


_CONSTRAINTS = (
    (UniqueConstraint, "unique_constraint"),
    (ForeignKeyConstraint, "foreign_key_constraint"),
    (CheckConstraint, "check_constraint"),
)
