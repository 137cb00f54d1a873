"""Alembic projects written to a directory, a revision a line, and walked on a server."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from pytest_stairway.history.project import find_project
from pytest_stairway.history.revisions import read_history
from pytest_stairway.load_settings import load_settings
from pytest_stairway.walk.environment import Environment
from pytest_stairway.walk.stairway import walk

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_stairway.servers.interface import Server
    from pytest_stairway.walk.record import Record, Step

INI = "[alembic]\nscript_location = %(here)s/alembic\n"
ENV = """\
from alembic import context
from sqlalchemy import engine_from_config, pool

engine = engine_from_config(context.config.get_section("alembic"), poolclass=pool.NullPool, future=True)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
REVISION = """\
import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import Session
revision = {id!r}
down_revision = {down!r}
depends_on = {depends!r}
{helpers}
def upgrade():
{upgrade}
def downgrade():
{downgrade}
"""
FIRST_LINE = 8
"""The line on which `upgrade` begins in a revision without helpers."""

USERS = 'op.execute("CREATE TABLE users (id INT PRIMARY KEY, name VARCHAR(20))")'
NO_USERS = 'op.execute("DROP TABLE users")'


class MigrationFiles:
    """A project whose revisions follow each other as they are added, unless `down` says otherwise."""

    def __init__(self, root: Path, server: Server, env: str = ENV) -> None:
        self.root = root
        self.server = server
        self.output: list[str] = []
        self._last: str | None = None
        (root / "alembic" / "versions").mkdir(parents=True)
        (root / "alembic.ini").write_text(INI)
        (root / "alembic" / "env.py").write_text(env)

    def add(  # noqa: PLR0913 - one for each part of the file
        self,
        id: str,  # noqa: A002 - as Revision.id
        upgrade: str = "pass",
        downgrade: str = "pass",
        *,
        down: str | tuple[str, ...] | None = "",
        depends: str | None = None,
        helpers: str = "",
    ) -> None:
        text = REVISION.format(
            id=id,
            down=self._last if down == "" else down,
            depends=depends,
            helpers=textwrap.dedent(helpers),
            upgrade=textwrap.indent(textwrap.dedent(upgrade), "    "),
            downgrade=textwrap.indent(textwrap.dedent(downgrade), "    "),
        )
        (self.root / "alembic" / "versions" / f"{id}.py").write_text(text)
        self._last = id

    def import_from_root(self) -> None:
        """Let env.py, revisions and settings name modules beside alembic.ini."""
        (self.root / "alembic.ini").write_text(f"{INI}prepend_sys_path = %(here)s\n")

    def walk(self, **settings: object) -> Record:
        chosen = load_settings(self.root, settings)
        project = find_project(self.root, chosen)
        return walk(Environment(project, chosen, self.server, self.output), read_history(project))


def done(record: Record) -> list[str]:
    """List every step in order, with its failure if it had one."""
    return [told(step) for visit in record.visits for step in visit.steps]


def told(step: Step) -> str:
    failed = f": {step.failure.error}" if step.failure else ""
    return f"{step.revision} {step.direction}{failed}"


def tables(record: Record) -> list[str]:
    return sorted(name for _, name in record.migrated.objects if name)


def lines(step: Step | None) -> list[tuple[str, int | None]]:
    """Pair the first two words of each statement with the line it was sent from."""
    assert step is not None
    return [(" ".join(sent.sql.split()[:2]), sent.location.line) for sent in step.statements]
