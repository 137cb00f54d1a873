"""Runs the project's env.py unchanged, as Alembic's command line would, on a database of a disposable server."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import contextvars
import os
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from pytest_stairway.errors import EnvironmentRefused, ProjectError, StairwayError
from pytest_stairway.history.project import Project
from pytest_stairway.servers.database import sqlalchemy_url
from pytest_stairway.servers.interface import Server
from pytest_stairway.settings import Settings
from pytest_stairway.walk.connections import DIALECTS, ConnectionGuard
from pytest_stairway.walk.isolation import process_kept

T = TypeVar("T")
Plan = Callable[[MigrationContext], Iterator[MigrationStep]]
"""Given env.py's migration context, yields the steps to run; runs between them when it is resumed."""

DEFAULT_DRIVER = "mysql+pymysql"


@dataclass
class Environment:
    """One project on one server. `output` collects what env.py and the migrations print and log."""

    project: Project
    settings: Settings
    server: Server
    output: list[str] = field(default_factory=list)

    def url(self, database: str) -> URL:
        """Build the URL of a database, with the driver that the project uses."""
        return sqlalchemy_url(self.server.walk_address, database, self.driver)

    @property
    def driver(self) -> str:
        """The drivername of the settings, else of the project's own `sqlalchemy.url`, else PyMySQL."""
        if self.settings.driver:
            return self.settings.driver
        with contextlib.suppress(ArgumentError, AttributeError):
            url = make_url(self.project.alembic_config().get_main_option("sqlalchemy.url") or "")
            if url.get_backend_name() in DIALECTS:
                return url.drivername
        return DEFAULT_DRIVER

    def run(self, database: str, plan: Plan, *, destination: str = "heads") -> None:
        """Run env.py once; `plan` decides which steps it applies to the database.

        Raises:
            EnvironmentRefused: env.py cannot be run without leaving the disposable server.
            ProjectError: env.py raised something of its own, or never ran the migrations.
        """
        if self._needs_own_thread():
            _in_thread(lambda: self._run(database, plan, destination))
        else:
            self._run(database, plan, destination)

    def _needs_own_thread(self) -> bool:
        """Tell whether env.py would meet or replace this thread's event loop (`asyncio.run` does both)."""
        with contextlib.suppress(RuntimeError):
            asyncio.get_running_loop()
            return True
        env = self.project.directory / "env.py"
        return env.is_file() and "asyncio" in env.read_text(encoding="utf-8", errors="replace")

    def _run(self, database: str, plan: Plan, destination: str) -> None:
        url = self.url(database)
        config = self._config(url, destination)
        argv = ["alembic", "upgrade", destination]
        address, seconds = self.server.walk_address, self.settings.lock_timeout
        with process_kept(self.project.working_directory, argv) as output, contextlib.ExitStack() as stack:
            stack.callback(lambda: self.output.append(output.getvalue()))
            os.environ.update(dict.fromkeys(self.settings.url_variables, url.render_as_string(hide_password=False)))
            guard = stack.enter_context(ConnectionGuard(address, database, lock_timeout=max(1, round(seconds))))
            self._attach_connection(config, url, stack)
            script = _load_revisions(config, self.project)
            context = _Context(config, script, guard, plan, destination)
            context.run(self.project)

    def _config(self, url: URL, destination: str) -> Config:
        config = self.project.alembic_config()
        config.set_main_option("sqlalchemy.url", url.render_as_string(hide_password=False).replace("%", "%%"))
        config.cmd_opts = argparse.Namespace(
            config=config.config_file_name, name=config.config_ini_section, raiseerr=False, x=list(self.settings.x) or None,
            sql=False, tag=None, revision=destination,
        )  # fmt: skip
        return config

    def _attach_connection(self, config: Config, url: URL, stack: contextlib.ExitStack) -> None:
        """Set `config.attributes["connection"]` where the settings ask for it; env.py files disagree about it."""
        if self.settings.connection is None:
            return
        engine = create_engine(url, poolclass=NullPool)
        stack.callback(engine.dispose)
        if self.settings.connection == "engine":
            config.attributes["connection"] = engine
        else:
            config.attributes["connection"] = stack.enter_context(engine.connect())


class _Context:
    """An EnvironmentContext whose migrations are those of a plan, and whose connection is checked before its first use."""

    def __init__(
        self, config: Config, script: ScriptDirectory, guard: ConnectionGuard, plan: Plan, destination: str
    ) -> None:
        self._guard = guard
        self._plan = plan
        self._calls = 0
        self._refused: StairwayError | None = None
        self._script = script
        self._environment = EnvironmentContext(
            config, script, fn=self._steps, as_sql=False, starting_rev=None, destination_rev=destination, tag=None
        )
        self._configure = self._environment.configure
        self._environment.configure = self._checked_configure  # type: ignore[method-assign]  # on this instance only

    def run(self, project: Project) -> None:
        try:
            with self._environment:
                self._script.run_env()
        except StairwayError:
            raise
        except (Exception, SystemExit) as error:  # env.py is the project's: it may raise anything
            if self._refused is not None:
                raise self._refused from error
            raise _env_error(error, project) from error
        if self._refused is not None:  # env.py caught it and went on
            raise self._refused
        if self._calls == 0:
            raise ProjectError(
                f"{project.label(project.directory / 'env.py')} ended without running the migrations",
                tried=("running it online, as `alembic upgrade heads` does",),
                fix=("call context.configure(connection=...) and context.run_migrations() in it when it is imported",),
            )

    def _checked_configure(self, *args: Any, **kwargs: Any) -> None:
        connection = kwargs["connection"] if "connection" in kwargs else (args[0] if args else None)
        with self._remembering():
            self._guard.refuse_unless_ours(connection)
        self._configure(*args, **kwargs)

    def _steps(self, _heads: object, context: MigrationContext) -> Iterator[MigrationStep]:
        self._calls += 1
        if self._calls > 1:
            with self._remembering():
                raise EnvironmentRefused(
                    "env.py calls context.run_migrations() more than once; one database can be verified so far",
                    fix=("make the other calls depend on a -x argument, and leave it out of x = [...] in [tool.stairway]",),
                )
        return self._plan(context)

    @contextlib.contextmanager
    def _remembering(self) -> Iterator[None]:
        """Keep our own error, also where env.py catches everything or wraps it."""
        try:
            yield
        except StairwayError as error:
            self._refused = error
            raise


def _load_revisions(config: Config, project: Project) -> ScriptDirectory:
    try:
        script = ScriptDirectory.from_config(config)
        list(script.walk_revisions())
    except Exception as error:  # a revision file may raise anything while it is imported
        raise ProjectError(
            f"Alembic cannot load the revisions: {_first_line(error)}",
            tried=(_raised_in(error, project.root),),
            fix=("repair what test_history finds",),
        ) from error
    return script


def _env_error(error: BaseException, project: Project) -> StairwayError:
    raised = _raised_in(error, project.root)
    if isinstance(error, ModuleNotFoundError):
        return ProjectError(
            f"env.py cannot be imported: {error}",
            tried=(raised, f"importing from {project.root} and sys.path, prepend_sys_path of the Alembic config included"),
            fix=(
                f"install it into this environment: pip install {error.name}"
                if error.name
                else "install what is missing into this environment",
            ),
        )
    if isinstance(error, CommandError):
        return ProjectError(f"Alembic stopped: {error}", tried=(raised,))
    return ProjectError(
        f"env.py raised {_first_line(error)}",
        tried=(raised,),
        fix=(
            "make `alembic upgrade heads` work on an empty database first",
            "or give env.py what it reads: url_variables = [...] and x = [...] in [tool.stairway]",
        ),
    )


def _raised_in(error: BaseException, root: Path) -> str:
    """Name the innermost line of the project's own files that an exception passed."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(root) and "site-packages" not in frame.filename]
    if not own:
        return ""
    return f"{Path(own[-1].filename).relative_to(root)}:{own[-1].lineno}: {own[-1].line}"


def _first_line(error: BaseException) -> str:
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0]}" if text else type(error).__name__


def _in_thread(function: Callable[[], T]) -> T:
    """Run a function in a thread of its own, with this one's context variables, and hand its outcome on."""
    outcome: list[T] = []
    errors: list[BaseException] = []

    def target() -> None:
        try:
            outcome.append(function())
        except BaseException as error:  # noqa: BLE001 - handed on to the waiting thread
            errors.append(error)

    thread = threading.Thread(target=contextvars.copy_context().run, args=(target,), name="stairway", daemon=True)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return outcome[0]


def revision_files(script: ScriptDirectory) -> Mapping[str, str]:
    """Map each revision file's path, as its module knows it, to its revision."""
    return {str(script_.module.__file__): script_.revision for script_ in script.walk_revisions()}
