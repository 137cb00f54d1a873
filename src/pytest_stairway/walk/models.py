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
from pytest_stairway.walk.ignored_options import ignored_options
from pytest_stairway.walk.model_sources import sources
from pytest_stairway.walk.model_tables import create_all, create_each, send
from pytest_stairway.walk.models_cache import models_cache
from pytest_stairway.walk.other_databases import OWN, ignored_in
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
    from pytest_stairway.walk.failure import Failure
    from pytest_stairway.walk.models_cache import ModelsCache

NO_METADATA = "env.py passes no target_metadata to context.configure()"
NO_TABLES = "target_metadata in env.py has no tables: the modules that define the models are not imported there"


@dataclass(frozen=True, slots=True)
class _Places:
    """Databases of this run that stand for the project's own and, by their names, for those beside it."""

    own: str | None
    others: Mapping[str, str] = field(default_factory=dict)


@dataclass
class ModelsSource:
    """What env.py passed to `context.configure()` about its models; `misfits` are no MetaData.

    `translation` is the `schema_translate_map` of env.py's connection, `database` the one that it is connected to;
    `beside` are those that the settings name.
    """

    metadatas: tuple[MetaData, ...] = ()
    misfits: tuple[object, ...] = ()
    hooks: Hooks = field(default_factory=Hooks)
    translation: Mapping[str | None, str | None] = field(default_factory=dict)
    database: str | None = None
    beside: tuple[str, ...] = ()
    version_table: str = "alembic_version"
    version_table_schema: str | None = None
    dialect: Any = None

    @classmethod
    def of(cls, context: MigrationContext, beside: tuple[str, ...]) -> ModelsSource:
        source = cls()
        source.take(context, beside)
        return source

    def take(self, context: MigrationContext, beside: tuple[str, ...]) -> None:
        self.beside = beside
        given = context.opts.get("target_metadata")
        many = [each for each in (given if isinstance(given, list | tuple) else [given]) if each is not None]
        self.metadatas = tuple(each for each in many if isinstance(each, MetaData))
        self.misfits = tuple(each for each in many if not isinstance(each, MetaData))
        self.hooks = Hooks(context.opts.get("include_object"), context.opts.get("include_name"))
        self.version_table = context.version_table
        self.version_table_schema = context.version_table_schema
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
            elsewhere=tuple(sorted(self._label(table) for table in self._tables() if not self._is_built(table))),
            ignored=ignored_options(tables.values(), self.dialect.name),
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

    def _engine(self, server: Server, places: _Places) -> Engine:
        """Make an engine that puts each table of the models into the database that stands for its own."""
        built = filter(self._is_built, self._tables())
        renamed = {table.schema: places.others.get(self._database_of(table)) for table in built}
        if renamed.get(None, "") is None:
            del renamed[None]
        options = {"schema_translate_map": renamed} if renamed else {}
        return own_engine(server.walk_address, self.url(server, places.own), future=True, execution_options=options)

    def sources(self, names: Collection[str], env: Path) -> tuple[tuple[str, Location], ...]:
        """Find the lines of the models of these tables, whose names the server may have put into lower case."""
        wanted = {name.casefold() for name in names}
        found = sources([table for table in self._tables() if self._label(table).casefold() in wanted], env)
        exact = {self._label(table): place for table, place in found.items()}
        folded = {name.casefold(): place for name, place in exact.items()}
        places = ((name, exact.get(name) or folded.get(name.casefold())) for name in sorted(names))
        return tuple((name, place) for name, place in places if place is not None)

    def _cache(self, server: Server) -> ModelsCache | None:
        """Find the place where the schema is kept; a `schema=` that is translated shows in no statement."""
        if any(table.schema is not None and self._is_built(table) for table in self._tables()):
            return None
        engine = self._engine(server, _Places(None))
        return models_cache(engine, self.metadatas, self._is_built, server.database_prefix, self.version_table)

    def _database_of(self, table: Table) -> str:
        """Name the database that a table's `schema=` is, "" for the project's own."""
        name = self.translation.get(table.schema, table.schema)
        return "" if name is None or name == self.database else name

    def _is_built(self, table: Table) -> bool:
        database = self._database_of(table)
        return not database or database in self.beside

    def _label(self, table: Table) -> str:
        database = self._database_of(table)
        return f"{database}.{table.name}" if database else table.name

    def create_into(self, server: Server, database: str) -> Failure | None:
        """Create the models in a database as the project itself would, and return what kept them from it."""
        return create_all(
            self._engine(server, _Places(database, {name: name for name in self.beside})),
            self.metadatas,
            lambda table: self._is_built(table) and table.name != self.version_table,
        )

    def _create(self, server: Server, databases: contextlib.ExitStack) -> tuple[_Places, list[Uncreated]]:
        """Create the tables that can be created, and name the databases that have them.

        Where the server refuses one, each is tried by itself first. What MetaData does beside creating tables (views
        by DDL events) is then still done for the rest; if it is that which fails, nobody knows what it would have made.
        """
        places = databases.enter_context(self._places(server))
        if create_all(self._engine(server, places), self.metadatas, self._is_built) is None:
            return places, []
        trial = databases.enter_context(self._places(server))
        refused = dict(create_each(self._engine(server, trial), self.metadatas, self._is_built))
        places = databases.enter_context(self._places(server))
        failure = create_all(
            self._engine(server, places),
            self.metadatas,
            lambda table: self._is_built(table) and table not in refused,
        )
        uncreated = [Uncreated(self._label(table), failure) for table, failure in refused.items()]
        return (places, uncreated) if failure is None else (trial, [*uncreated, Uncreated("", failure)])

    @contextlib.contextmanager
    def _places(self, server: Server) -> Iterator[_Places]:
        """Make a database for the project's own, and one for each beside it that the models name."""
        named = {self._database_of(table) for table in filter(self._is_built, self._tables())} - {""}
        with contextlib.ExitStack() as stack:
            own = stack.enter_context(_database(server))
            yield _Places(own, {name: stack.enter_context(_database(server)) for name in sorted(named)})

    def _read(self, server: Server, places: _Places) -> Schema:
        ignored = frozenset({self.version_table})
        own = str(places.own)
        names = {made: name for name, made in places.others.items()}
        with contextlib.closing(connect(server.address, own)) as connection:
            schema = SchemaReader(connection, own, server.flavor, ignored, names).read()
            others = {
                name: SchemaReader(connection, made, server.flavor, self._ignored_in(name), {**names, own: OWN}).read()
                for name, made in places.others.items()
            }
        return replace(schema, others=others)

    def _ignored_in(self, name: str) -> frozenset[str]:
        return ignored_in(name, (self.version_table_schema, self.version_table))

    def _created(self, server: Server, statements: Sequence[str]) -> tuple[Schema, list[Uncreated]]:
        """Create the models in databases of their own and read them back, beside what could not be created.

        The statements that are known to do it are sent as they are; where one is refused, SQLAlchemy finds out which.
        """
        if statements:
            with contextlib.suppress(SQLAlchemyError), self._places(server) as places:
                send(self._engine(server, places), statements)
                return self._read(server, places), []
        with contextlib.ExitStack() as databases:
            places, uncreated = self._create(server, databases)
            return self._read(server, places), uncreated

    def _tables(self) -> Iterator[Table]:
        for metadata in self.metadatas:
            yield from metadata.tables.values()

    def _by_stored_name(self, schema: Schema) -> dict[str, Table]:
        """Give the tables by the names that the server gave them: `lower_case_table_names` changes them."""
        stored = {}
        for table in filter(self._is_built, self._tables()):
            database = self._database_of(table)
            objects = (schema.others[database] if database else schema).objects
            lower = table.name.lower()
            name = lower if (Kind.TABLE, table.name) not in objects and (Kind.TABLE, lower) in objects else table.name
            stored[f"{database}.{name}" if database else name] = table
        return stored

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
