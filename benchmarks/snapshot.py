"""Prints how long it takes to read a schema, and to compare it with the models, beside what SQLAlchemy and Alembic do.

python -m benchmarks.snapshot [--server mysqld] [--tables 10 100 500] [--repeat 3]
"""

from __future__ import annotations

import argparse
import contextlib
import os
import tempfile
import time
from dataclasses import dataclass
from statistics import median
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.dialects import mysql
from sqlalchemy.pool import NullPool
from sqlalchemydiff.comparer import Comparer

from benchmarks.running import installed_servers, running_server, take_turns
from benchmarks.table import circumstances, markdown
from pytest_stairway.schema.diff import DRIFT, changes
from pytest_stairway.schema.read import SchemaReader
from pytest_stairway.servers.database import connect, create_database, drop_database, sqlalchemy_url
from pytest_stairway.settings import Settings
from pytest_stairway.walk.models import ModelsSource

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_stairway.schema.model import Schema
    from pytest_stairway.servers.interface import Server

MOST_SECONDS = 60.0
"""A contestant whose runs have taken so long together is not run again."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The seconds of each contestant at one number of tables."""

    server: Server
    tables: int
    seconds: dict[str, list[float]]

    def median(self, name: str) -> float:
        return median(self.seconds[name])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", action="append", help="mysqld, mariadbd, or an image (repeatable)")
    parser.add_argument("--tables", type=int, nargs="+", default=[10, 100, 500])
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as cache:
        os.environ["XDG_CACHE_HOME"] = cache
        for name in given.server or installed_servers():
            with running_server(name) as server:
                measured = [measure(server, tables, given.repeat) for tables in given.tables]
            print(f"{table(measured)}\n\n{circumstances([server], 'sqlalchemy-diff')}\n", flush=True)


def models(tables: int) -> sa.MetaData:
    """Declare tables as an application has them: ten columns, four keys, a check, a foreign key to the one before."""
    metadata = sa.MetaData()
    for number in range(tables):
        sa.Table(
            f"table_{number}",
            metadata,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("name", sa.String(120), nullable=False, server_default=""),
            sa.Column("email", sa.String(255), unique=True),
            sa.Column("kind", sa.Enum("plain", "special"), nullable=False),
            sa.Column("price", sa.Numeric(10, 2), server_default="0.00"),
            sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
            sa.Column("notes", sa.Text),
            sa.Column("created", mysql.DATETIME(fsp=6), server_default=sa.text("CURRENT_TIMESTAMP(6)")),
            sa.Column("quantity", mysql.INTEGER(unsigned=True), comment="how many there are"),
            sa.Column("parent_id", sa.ForeignKey(f"table_{max(number - 1, 0)}.id", ondelete="CASCADE"), index=True),
            sa.Index(f"ix_table_{number}_name_created", "name", "created"),
            sa.CheckConstraint("quantity < 1000", name=f"ck_table_{number}_quantity"),
        )
    return metadata


def measure(server: Server, tables: int, repeat: int) -> Measured:
    metadata = models(tables)
    databases = create_database(server), create_database(server)
    engines = [sa.create_engine(sqlalchemy_url(server.address, name)) for name in databases]
    try:
        for engine in engines:
            metadata.create_all(engine, checkfirst=False)
        seconds = take_turns(contestants(server, metadata, databases[0], engines), repeat, MOST_SECONDS)
    finally:
        for engine, name in zip(engines, databases, strict=True):
            engine.dispose()
            drop_database(server, name)
    return Measured(server, tables, seconds)


def contestants(
    server: Server, metadata: sa.MetaData, database: str, engines: list[sa.Engine]
) -> dict[str, Callable[[], float]]:
    migrated = snapshot(server, database)
    drift(server, metadata, migrated)  # so that a later one is a later one
    return {
        "snapshot": timed(lambda: snapshot(server, database)),
        "MetaData.reflect": timed(lambda: sa.MetaData().reflect(engines[0])),
        "compare_metadata": timed(lambda: autogenerate(engines[0], metadata)),
        "sqlalchemy-diff": timed(lambda: Comparer(*engines).compare(ignore_inspectors={"enums"})),
        "create_all": timed_create_all(server, metadata),
        "drift check, the first": timed_first(lambda: drift(server, metadata, migrated)),
        "drift check, later": timed(lambda: drift(server, metadata, migrated)),
    }


def timed(run: Callable[[], object]) -> Callable[[], float]:
    def measured() -> float:
        began = time.perf_counter()
        run()
        return time.perf_counter() - began

    return measured


def timed_first(run: Callable[[], object]) -> Callable[[], float]:
    """Measure as if nothing had been run before: with an empty cache."""

    def measured() -> float:
        previous = os.environ["XDG_CACHE_HOME"]
        os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(dir=previous)
        try:
            return timed(run)()
        finally:
            os.environ["XDG_CACHE_HOME"] = previous

    return measured


def timed_create_all(server: Server, metadata: sa.MetaData) -> Callable[[], float]:
    """Measure create_all alone, without making and dropping its database."""

    def measured() -> float:
        name = create_database(server)
        engine = sa.create_engine(sqlalchemy_url(server.address, name), poolclass=NullPool)
        try:
            return timed(lambda: metadata.create_all(engine, checkfirst=False))()
        finally:
            drop_database(server, name)

    return measured


def snapshot(server: Server, database: str) -> Schema:
    with contextlib.closing(connect(server.address, database)) as connection:
        return SchemaReader(connection, database, server.flavor).read()


def autogenerate(engine: sa.Engine, metadata: sa.MetaData) -> None:
    with engine.connect() as connection:
        compare_metadata(MigrationContext.configure(connection), metadata)


def drift(server: Server, metadata: sa.MetaData, migrated: Schema) -> None:
    """Do what the drift check does once the migrated schema is known.

    Raises:
        ValueError: the models cannot be created, or differ from what they were created as.
    """
    source = ModelsSource(metadatas=(metadata,), dialect=mysql.dialect())
    environment: Any = SimpleNamespace(server=server, settings=Settings())
    built, reason = source.build(environment, migrated)
    if built is None or changes(built.schema, migrated, DRIFT, flavor=server.flavor, declared=built.declared):
        raise ValueError(reason or "equal models differ")


def table(measured: list[Measured]) -> str:
    last, one_before = measured[-1], measured[-2] if len(measured) > 1 else measured[-1]
    sizes = [f"{each.tables} tables" for each in measured]
    grown = f"{one_before.tables} → {last.tables}"
    rows = [
        [
            name,
            *(f"{each.median(name) * 1000:.0f} ms" for each in measured),
            f"x {last.median(name) / one_before.median(name):.1f}",
        ]
        for name in last.seconds
    ]
    reading = last.median("snapshot") / last.median("MetaData.reflect")
    floor = last.median("create_all") + last.median("snapshot")
    ratios = [
        f"At {last.tables} tables a snapshot takes {reading:.2f} of the time of MetaData.reflect,",
        f"a first drift check {last.median('drift check, the first') / floor:.2f} of create_all and one snapshot,",
        f"a later one {last.median('drift check, later') / floor:.2f}.",
    ]
    return markdown([f"{last.server.flavor}", *sizes, grown], rows) + "\n\n" + " ".join(ratios)


if __name__ == "__main__":
    main()
