"""The models as a schema: created into a database of their own on the same server, so that its spelling cancels out."""

from __future__ import annotations

import contextlib
import inspect
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Index, MetaData, Table, UniqueConstraint, create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import ForeignKeyConstraint
from sqlalchemy.types import NullType

from pytest_stairway.findings import Location
from pytest_stairway.schema.diff import DeclaredNames
from pytest_stairway.schema.model import Kind, Schema
from pytest_stairway.schema.parse import parse_table
from pytest_stairway.schema.read import SchemaReader
from pytest_stairway.servers.database import connect, create_database, drop_database, sqlalchemy_url, tls_argument
from pytest_stairway.walk.record import Models
from pytest_stairway.walk.recorder import server_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from alembic.runtime.migration import MigrationContext
    from sqlalchemy.engine import Connection

    from pytest_stairway.walk.environment import Environment

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
            return None, "env.py passes no target_metadata to context.configure()"
        if not any(metadata.tables for metadata in self.metadatas):
            return None, (
                "target_metadata in env.py has no tables: the modules that define the models are not imported there"
            )
        server = environment.server
        database = create_database(server)
        try:
            url = sqlalchemy_url(server.walk_address, database, f"{self.dialect.name}+pymysql")
            failures = self._create(url, tls_argument(server.walk_address, "pymysql"))
            with contextlib.closing(connect(server.address, database)) as connection:
                schema = SchemaReader(connection, database, server.flavor, frozenset({self.version_table})).read()
            excluded = self._excluded(schema, migrated)
        except _HookError as error:
            return None, str(error)
        finally:
            drop_database(server, database)
        declared = DeclaredNames({table.name: self._declared(table) for table in self._tables()})
        return Models(schema, declared, excluded, tuple(failures), tuple(self._sources())), None

    def _tables(self) -> Iterator[Table]:
        for metadata in self.metadatas:
            yield from metadata.tables.values()

    def _create(self, url: Any, arguments: dict[str, bool]) -> list[tuple[str, str]]:
        """Create all tables; where the server refuses one, each by itself, so that it does not hide the rest."""
        engine = create_engine(url, poolclass=NullPool, connect_args=arguments)
        failures = []
        try:
            with engine.begin() as connection:
                connection.exec_driver_sql("SET foreign_key_checks = 0")
                for metadata in self.metadatas:
                    try:
                        metadata.create_all(connection, checkfirst=False)
                    except SQLAlchemyError:
                        failures += _create_one_by_one(connection, metadata)
        finally:
            engine.dispose()
        return failures

    def _declared(self, table: Table) -> frozenset[str]:
        """Collect the names that the models give, naming convention applied; the rest are the server's own."""
        preparer = self.dialect.identifier_preparer
        names = [preparer.format_index(index) for index in table.indexes]
        names += [preparer.format_constraint(each) for each in table.constraints if each.name is not None]
        return frozenset(name.strip("`").replace("``", "`") for name in names if name)

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

    def _sources(self) -> Iterator[tuple[str, Location]]:
        for mapped in _mapped_classes():
            table = getattr(mapped, "__table__", None)
            if isinstance(table, Table) and any(table.metadata is metadata for metadata in self.metadatas):
                location = _class_location(mapped)
                if location is not None:
                    yield table.name, location


class _HookError(Exception):
    pass


def _create_one_by_one(connection: Connection, metadata: MetaData) -> list[tuple[str, str]]:
    metadata.drop_all(connection)
    failures = []
    for table in metadata.sorted_tables:
        try:
            metadata.create_all(connection, tables=[table], checkfirst=False)
        except SQLAlchemyError as error:
            failures.append((table.name, server_error(error)[1]))
    return failures


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


def _mapped_classes() -> Iterator[type]:
    from sqlalchemy.orm import mapperlib  # noqa: PLC0415 - projects without the ORM do not load it

    registries = getattr(mapperlib, "_all_registries", None)
    for registry in registries() if registries else ():
        yield from (mapper.class_ for mapper in registry.mappers)


def _class_location(mapped: type) -> Location | None:
    try:
        path = inspect.getsourcefile(mapped)
        text = Path(path).read_text(encoding="utf-8") if path else ""
    except (OSError, TypeError, UnicodeDecodeError):
        return None
    found = re.search(rf"^[ \t]*class {re.escape(mapped.__name__)}\b", text, re.MULTILINE)
    return Location(path, text.count("\n", 0, found.start()) + 1) if found else None
