"""The models as a schema: created into a database of their own on the same server, so that its spelling cancels out."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Index, MetaData, Table, UniqueConstraint
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import ForeignKeyConstraint
from sqlalchemy.types import NullType

from pytest_stairway.schema.diff import DeclaredNames
from pytest_stairway.schema.model import Kind, Schema
from pytest_stairway.schema.parse import parse_table
from pytest_stairway.schema.read import SchemaReader
from pytest_stairway.servers.database import connect, create_database, drop_database, own_engine, sqlalchemy_url
from pytest_stairway.walk.model_sources import sources
from pytest_stairway.walk.model_tables import create_all, create_each, send
from pytest_stairway.walk.models_cache import models_cache
from pytest_stairway.walk.record import Models, Uncreated

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

    from alembic.runtime.migration import MigrationContext
    from sqlalchemy.engine import URL, Engine

    from pytest_stairway.findings import Location
    from pytest_stairway.servers.interface import Server
    from pytest_stairway.walk.environment import Environment

NO_METADATA = "env.py passes no target_metadata to context.configure()"

Excluded = frozenset[tuple[str, str | None, str]]


@dataclass
class ModelsSource:
    """What env.py passed to `context.configure()` about its models."""

    metadatas: tuple[MetaData, ...] = ()
    include_object: Callable[..., bool] | None = None
    include_name: Callable[..., bool] | None = None
    version_table: str = "alembic_version"
    dialect: Any = None

    def take(self, context: MigrationContext) -> None:
        given = context.opts.get("target_metadata")
        many = given if isinstance(given, list | tuple) else [given]
        self.metadatas = tuple(metadata for metadata in many if metadata is not None)
        self.include_object = context.opts.get("include_object")
        self.include_name = context.opts.get("include_name")
        self.version_table = context.version_table
        self.dialect = context.dialect

    def build(self, environment: Environment, migrated: Schema) -> tuple[Models | None, str | None]:
        """Create the models and read them back; say why where that is not possible."""
        if not self.metadatas:
            return None, NO_METADATA
        if not any(metadata.tables for metadata in self.metadatas):
            return None, (
                "target_metadata in env.py has no tables: the modules that define the models are not imported there"
            )
        server = environment.server
        cache = models_cache(self._engine(server, None), self.metadatas, server.database_prefix, self.version_table)
        schema = cache.load() if cache is not None else None
        uncreated: list[Uncreated] = []
        if schema is None:
            schema, uncreated = self._created(server, cache.statements if cache is not None else ())
            if cache is not None and not uncreated:
                cache.store(schema)
        schema = replace(schema, counters=self._starts())
        try:
            excluded = self._excluded(schema, migrated)
        except _HookError as error:
            return None, str(error)
        declared = DeclaredNames({table.name: self._declared(table) for table in self._tables()})
        return Models(schema, declared, excluded, tuple(uncreated)), None

    @property
    def metadata(self) -> MetaData | None:
        """Give the MetaData whose naming convention Alembic's operations follow: it heeds none where there are many."""
        return self.metadatas[0] if len(self.metadatas) == 1 else None

    def url(self, server: Server, database: str | None) -> URL:
        """Build a URL for operations on the models' behalf: their dialect decides which options of theirs count."""
        return sqlalchemy_url(server.walk_address, database, f"{self.dialect.name}+pymysql")

    def _engine(self, server: Server, database: str | None) -> Engine:
        return own_engine(server.walk_address, self.url(server, database), future=True)

    def sources(self, names: Collection[str], env: Path) -> tuple[tuple[str, Location], ...]:
        """Find the lines of the models of these tables."""
        wanted = {name.casefold() for name in names}
        tables = [table for table in self._tables() if table.name.casefold() in wanted]
        return tuple(sources(tables, env).items())

    def _create(self, server: Server, databases: contextlib.ExitStack) -> tuple[str, list[Uncreated]]:
        """Create the tables that can be created, and name the database that has them.

        Where the server refuses one, each is tried by itself first. What MetaData does beside creating tables (views
        by DDL events) is then still done for the rest; if it is that which fails, nobody knows what it would have made.
        """
        database = databases.enter_context(_database(server))
        if create_all(self._engine(server, database), self.metadatas) is None:
            return database, []
        trial = databases.enter_context(_database(server))
        uncreated = create_each(self._engine(server, trial), self.metadatas)
        database = databases.enter_context(_database(server))
        failure = create_all(self._engine(server, database), self.metadatas, {each.table for each in uncreated})
        return (database, uncreated) if failure is None else (trial, [*uncreated, Uncreated("", failure)])

    def _read(self, server: Server, database: str) -> Schema:
        with contextlib.closing(connect(server.address, database)) as connection:
            return SchemaReader(connection, database, server.flavor, frozenset({self.version_table})).read()

    def _created(self, server: Server, statements: Sequence[str]) -> tuple[Schema, list[Uncreated]]:
        """Create the models in a database of their own and read them back, beside what could not be created.

        The statements that are known to do it are sent as they are; where one is refused, SQLAlchemy finds out which.
        """
        if statements:
            with contextlib.suppress(SQLAlchemyError), _database(server) as database:
                send(self._engine(server, database), statements)
                return self._read(server, database), []
        with contextlib.ExitStack() as databases:
            database, uncreated = self._create(server, databases)
            return self._read(server, database), uncreated

    def _tables(self) -> Iterator[Table]:
        for metadata in self.metadatas:
            yield from metadata.tables.values()

    def _declared(self, table: Table) -> frozenset[str]:
        """Collect the names that the models give, naming convention applied; the rest are the server's own."""
        preparer = self.dialect.identifier_preparer
        names = [preparer.format_index(index) for index in table.indexes]
        names += [preparer.format_constraint(each) for each in table.constraints if each.name is not None]
        return frozenset(name.strip("`").replace("``", "`") for name in names if name)

    def _starts(self) -> dict[str, int]:
        """Return the AUTO_INCREMENT that each table declares; rows that the models insert raise the counter too."""
        option = f"{self.dialect.name}_auto_increment"
        starts = ((table.name, str(table.kwargs.get(option, ""))) for table in self._tables())
        return {name: int(start) for name, start in starts if start.isdecimal()}

    def _excluded(self, models: Schema, migrated: Schema) -> Excluded:
        """Ask env.py's hooks about every object on either side, as autogenerate would."""
        if self.include_object is None and self.include_name is None:
            return frozenset()
        known = {table.name: table for table in self._tables()}
        found: set[tuple[str, str | None, str]] = set()
        for schema in (models, migrated):
            for name in schema.names(Kind.TABLE):
                table = parse_table(schema.objects[Kind.TABLE, name])
                stand_in = _reflected(name, table)
                reflected = schema is migrated
                for kind, item in _parts(known.get(name, stand_in) if not reflected else stand_in):
                    owner = None if kind == "table" else name
                    if item.name and not self._includes(item, kind, owner, reflected=reflected, other=known.get(name)):
                        found.add((kind, owner, str(item.name)))
        return frozenset(found)

    def _includes(self, item: Any, kind: str, table: str | None, *, reflected: bool, other: Table | None) -> bool:
        try:
            if reflected and self.include_name is not None:
                parents = {"schema_name": None, "table_name": table or item.name, "schema_qualified_table_name": table}
                if not self.include_name(item.name, kind, parents if table else {"schema_name": None}):
                    return False
            if self.include_object is None:
                return True
            counterpart = other if kind == "table" and reflected else None
            return bool(self.include_object(item, item.name, kind, reflected, counterpart))
        except Exception as error:  # the hook is the project's: it may raise anything
            raise _HookError(
                f"include_object or include_name of env.py raised {type(error).__name__}: {error}"
                f" for the {kind} {item.name}"
            ) from error


class _HookError(Exception):
    pass


@contextlib.contextmanager
def _database(server: Server) -> Iterator[str]:
    name = create_database(server)
    try:
        yield name
    finally:
        drop_database(server, name)


def _reflected(name: str, table: Any) -> Table:
    """Build what autogenerate would hand to a hook for a table of the database, without its types."""
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
    return stand_in


def _parts(table: Table) -> Iterator[tuple[str, Any]]:
    yield "table", table
    yield from (("column", column) for column in table.columns)
    yield from (("index", index) for index in table.indexes)
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield "unique_constraint", constraint
        elif isinstance(constraint, ForeignKeyConstraint):
            yield "foreign_key_constraint", constraint
