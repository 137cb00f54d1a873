"""The database that a new user gets, beside the one that an old user has: made by the installer, and by migrations.

What the models lack is drift, and told there. New here are the rows that migrations insert and `create_all` does not,
and what env.py keeps autogenerate from comparing.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from pytest_stairway.schema.diff import DRIFT, changes
from pytest_stairway.schema.model import Kind
from pytest_stairway.schema.read import SchemaReader
from pytest_stairway.servers.database import connect, create_database, drop_database
from pytest_stairway.setting_kinds import Start
from pytest_stairway.walk.drift import drift, left_by_settings
from pytest_stairway.walk.models import ModelsSource
from pytest_stairway.walk.record import Installed, RowsApart
from pytest_stairway.walk.rows import named_rows, read_rows
from pytest_stairway.walk.start import StartingPoint

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from alembic.runtime.migration import MigrationContext, MigrationStep

    from pytest_stairway.schema.change import Change
    from pytest_stairway.schema.model import Schema
    from pytest_stairway.walk.environment import Environment
    from pytest_stairway.walk.record import Record
    from pytest_stairway.walk.rows import Rows
    from pytest_stairway.walk.time_limit import TimeLimit


def installed(
    environment: Environment, record: Record, source: ModelsSource, rows: Rows, at_start: Collection[str]
) -> Installed | None:
    """Install beside what was migrated, and say how the two differ; None where nobody asks, or not all was migrated.

    Where the walk is of one branch or of several databases, there is nothing whole to compare, which is told.

    `rows` are those after all migrations; tables that had some `at_start` hold what no migration is to answer for.

    Raises:
        ProjectError: the installer cannot be found, or raised something.
    """
    by = environment.settings.installed_by
    if by is None or not record.is_migrated:
        return None
    if environment.settings.branch is not None or environment.settings.databases:
        return Installed(by, unavailable="only a walk of all branches on one database can be compared with it")
    database = create_database(environment.server)
    try:
        _install(by, environment, database)
        with contextlib.closing(connect(environment.server.address, database)) as connection:
            ignored = frozenset({source.version_table})
            reader = SchemaReader(connection, database, environment.server.flavor, ignored)
            schema = reader.read()
            there = read_rows(reader.asker.rows, schema, set(schema.names(Kind.TABLE)), {})
    finally:
        drop_database(environment.server, database)
    both = set(schema.names(Kind.TABLE)) & set(record.migrated.names(Kind.TABLE)) - set(at_start)
    return Installed(by, tuple(_objects(record, schema)), tuple(_rows_apart(both, rows, there)))


def _install(by: str, environment: Environment, database: str) -> None:
    """Run the installer in a run of env.py without steps, which knows the models and has their surroundings."""
    schema = StartingPoint(given=Start(("base",), by))

    def plan(context: MigrationContext, _limit: TimeLimit) -> Iterator[MigrationStep]:
        schema.create_models(ModelsSource.of(context, ()), environment, database)
        yield from ()

    environment.run(database, plan, prepare=schema.prepare(environment, database))


def _objects(record: Record, schema: Schema) -> Iterator[Change]:
    """Give what differs, from the installed side (`before`) to the migrated one (`after`), and is no drift."""
    models = record.models
    told = set()
    if models is not None:
        told = {_key(change) for change in drift(models, record.migrated, record.flavor)}
    declared = models.declared if models is not None else None
    for change in changes(schema, record.migrated, DRIFT, flavor=record.flavor, declared=declared):
        if _key(change) not in told and not (models is not None and left_by_settings(change, models)):
            yield change


def _key(change: Change) -> tuple[str, str, str]:
    return change.kind, change.part, change.object.casefold()


def _rows_apart(tables: Collection[str], migrated: Rows, there: Rows) -> Iterator[RowsApart]:
    """Compare how many rows there are: keys and values may be generated, and be others each time."""
    for table in sorted(tables):
        one, other = migrated.get(table), there.get(table)
        counts = [None if rows is not None and rows.rows is None else named_rows(rows) for rows in (one, other)]
        if counts[0] is not None and counts[1] is not None and len(counts[0]) != len(counts[1]):
            yield RowsApart(table, counts[0], counts[1])
