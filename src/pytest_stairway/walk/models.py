"""The models as a schema: created into a database of their own on the same server, so that its spelling cancels out."""

from __future__ import annotations

import contextlib
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import MetaData
from sqlalchemy.exc import SQLAlchemyError

from pytest_stairway.schema.diff import DeclaredNames
from pytest_stairway.schema.model import Kind, Schema
from pytest_stairway.schema.read import SchemaReader
from pytest_stairway.servers.database import connect, create_database, drop_database, own_engine, sqlalchemy_url
from pytest_stairway.walk.hooks import HookError, Hooks
from pytest_stairway.walk.model_sources import sources
from pytest_stairway.walk.model_tables import create_all, create_each, send
from pytest_stairway.walk.models_cache import models_cache
from pytest_stairway.walk.record import Models, Uncreated

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from alembic.runtime.migration import MigrationContext
    from sqlalchemy import Table
    from sqlalchemy.engine import URL, Engine

    from pytest_stairway.findings import Location
    from pytest_stairway.servers.interface import Server
    from pytest_stairway.walk.environment import Environment
    from pytest_stairway.walk.models_cache import ModelsCache
    from pytest_stairway.walk.record import Failure

NO_METADATA = "env.py passes no target_metadata to context.configure()"
NO_TABLES = "target_metadata in env.py has no tables: the modules that define the models are not imported there"


@dataclass
class ModelsSource:
    """What env.py passed to `context.configure()` about its models; `misfits` are no MetaData.

    `translation` is the `schema_translate_map` of env.py's connection, `database` the one that it is connected to.
    """

    metadatas: tuple[MetaData, ...] = ()
    misfits: tuple[object, ...] = ()
    hooks: Hooks = field(default_factory=Hooks)
    translation: Mapping[str | None, str | None] = field(default_factory=dict)
    database: str | None = None
    version_table: str = "alembic_version"
    dialect: Any = None

    @classmethod
    def of(cls, context: MigrationContext) -> ModelsSource:
        source = cls()
        source.take(context)
        return source

    def take(self, context: MigrationContext) -> None:
        given = context.opts.get("target_metadata")
        many = [each for each in (given if isinstance(given, list | tuple) else [given]) if each is not None]
        self.metadatas = tuple(each for each in many if isinstance(each, MetaData))
        self.misfits = tuple(each for each in many if not isinstance(each, MetaData))
        self.hooks = Hooks(context.opts.get("include_object"), context.opts.get("include_name"))
        self.version_table = context.version_table
        self.dialect = context.dialect
        connection = context.connection
        if connection is not None:
            self.translation = connection.get_execution_options().get("schema_translate_map") or {}
            self.database = context.dialect.default_schema_name

    def build(self, environment: Environment, migrated: Schema) -> tuple[Models | None, str | None]:
        """Create the models and read them back; say why where that is not possible."""
        unavailable = self._unavailable()
        if unavailable:
            return None, unavailable
        server = environment.server
        cache = self._cache(server)
        schema = cache.load() if cache is not None else None
        uncreated: list[Uncreated] = []
        if schema is None:
            schema, uncreated = self._created(server, cache.statements if cache is not None else ())
            if cache is not None and not uncreated:
                cache.store(schema)
        tables = self._by_stored_name(schema)
        schema = replace(schema, counters=self._starts(tables))
        try:
            excluded = self.hooks.excluded(tables, schema, migrated)
        except HookError as error:
            return None, str(error)
        return Models(
            schema=schema,
            declared=DeclaredNames({name: self._declared(table) for name, table in tables.items()}),
            excluded=excluded,
            only_in_database=tuple(pattern for pattern, _ in environment.settings.only_in_database),
            uncreated=tuple(uncreated),
            elsewhere=tuple(sorted(self._qualified(table) for table in self._tables() if not self._is_here(table))),
        ), None

    def _unavailable(self) -> str:
        """Say why what env.py passes as its models is of no use, "" where it is."""
        for each in self.misfits:
            name = getattr(each, "__name__", type(each).__name__)
            has_one = isinstance(getattr(each, "metadata", None), MetaData)
            instead = f": pass {name}.metadata" if has_one else ""
            return f"target_metadata in env.py is {name}, which is no MetaData{instead}"
        keys = Counter(key for metadata in self.metadatas for key in metadata.tables)
        twice = sorted(key for key, count in keys.items() if count > 1)
        if twice:
            return (
                f"several MetaData of target_metadata in env.py have a table {twice[0]}, which autogenerate refuses as"
                " well: leave it in one of them"
            )
        if not self.metadatas:
            return NO_METADATA
        return "" if keys else NO_TABLES

    @property
    def metadata(self) -> MetaData | None:
        """Give the MetaData whose naming convention Alembic's operations follow: it heeds none where there are many."""
        return self.metadatas[0] if len(self.metadatas) == 1 else None

    def url(self, server: Server, database: str | None) -> URL:
        """Build a URL for operations on the models' behalf: their dialect decides which options of theirs count."""
        return sqlalchemy_url(server.walk_address, database, f"{self.dialect.name}+pymysql")

    def _engine(self, server: Server, database: str | None) -> Engine:
        options = {"schema_translate_map": self._renamed()} if self._renamed() else {}
        return own_engine(server.walk_address, self.url(server, database), future=True, execution_options=options)

    def sources(self, names: Collection[str], env: Path) -> tuple[tuple[str, Location], ...]:
        """Find the lines of the models of these tables, whose names the server may have put into lower case."""
        wanted = {name.casefold() for name in names}
        found = sources([table for table in self._tables() if table.name.casefold() in wanted], env)
        folded = {name.casefold(): place for name, place in found.items()}
        places = ((name, found.get(name) or folded.get(name.casefold())) for name in sorted(names))
        return tuple((name, place) for name, place in places if place is not None)

    def _cache(self, server: Server) -> ModelsCache | None:
        if self._renamed():
            return None
        engine = self._engine(server, None)
        return models_cache(engine, self.metadatas, self._is_here, server.database_prefix, self.version_table)

    def _is_here(self, table: Table) -> bool:
        """Tell whether a table is in the project's own database, and in no other that `schema=` names."""
        return self.translation.get(table.schema, table.schema) in (None, self.database)

    def _qualified(self, table: Table) -> str:
        return f"{self.translation.get(table.schema, table.schema)}.{table.name}"

    def _renamed(self) -> dict[str | None, None]:
        """Map every schema that means the project's own database to none at all: the models get one of their own."""
        return {table.schema: None for table in self._tables() if table.schema is not None and self._is_here(table)}

    def create_into(self, server: Server, database: str) -> Failure | None:
        """Create the models in a database as the project itself would, and return what kept them from it."""
        return create_all(
            self._engine(server, database),
            self.metadatas,
            lambda table: self._is_here(table) and table.name != self.version_table,
        )

    def _create(self, server: Server, databases: contextlib.ExitStack) -> tuple[str, list[Uncreated]]:
        """Create the tables that can be created, and name the database that has them.

        Where the server refuses one, each is tried by itself first. What MetaData does beside creating tables (views
        by DDL events) is then still done for the rest; if it is that which fails, nobody knows what it would have made.
        """
        database = databases.enter_context(_database(server))
        if create_all(self._engine(server, database), self.metadatas, self._is_here) is None:
            return database, []
        trial = databases.enter_context(_database(server))
        uncreated = create_each(self._engine(server, trial), self.metadatas, self._is_here)
        refused = {each.table for each in uncreated}
        database = databases.enter_context(_database(server))
        failure = create_all(
            self._engine(server, database),
            self.metadatas,
            lambda table: self._is_here(table) and table.name not in refused,
        )
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

    def _by_stored_name(self, schema: Schema) -> dict[str, Table]:
        """Give the tables by the names that the server gave them: `lower_case_table_names` changes them."""
        own = [table for table in self._tables() if self._is_here(table)]
        is_stored = {table.name: (Kind.TABLE, table.name) in schema.objects for table in own}
        lower = {table.name.lower(): table for table in own if not is_stored[table.name]}
        stored = {name: table for name, table in lower.items() if (Kind.TABLE, name) in schema.objects}
        return {table.name: table for table in own if table not in stored.values()} | stored

    def _declared(self, table: Table) -> frozenset[str]:
        """Collect the names that the models give, naming convention applied; the rest are the server's own."""
        preparer = self.dialect.identifier_preparer
        names = [preparer.format_index(index) for index in table.indexes]
        names += [preparer.format_constraint(each) for each in table.constraints if each.name is not None]
        return frozenset(name.strip("`").replace("``", "`") for name in names if name)

    def _starts(self, tables: Mapping[str, Table]) -> dict[str, int]:
        """Return the AUTO_INCREMENT that each table declares; rows that the models insert raise the counter too."""
        option = f"{self.dialect.name}_auto_increment"
        starts = ((name, str(table.kwargs.get(option, ""))) for name, table in tables.items())
        return {name: int(start) for name, start in starts if start.isdecimal()}


@contextlib.contextmanager
def _database(server: Server) -> Iterator[str]:
    name = create_database(server)
    try:
        yield name
    finally:
        drop_database(server, name)
