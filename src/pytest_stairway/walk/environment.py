"""Runs the project's env.py unchanged, as Alembic's command line would, on a database of a disposable server."""

from __future__ import annotations

import asyncio
import configparser
import contextlib
import contextvars
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pymysql
from alembic.config import CommandLine, Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from pytest_stairway.errors import EnvironmentRefused, ProjectError, StairwayError
from pytest_stairway.servers.database import connect, end_sessions, sqlalchemy_url
from pytest_stairway.walk import drivers
from pytest_stairway.walk.connections import DIALECTS, KEPT_ARGUMENTS, ConnectionGuard
from pytest_stairway.walk.env_errors import env_error, loading_error, refused_at
from pytest_stairway.walk.isolation import own_event_loop, process_kept

if TYPE_CHECKING:
    from pytest_stairway.history.project import Project
    from pytest_stairway.servers.interface import Server
    from pytest_stairway.settings import Settings

Plan = Callable[[MigrationContext], Iterator[MigrationStep]]
"""Given env.py's migration context, yields the steps to run; runs between them when it is resumed."""

DEFAULT_DRIVER = "mysql+pymysql"
LAST_SECONDS = 5
"""How long an interrupted env.py may take to end after its connections are gone."""


@dataclass
class Environment:
    """One project on one server. `output` collects what env.py and the migrations print and log."""

    project: Project
    settings: Settings
    server: Server
    output: list[str] = field(default_factory=list)

    def url(self, database: str) -> URL:
        """Build the URL of a database: the project's driver, and what its own URL says about data (`?charset=`).

        The driver is that of the settings, else of the project's `sqlalchemy.url`, else PyMySQL.
        """
        own = self._project_url()
        drivername = self.settings.driver or (own.drivername if own else DEFAULT_DRIVER)
        kept = {name: value for name, value in own.query.items() if name in KEPT_ARGUMENTS} if own else {}
        return sqlalchemy_url(self.server.walk_address, database, drivername).update_query_dict(kept)

    def _project_url(self) -> URL | None:
        """Read the project's own URL where it has one for MySQL; many hold a placeholder for env.py to fill."""
        with contextlib.suppress(ArgumentError, ValueError, configparser.Error):
            url = make_url(self.project.alembic_config().get_main_option("sqlalchemy.url") or "")
            if url.get_backend_name() in DIALECTS:
                return url
        return None

    def run(self, database: str, plan: Plan, *, destination: str = "heads") -> None:
        """Run env.py once; `plan` decides which steps it applies to the database.

        Raises:
            EnvironmentRefused: env.py cannot be run without leaving the disposable server.
            ProjectError: env.py raised something of its own, or never ran the migrations.
        """
        arguments = self._arguments(destination)
        lock_timeout = max(1, round(self.settings.lock_timeout))
        guard = ConnectionGuard(self.server.walk_address, database, lock_timeout=lock_timeout)

        def migrate() -> None:
            with own_event_loop(), guard, self._config(database, arguments) as config:
                script = _load_revisions(config, self.project)
                _Context(config, script, guard, plan, destination).run(self.project)

        def stop() -> None:
            guard.stop()
            self._end_sessions(database)

        with process_kept(self.project.working_directory, ["alembic", *arguments]) as output:
            try:
                if _event_loop_is_running():  # asyncio.run() in env.py would refuse to run beside it
                    _in_thread(migrate, stop)
                else:
                    migrate()
            finally:
                self.output.append(output.getvalue())

    def _arguments(self, destination: str) -> list[str]:
        """Write the command line that a person would type for what the walk does."""
        x = [argument for value in self.settings.x for argument in ("-x", value)]
        return ["-c", str(self.project.config_file), "-n", self.project.section, *x, "upgrade", destination]

    @contextlib.contextmanager
    def _config(self, database: str, arguments: list[str]) -> Iterator[Config]:
        url = self.url(database)
        text = url.render_as_string(hide_password=False)
        os.environ.update(dict.fromkeys(self.settings.url_variables, text))
        config = self.project.alembic_config()
        config.set_main_option("sqlalchemy.url", text.replace("%", "%%"))
        config.cmd_opts = CommandLine("alembic").parser.parse_args(arguments)
        with contextlib.ExitStack() as stack:
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


class _Context:
    """An EnvironmentContext that runs the steps of a plan, and whose connection is checked before its first use."""

    def __init__(
        self, config: Config, script: ScriptDirectory, guard: ConnectionGuard, plan: Plan, destination: str
    ) -> None:
        self._guard = guard
        self._configured = self._ran = False
        self._raised: Exception | None = None
        self._script = script
        self._environment = EnvironmentContext(
            config, script, fn=lambda _heads, context: plan(context), as_sql=False, starting_rev=None,
            destination_rev=destination, tag=None,
        )  # fmt: skip
        self._configure = self._environment.configure
        self._run_migrations = self._environment.run_migrations
        # On this instance only: `alembic.context` passes every call on to it.
        self._environment.configure = self._checked_configure  # type: ignore[method-assign]
        self._environment.run_migrations = self._checked_run_migrations  # type: ignore[method-assign]

    def run(self, project: Project) -> None:
        raised: BaseException | None = None
        try:
            with self._environment:
                self._script.run_env()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - env.py is the project's: it may raise anything
            raised = error
        # What came first is what happened: env.py may have caught it and gone on, or raised something else.
        cause = self._guard.refusal or self._raised or raised
        if isinstance(cause, StairwayError):
            raise refused_at(cause, project) from None
        if cause is not None:
            raise env_error(cause, project) from cause
        if not self._ran:
            raise self._without_migrations(project)

    def _without_migrations(self, project: Project) -> ProjectError:
        """Say what an env.py never called that raised nothing."""
        call = "context.run_migrations()"
        if not self._configured:
            call = f"context.configure(connection=...) and {call}"
        return ProjectError(
            f"{project.label(project.directory / 'env.py')} ended without calling {call}",
            tried=("running it online, as `alembic upgrade heads` does",),
            fix=(
                f"call {call} when the file is run,",
                "not only inside a function that nobody calls, or where context.is_offline_mode() is true",
            ),
        )

    def _checked_configure(self, *args: Any, **kwargs: Any) -> None:
        self._guard.refuse_unless_ours(kwargs["connection"] if "connection" in kwargs else next(iter(args), None))
        self._configure(*args, **kwargs)
        self._configured = True

    def _checked_run_migrations(self, **kwargs: Any) -> None:
        if self._ran:
            self._guard.refuse(
                EnvironmentRefused(
                    "env.py calls context.run_migrations() more than once; one database can be verified so far",
                    fix=("make the other calls depend on a -x argument that x = [...] in [tool.stairway] leaves out",),
                )
            )
        self._ran = True
        if not self._configured:
            self._guard.refuse(
                EnvironmentRefused(
                    "env.py calls context.run_migrations() before context.configure()",
                    fix=("call context.configure(connection=...) first, then context.run_migrations()",),
                )
            )
        try:
            self._run_migrations(**kwargs)
        except Exception as error:
            self._raised = error
            raise


def _load_revisions(config: Config, project: Project) -> ScriptDirectory:
    try:
        script = ScriptDirectory.from_config(config)
        list(script.walk_revisions())
    except Exception as error:  # a revision file may raise anything while it is imported
        raise loading_error(error, project) from error
    return script


def _event_loop_is_running() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _in_thread(function: Callable[[], None], stop: Callable[[], None]) -> None:
    """Run a function in a thread of its own, with this one's context variables, and raise what it raises.

    Ctrl-C reaches only the main thread, which waits here: `stop` then has to make the function end.
    """
    errors: list[BaseException] = []
    ended = threading.Event()  # and not join(), which an interrupt makes believe that the thread has ended (bpo-45274)

    def target() -> None:
        try:
            function()
        except BaseException as error:  # noqa: BLE001 - handed on to the waiting thread
            errors.append(error)
        finally:
            ended.set()

    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(target,), name="stairway", daemon=True).start()
    try:
        ended.wait()
    except BaseException:
        stop()
        ended.wait(LAST_SECONDS)
        raise
    if errors:
        raise errors[0]


def revision_files(script: ScriptDirectory) -> Mapping[str, str]:
    """Map each revision file's path, as its module knows it, to its revision."""
    return {str(script_.module.__file__): script_.revision for script_ in script.walk_revisions()}
