"""One run of env.py in an EnvironmentContext: its connection is checked, its migrations are the steps of a plan."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, MigrationStep

from pytest_stairway.errors import EnvironmentRefused, ProjectError, StairwayError
from pytest_stairway.history.revision import DEFAULT_ENGINE
from pytest_stairway.walk.env_errors import env_error, nested, refused_at
from pytest_stairway.walk.overrun import overran
from pytest_stairway.walk.time_limit import TimeLimit

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    from pytest_stairway.history.project import Project
    from pytest_stairway.walk.connections import ConnectionGuard
    from pytest_stairway.walk.failure import Overrun

Plan = Callable[[MigrationContext, TimeLimit], Iterator[MigrationStep]]
"""Given env.py's migration context and the clock, yields the steps to run; runs between them when it is resumed."""

_NEVER_TRUE = re.compile(r"""^if\s+__name__\s*==\s*["']__main__["']""", re.MULTILINE)


class EnvRun:
    """An EnvironmentContext that runs the steps of a plan, and whose connection is checked before its first use."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a run of env.py consists of
        self,
        config: Config,
        script: ScriptDirectory,
        guard: ConnectionGuard,
        limit: TimeLimit,
        plan: Plan,
        destination: str,
        engine: str | None,
    ) -> None:
        self._guard = guard
        self._limit = limit
        self._engine = engine
        self._configured = self._ran = False
        self._token = ""
        self._plan = plan
        self._steps: Generator[MigrationStep, None, None] | None = None
        self._calls: list[str] = []
        self._raised: Exception | None = None
        self._script = script
        self._environment = EnvironmentContext(
            config, script, fn=self._begin, as_sql=False,
            starting_rev=None, destination_rev=destination, tag=None,
        )  # fmt: skip
        self._configure = self._environment.configure
        self._run_migrations = self._environment.run_migrations
        # On this instance only: `alembic.context` passes every call on to it.
        self._environment.configure = self._checked_configure  # type: ignore[method-assign]
        self._environment.run_migrations = self._checked_run_migrations  # type: ignore[method-assign]

    def run(self, project: Project) -> None:
        raised, overrun, is_nested = self._run_env()
        if overrun is not None and self._guard.refusal is None and raised is not None:
            raise overran(overrun, project) from None
        if self._engine is None and len(self._calls) > 1:
            raise self._several(project)
        # What came first is what happened: env.py may have caught it and gone on, or raised something else.
        cause = self._guard.refusal or self._raised or raised
        if isinstance(cause, StairwayError):
            raise refused_at(cause, project) from None
        if is_nested:
            raise nested(cause, project) from cause
        if cause is not None:
            raise env_error(cause, project, self._guard.asked) from cause
        if self._calls and not self._ran:
            raise self._without_engine(project)
        if not self._ran:
            raise self._without_migrations(project)

    def _run_env(self) -> tuple[BaseException | None, Overrun | None, bool]:
        """Give what env.py raised, what went on when its time was over, and whether it ran another Alembic command.

        That takes the attributes of `alembic.context` away when it ends, and Alembic finds none to take away itself.
        `sys.exit()` and `sys.exit(0)` end a deploy well, so they end env.py here.
        """
        raised: BaseException | None = None
        overrun, is_nested = None, False
        try:
            with self._environment:
                raised, overrun = self._limit.call(self._script.run_env)
        except KeyError:
            is_nested = True
        return (None if isinstance(raised, SystemExit) and not raised.code else raised), overrun, is_nested

    def _several(self, project: Project) -> ProjectError:
        return ProjectError(
            f"{project.label(project.env_py)} calls context.run_migrations() {len(self._calls)} times,"
            f" for {', '.join(self._calls)}",
            fix=(f"set engines = {json.dumps(self._calls)} in [tool.stairway], to have each verified",),
        )

    def _without_engine(self, project: Project) -> ProjectError:
        return ProjectError(
            f"{project.label(project.env_py)} does not migrate {self._engine}: "
            f"it calls context.run_migrations() for {', '.join(self._calls)}",
            fix=(f"set engines = {json.dumps(self._calls)} in [tool.stairway]",),
        )

    def _without_migrations(self, project: Project) -> ProjectError:
        """Say what an env.py never called that raised nothing."""
        call = "context.run_migrations()"
        if not self._configured:
            call = f"context.configure(connection=...) and {call}"
        fix: tuple[str, ...] = (
            f"call {call} when the file is run,",
            "not only inside a function that nobody calls, or where context.is_offline_mode() is true",
        )
        if _NEVER_TRUE.search(project.env_py.read_text(encoding="utf-8", errors="replace")):
            fix = (f'call {call} without `if __name__ == "__main__"`: Alembic imports the file',)
        return ProjectError(
            f"{project.label(project.env_py)} ended without calling {call}",
            tried=("running it online, as `alembic upgrade heads` does",),
            fix=fix,
        )

    def _checked_configure(self, *args: Any, **kwargs: Any) -> None:
        self._guard.refuse_unless_ours(kwargs["connection"] if "connection" in kwargs else next(iter(args), None))
        self._configure(*args, **kwargs)
        self._configured = True
        self._token = kwargs.get("upgrade_token", "")

    def _called_for(self, engine_name: str | None) -> str:
        """Name the database of a call as Alembic's template `multidb` does, or else by the number of the call."""
        if engine_name is None and self._token.endswith("_upgrades"):
            engine_name = self._token.removesuffix("_upgrades")
        return str(len(self._calls) + 1) if engine_name is None else engine_name or DEFAULT_ENGINE

    def _checked_run_migrations(self, **kwargs: Any) -> None:
        called_for = self._called_for(kwargs.get("engine_name"))
        self._calls.append(called_for)
        if self._ran or (self._engine is not None and called_for != self._engine):
            return  # another database, which has a walk of its own
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
        finally:
            if self._steps is not None:
                self._steps.close()  # now, and not where it is collected: a signal would be lost there

    def _begin(self, _heads: object, context: MigrationContext) -> Iterator[MigrationStep]:
        self._steps = self._limit.timed(self._plan(context, self._limit))
        return self._steps
