"""Runs the project's env.py unchanged, as Alembic's command line would, on a database of a disposable server."""

from __future__ import annotations

import configparser
import contextlib
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pymysql
from alembic.config import CommandLine, Config
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from pytest_stairway.history.source import Kind
from pytest_stairway.servers.database import connect, create_database, drop_database, end_sessions, sqlalchemy_url
from pytest_stairway.walk import drivers, threads
from pytest_stairway.walk.application import Application, migrating
from pytest_stairway.walk.connections import DIALECTS, KEPT_ARGUMENTS, ConnectionGuard
from pytest_stairway.walk.env_run import EnvRun, Plan
from pytest_stairway.walk.isolation import own_event_loop, process_kept
from pytest_stairway.walk.left_open import closing_sessions
from pytest_stairway.walk.modules import Modules
from pytest_stairway.walk.overrun import Surroundings, overran, stuck
from pytest_stairway.walk.prompts import unattended
from pytest_stairway.walk.revision_files import RevisionFiles
from pytest_stairway.walk.sessions import Sessions, SourceLines
from pytest_stairway.walk.strays import Strays
from pytest_stairway.walk.time_limit import TimeLimit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pytest_stairway.errors import StairwayError
    from pytest_stairway.history.project import Project
    from pytest_stairway.servers.interface import Server
    from pytest_stairway.settings import Settings

DEFAULT_DRIVER = "mysql+pymysql"
NOWHERE: Mapping[str, Any] = {"host": "127.0.0.1", "port": 1}
"""Where nobody listens: what passes by SQLAlchemy, such as a child process, must not find another server."""


@dataclass
class Environment:
    """One project on one server. `output` collects what env.py and the migrations print and log.

    `abandon` has to end the process, after an error that says why: what runs in it cannot be interrupted.
    `engine` names the database to migrate where env.py calls run_migrations() for several.
    """

    project: Project
    settings: Settings
    server: Server
    output: list[str] = field(default_factory=list)
    abandon: Callable[[StairwayError], None] = threads.end_process
    modules: Modules = field(default_factory=Modules)
    engine: str | None = None
    application: Application = field(init=False)
    strays: Strays = field(init=False)
    _revisions: RevisionFiles | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.application = Application(self.settings.app)
        self.strays = Strays(self.project.version_locations)

    def url(self, database: str) -> URL:
        """Build the URL of a database: the project's driver, and what its own URL says about data (`?charset=`).

        The driver is that of the settings, else of the project's `sqlalchemy.url`, else PyMySQL.
        """
        own = self._project_url()
        drivername = self.settings.driver or (own.drivername if own else DEFAULT_DRIVER)
        kept = {name: value for name, value in own.query.items() if name in KEPT_ARGUMENTS} if own else {}
        return sqlalchemy_url(self.server.walk_address, database, drivername).update_query_dict(kept)

    def _url_for_env(self, database: str) -> URL:
        """Build the URL that env.py is told; where the server has a socket only, it leads nowhere, and the guard knows.

        The path of a socket puts `%2F` into a URL, which `config.set_main_option()` refuses, and some applications
        refuse parameters that they do not know.
        """
        url = self.url(database)
        return url.difference_update_query(["unix_socket"]).set(**NOWHERE) if "unix_socket" in url.query else url

    def _project_url(self) -> URL | None:
        """Read the project's own URL where it has one for MySQL; many hold a placeholder for env.py to fill."""
        with contextlib.suppress(ArgumentError, ValueError, configparser.Error):
            url = make_url(self.project.alembic_config().get_main_option("sqlalchemy.url") or "")
            if url.get_backend_name() in DIALECTS:
                return url
        return None

    def run(
        self,
        database: str,
        plan: Plan,
        *,
        destination: str = "heads",
        prepare: Callable[[], None] | None = None,
    ) -> None:
        """Run env.py once; `plan` decides which steps it applies to the database.

        `prepare` is called where env.py is going to run: under the same guard, clock and application context.

        Raises:
            EnvironmentRefused: env.py cannot be run without leaving the disposable server.
            ProjectError: env.py raised something of its own, or never ran the migrations.
        """
        arguments = self._arguments(destination)
        sessions = Sessions(SourceLines(self.project.root))
        guard = self._guard(database, sessions)
        runner = threads.runner(self.abandon)
        limit = TimeLimit(
            self.settings.step_timeout,
            Surroundings(self.server, database, sessions),
            lambda overrun: runner.give_up(stuck(overrun, self.project)),
        )
        listeners = contextlib.ExitStack()

        def migrate() -> None:
            with own_event_loop(), listeners, limit.watching("env.py, before its first migration,"):
                listeners.enter_context(sessions.listening())
                if self._uses_flask:
                    self._load_application(sessions)
                guard.install(listeners)
                listeners.enter_context(closing_sessions(guard))
                with self._config(database, arguments) as config:
                    listeners.enter_context(self.strays.noted())
                    revisions = self._loaded(config)
                    sessions.lines.revisions = revisions.files
                    if prepare is not None:
                        self._prepare(prepare, limit)
                    watched = revisions.watching(plan)
                    EnvRun(config, revisions.script, guard, limit, watched, destination, self.engine).run(self.project)

        def stop() -> None:
            guard.stop()
            self._end_sessions(database)

        with (
            process_kept(self.project.working_directory, ["alembic", *arguments]) as output,
            unattended(),
            self.modules.turn(self.project),
        ):
            try:
                runner.run(migrate, stop)
            finally:
                listeners.close()  # where env.py's thread was left to itself, or a signal met it while it closed them
                self.output.append(output.getvalue())

    def _loaded(self, config: Config) -> RevisionFiles:
        """Load the revision files at the first run of env.py, and at later ones again those that have run."""
        if self._revisions is None:
            self._revisions = RevisionFiles.loaded(config, self.project)
        else:
            self._revisions.renew(self.project)
        return self._revisions

    @property
    def _uses_flask(self) -> bool:
        return self.project.kind is Kind.FLASK_MIGRATE or self.settings.app is not None

    def _load_application(self, sessions: Sessions) -> None:
        """Make the Flask application, once, on a database of its own.

        Many create their tables while they are made: in the database of the walk its first upgrade would find them.
        """
        if self.application.is_loaded:
            return
        database = create_database(self.server)
        with contextlib.ExitStack() as stack:
            stack.callback(drop_database, self.server, database)
            guard = self._guard(database, sessions)
            guard.install(stack)
            self.application.load(guard)

    def _guard(self, database: str, sessions: Sessions) -> ConnectionGuard:
        lock_timeout = max(1, round(self.settings.lock_timeout))
        return ConnectionGuard(self.server.walk_address, database, sessions, lock_timeout=lock_timeout)

    def _prepare(self, prepare: Callable[[], None], limit: TimeLimit) -> None:
        limit.start("what makes a schema for the walk")
        raised, overrun = limit.call(prepare)
        if overrun is not None and raised is not None:
            raise overran(overrun, self.project) from None
        if raised is not None:
            raise raised
        limit.start("env.py, before its first migration,")

    def _arguments(self, destination: str) -> list[str]:
        """Write the command line that a person would type for what the walk does."""
        x = [argument for value in self.settings.x for argument in ("-x", value)]
        return ["-c", str(self.project.config_file), "-n", self.project.section, *x, "upgrade", destination]

    @contextlib.contextmanager
    def _config(self, database: str, arguments: list[str]) -> Iterator[Config]:
        url = self._url_for_env(database)
        text = url.render_as_string(hide_password=False)
        os.environ.update(dict.fromkeys(self.settings.url_variables, text))
        config = self.project.alembic_config()
        config.cmd_opts = CommandLine("alembic").parser.parse_args(arguments)
        with contextlib.ExitStack() as stack:
            if self._uses_flask:
                stack.enter_context(self.application.context())
                config = stack.enter_context(migrating(config, url))
            config.set_main_option("sqlalchemy.url", text.replace("%", "%%"))
            if self.engine is not None:
                _set_in_sections(config, text)
            config.attributes.update(self.settings.attributes)
            if self.settings.connection is not None:
                config.attributes["connection"] = self._connectable(url, stack)
            yield config

    def _connectable(self, url: URL, stack: contextlib.ExitStack) -> object:
        """Make what the settings ask for; env.py files that take one from outside expect it not to be asynchronous."""
        if url.get_dialect().is_async:
            url = url.set(drivername=f"{url.get_backend_name()}+pymysql")
        engine = create_engine(url, poolclass=NullPool)
        stack.callback(engine.dispose)
        return engine if self.settings.connection == "engine" else stack.enter_context(engine.connect())

    def _end_sessions(self, database: str) -> None:
        with contextlib.suppress(pymysql.MySQLError):  # the server may be gone as well
            with drivers.opening():
                connection = connect(self.server.address)
            with contextlib.closing(connection), connection.cursor() as cursor:
                end_sessions(cursor, database)


def _set_in_sections(config: Config, url: str) -> None:
    """Replace the URL of every database: engines are made of all before the first is migrated."""
    for section in config.file_config.sections():
        if config.file_config.has_option(section, "sqlalchemy.url"):
            config.set_section_option(section, "sqlalchemy.url", url.replace("%", "%%"))
