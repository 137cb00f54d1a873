"""Migrating one database to one revision: what a project's own data tests stand on."""

from __future__ import annotations

from collections.abc import Iterator

from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.script import ScriptDirectory

from pytest_stairway.walk.environment import Environment


def migrate(environment: Environment, database: str, revision: str) -> None:
    """Run env.py so that the database ends at a revision, up or down from where it is.

    `revision` is an id, the beginning of one, a branch label, "head", "heads" or "base".

    Raises:
        ProjectError: no such revision, or a migration raised something.
        EnvironmentRefused: env.py cannot be run without leaving the disposable server.
    """

    def plan(context: MigrationContext) -> Iterator[MigrationStep]:
        script: ScriptDirectory = context.opts["script"]
        now = context.get_current_heads()
        if _is_below(script, revision, now):
            yield from script._downgrade_revs(revision, now)  # noqa: SLF001 - what alembic.command.downgrade calls
        else:
            yield from script._upgrade_revs(revision, now)  # noqa: SLF001 - what alembic.command.upgrade calls

    environment.run(database, plan, destination=revision)


def _is_below(script: ScriptDirectory, revision: str, heads: tuple[str, ...]) -> bool:
    if revision == "base":
        return True
    targets = {found.revision for found in script.get_revisions(revision) if found is not None}
    applied = {found.revision for found in script.iterate_revisions(heads, "base")} if heads else set()
    return targets <= applied - set(heads)
