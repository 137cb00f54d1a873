"""Databases for a project's own tests: made empty, migrated where a test wants them, dropped in the end."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pymysql

from pytest_stairway.servers.database import create_database, drop_database, own_engine, sqlalchemy_url
from pytest_stairway.walk.migrate import migrate
from pytest_stairway.walk.other_databases import other_databases
from pytest_stairway.walk.postmortem import refuse_dead_server
from pytest_stairway.walk.recorder import server_error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic.config import Config
    from sqlalchemy.engine import URL, Engine

    from pytest_stairway.walk.environment import Environment


@dataclass(frozen=True, slots=True)
class ScratchDatabase:
    """A database of a test's own: `url` carries the project's driver, as env.py gets it, `sync_url` PyMySQL."""

    name: str
    url: URL
    sync_url: URL
    _environment: Environment = field(repr=False, compare=False)

    def engine(self) -> Engine:
        """Make an engine that keeps no connection: what a test leaves open would block the next migration."""
        return own_engine(self._environment.server.walk_address, self.sync_url)

    def alembic_config(self) -> Config:
        """Return the project's Alembic config with this database as its `sqlalchemy.url`."""
        config = self._environment.project.alembic_config()
        config.set_main_option("sqlalchemy.url", self.url.render_as_string(hide_password=False).replace("%", "%%"))
        return config

    def migrate(self, revision: str) -> str:
        """Migrate to a revision as `migrate()` does, and return what env.py and the migrations printed and logged.

        Raises:
            ProjectError: no such revision, or a migration raised something.
            EnvironmentRefused: env.py cannot be run without leaving the disposable server.
        """
        before = len(self._environment.output)
        migrate(self._environment, self.name, revision)
        return "".join(self._environment.output[before:])


@contextlib.contextmanager
def scratch_database(environment: Environment) -> Iterator[ScratchDatabase]:
    """Make a database for a test, and drop it.

    Raises:
        ServerError: the server has ended, or cannot have the databases that the settings name beside it.
    """
    server = environment.server
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(other_databases(environment))
            name = create_database(server)
        except pymysql.MySQLError as error:
            refuse_dead_server(server, "before a test got its database", server_error(error)[1])
            raise
        try:
            yield ScratchDatabase(name, environment.url(name), sqlalchemy_url(server.walk_address, name), environment)
        finally:
            with contextlib.suppress(pymysql.MySQLError):  # the test has told of a server that has ended
                drop_database(server, name)
