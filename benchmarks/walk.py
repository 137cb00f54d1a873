"""Prints how long the walk takes, with all its comparisons, beside the bare statements of its migrations.

    python -m benchmarks.walk [--server mysqld] [--revisions 100 300] [--repeat 3]

In turn, in this process, on one server, each in a database of its own:

- bare: every statement that the migrations sent while they went up, down and up again, in the same order, without
  those of Alembic's version table, on one PyMySQL connection in autocommit;
- Alembic: the same steps applied by Alembic alone in one run of env.py, with nothing looked at;
- create_all: the models' tables made by SQLAlchemy alone, as the walk makes them for the drift check;
- the walk: the steps, schemas and rows read and compared after each, and the schema that the models make.

One walk before gives the statements and warms everything up.
"""

from __future__ import annotations

import contextlib
import sys
import time
from statistics import median
from typing import TYPE_CHECKING

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import RevisionStep
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from benchmarks.lengths import Measured, measure_lengths
from benchmarks.running import BenchmarkError, project, take_turns, told
from benchmarks.table import ratio, seconds
from pytest_stairway.history.project import find_project
from pytest_stairway.history.revisions import read_history
from pytest_stairway.load_settings import load_settings
from pytest_stairway.servers.database import connect, create_database, drop_database, sqlalchemy_url
from pytest_stairway.walk.environment import Environment
from pytest_stairway.walk.stairway import walk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from alembic.runtime.migration import MigrationContext

    from pytest_stairway.servers.interface import Server
    from pytest_stairway.walk.record import Record

HEAD = (
    "server",
    "revisions",
    "statements",
    "bare",
    "Alembic",
    "create_all",
    "walk",
    "Alembic / bare",
    "walk / bare",
    "goal",
)
UP_DOWN_UP = (True, False, True)


def main() -> None:
    measure_lengths(__doc__, HEAD, measured, figure="walk / bare", goal="; goal: at most 1.2")


def measured(server: Server, revisions: int, repeat: int) -> Measured:
    told(f"walk: {server.flavor}, {revisions} revisions")
    with project(revisions) as directory, own_models():
        statements = sent(walked(directory, server))
        taken = take_turns(
            {
                "bare": lambda: run_bare(statements, server),
                "Alembic": lambda: run_alembic(directory, server),
                "create_all": lambda: run_create_all(server),
                "walk": lambda: walked(directory, server).seconds,
            },
            repeat,
        )
    row = (
        str(server.flavor),
        str(revisions),
        str(len(statements)),
        *map(seconds, taken.values()),
        ratio(taken["Alembic"], taken["bare"]),
        ratio(taken["walk"], taken["bare"]),
        f"at most {4 if server.flavor.is_mariadb else 2.5}",
    )
    return Measured(server.flavor, revisions, row, median(taken["walk"]) / median(taken["bare"]))


@contextlib.contextmanager
def own_models() -> Iterator[None]:
    """Let a project import its own models: each one calls them so."""
    others = sys.modules.pop("models", None)
    try:
        yield
    finally:
        sys.modules.pop("models", None)
        if others is not None:
            sys.modules["models"] = others


def walked(directory: Path, server: Server) -> Record:
    settings = load_settings(directory, {})
    history = read_history(find_project(directory, settings))
    return walk(Environment(history.project, settings, server), history)


def sent(record: Record) -> list[str]:
    """List what the migrations sent, in order.

    Raises:
        BenchmarkError: not every revision went up, down and up again.
    """
    if any(len(visit.steps) != len(UP_DOWN_UP) or any(step.failure for step in visit.steps) for visit in record.visits):
        raise BenchmarkError("a migration of the benchmark fails")
    return [statement.sql for visit in record.visits for step in visit.steps for statement in step.statements]


def run_bare(statements: list[str], server: Server) -> float:
    with (
        empty_database(server) as database,
        contextlib.closing(connect(server.walk_address, database)) as connection,
        connection.cursor() as cursor,
    ):
        began = time.perf_counter()
        for sql in statements:
            cursor.execute(sql)
        return time.perf_counter() - began


def run_alembic(directory: Path, server: Server) -> float:
    """Apply the steps of a project that was walked before: its models are imported."""
    with empty_database(server) as database:
        began = time.perf_counter()
        config = Config(directory / "alembic.ini")
        url = sqlalchemy_url(server.walk_address, database).render_as_string(hide_password=False)
        config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
        script = ScriptDirectory(str(directory / "migrations"))  # from_config() would leave sys.path changed

        def steps(_heads: object, _context: MigrationContext) -> Iterator[RevisionStep]:
            for revision in reversed(list(script.walk_revisions())):
                for is_upgrade in UP_DOWN_UP:
                    yield RevisionStep(script.revision_map, revision, is_upgrade)

        with EnvironmentContext(config, script, fn=steps, destination_rev="heads"):
            script.run_env()
        return time.perf_counter() - began


def run_create_all(server: Server) -> float:
    """Make the tables of the models that are imported."""
    with empty_database(server) as database:
        began = time.perf_counter()
        engine = create_engine(sqlalchemy_url(server.walk_address, database))
        sys.modules["models"].metadata.create_all(engine)
        engine.dispose()
        return time.perf_counter() - began


@contextlib.contextmanager
def empty_database(server: Server) -> Iterator[str]:
    name = create_database(server)
    try:
        yield name
    finally:
        drop_database(server, name)


if __name__ == "__main__":
    main()
