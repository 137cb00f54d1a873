"""Migrating one database to one revision: what a project's own data tests stand on."""

from __future__ import annotations

import contextlib
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from alembic.util import CommandError

from pytest_stairway.errors import ProjectError, StairwayError
from pytest_stairway.history.revisions import read_history
from pytest_stairway.servers.database import connect
from pytest_stairway.walk.models import ModelsSource
from pytest_stairway.walk.postmortem import refuse_dead_server
from pytest_stairway.walk.recorder import server_error
from pytest_stairway.walk.start import StartingPoint, starting_point

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic.runtime.migration import MigrationContext, MigrationStep, RevisionStep
    from alembic.script import ScriptDirectory

    from pytest_stairway.history.project import Project
    from pytest_stairway.servers.interface import Server
    from pytest_stairway.walk.environment import Environment
    from pytest_stairway.walk.time_limit import TimeLimit


def migrate(environment: Environment, database: str, revision: str) -> None:
    """Run env.py so that the database ends at a revision, up or down from where it is.

    `revision` is an id, the beginning of one, a branch label, "head", "heads" or "base". An empty database is first
    brought to where the history starts.

    Raises:
        ProjectError: no such revision, one below the start of the history, or a migration raised something.
        ServerError: the server ended.
        EnvironmentRefused: env.py cannot be run without leaving the disposable server.
    """
    start, is_new = StartingPoint(), False
    if environment.settings.start is not None:
        start = starting_point(environment.settings.start, read_history(environment.project))
        is_new = _is_empty(environment.server, database)

    def plan(context: MigrationContext, _limit: TimeLimit) -> Iterator[MigrationStep]:
        script = context.opts["script"]
        if is_new:
            yield from start.steps(
                context, ModelsSource.of(context, environment.settings.databases), environment, database
            )
        try:
            _refuse_below(start, script, revision)
            steps = _steps(script, revision, context.get_current_heads())
        except CommandError as error:
            raise ProjectError(
                f'there is no way to revision "{revision}": {str(error).splitlines()[0]}',
                fix=('name an id, the beginning of one, a branch label, "heads" or "base"',),
            ) from error
        for step in steps:
            yield _naming_its_failure(step, environment.project)

    try:
        prepare = start.prepare(environment, database) if is_new else None
        environment.run(database, plan, destination=revision, prepare=prepare)
    except ProjectError as error:
        errno, text = server_error(error.__cause__ or error)
        refuse_dead_server(environment.server, f"while a database was migrated to {revision}", text, errno=errno)
        raise


def _is_empty(server: Server, database: str) -> bool:
    with contextlib.closing(connect(server.address, database)) as connection, connection.cursor() as cursor:
        return not cursor.execute("SHOW TABLES")


def _refuse_below(start: StartingPoint, script: ScriptDirectory, revision: str) -> None:
    named = {found.revision for found in script.get_revisions(revision) if found is not None}
    if start.heads and named <= set(start.below) - set(start.heads):
        raise ProjectError(
            f'there is no way to revision "{revision}": it is below the start of [tool.stairway.start]',
            tried=(f"starting from {start.given}",),
            fix=(f"name {', '.join(start.heads)}, or a revision above",),
        )


def _steps(script: ScriptDirectory, revision: str, now: tuple[str, ...]) -> list[RevisionStep]:
    """List what `alembic upgrade` or `alembic downgrade` would run; both hand over all heads, whatever types say."""
    heads = cast("str", now)
    if _is_below(script, revision, now):
        return script._downgrade_revs(revision, heads)  # noqa: SLF001 - what alembic.command.downgrade calls
    return script._upgrade_revs(revision, heads)  # noqa: SLF001 - what alembic.command.upgrade calls


def _naming_its_failure(step: RevisionStep, project: Project) -> RevisionStep:
    """Have an exception of a migration name its revision and line: env.py is not to blame."""
    original = step.migration_fn

    def migration(**kwargs: Any) -> None:
        try:
            original(**kwargs)
        except StairwayError:
            raise
        except (Exception, SystemExit) as error:
            frames = traceback.extract_tb(error.__traceback__)
            own = [frame for frame in frames if frame.filename == step.revision.module.__file__]
            raise ProjectError(
                f"{'upgrade' if step.is_upgrade else 'downgrade'} of {step.revision.revision} fails:"
                f" {server_error(error)[1]}",
                tried=tuple(f"{project.label(Path(at.filename))}:{at.lineno}: {at.line}" for at in own[-1:]),
                fix=("see what test_upgrades and test_round_trip say of this revision",),
            ) from error

    step.migration_fn = migration
    return step


def _is_below(script: ScriptDirectory, revision: str, heads: tuple[str, ...]) -> bool:
    if revision == "base":
        return True
    targets = {found.revision for found in script.get_revisions(revision) if found is not None}
    applied = {found.revision for found in script.iterate_revisions(heads, "base")} if heads else set()
    return targets <= applied - set(heads)
