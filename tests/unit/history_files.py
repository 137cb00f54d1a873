"""Alembic projects written to a directory for a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_stairway.checks.interface import Subject
from pytest_stairway.history.project import find_project
from pytest_stairway.history.revisions import read_history
from pytest_stairway.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

INI = "[alembic]\nscript_location = %(here)s/alembic\n"

REVISION = '''"""{message}

Create Date: {created}
"""
revision = {id!r}
down_revision = {down!r}
branch_labels = {labels!r}
depends_on = {depends!r}


def upgrade():
    pass


def downgrade():
    pass
'''
"""`revision` stands in line 5, `down_revision` in 6, `depends_on` in 8."""


class Files:
    """An Alembic project below `root`: `add` writes the file `<id>.py`, or the one named."""

    def __init__(
        self, root: Path, ini: str = INI, *, directory: str = "alembic", ini_file: str = "alembic.ini"
    ) -> None:
        self.root = root
        self.versions = root / directory / "versions"
        self.versions.mkdir(parents=True)
        (root / directory / "env.py").touch()
        (root / ini_file).write_text(ini)

    def add(  # noqa: PLR0913 - one for each variable of the file
        self,
        id: str,  # noqa: A002 - as Revision.id
        down: str | tuple[str, ...] | None = None,
        *,
        name: str | None = None,
        message: str = "",
        created: str = "",
        labels: str | None = None,
        depends: str | tuple[str, ...] | None = None,
    ) -> Path:
        text = REVISION.format(id=id, down=down, message=message, created=created, labels=labels, depends=depends)
        return self.write(name or f"{id}.py", text)

    def write(self, name: str, text: str) -> Path:
        path = self.versions / name
        path.write_text(text)
        return path

    def subject(self, settings: Settings | None = None) -> Subject:
        settings = settings or Settings()
        return Subject(read_history(find_project(self.root, settings)), settings, None, self.root)
