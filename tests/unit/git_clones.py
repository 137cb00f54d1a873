"""Git repositories with an Alembic project, made for a test by git itself."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from pytest_stairway.checks.base_branch import run
from pytest_stairway.checks.interface import Subject
from pytest_stairway.findings import Skip
from pytest_stairway.history.base_branch import find_base
from pytest_stairway.history.project import find_project
from pytest_stairway.history.revisions import read_history
from pytest_stairway.reports.terminal import render
from pytest_stairway.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pytest_stairway.findings import Finding

INI = "[alembic]\nscript_location = %(here)s/alembic\n"
REVISION = '''"""{message}"""

import sqlalchemy as sa
from alembic import op

revision = "{id}"
down_revision = {down}


def upgrade():
    {upgrade}


def downgrade():
    {downgrade}
'''
"""`revision` stands in line 6, `down_revision` in 7, the body of `upgrade()` in 11, that of `downgrade()` in 15."""


class Clone:
    """A work tree with an Alembic project; `base` is what it is compared with unless a test says otherwise."""

    def __init__(self, root: Path, base: str = "origin/main") -> None:
        self.root = root
        self.settings = Settings(base=base, sources=(("base", "pyproject.toml"),))

    @property
    def versions(self) -> Path:
        return self.root / "alembic" / "versions"

    def git(self, *words: str) -> str:
        identity = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com")
        local = ("-c", "protocol.file.allow=always", "-c", "commit.gpgsign=false")
        environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        done = subprocess.run(  # noqa: S603 - git, with the words of a test
            ["git", *identity, *local, *words],  # noqa: S607 - the one on PATH
            cwd=self.root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def add(self, id_: str, down: str | None = None, upgrade: str = "pass", downgrade: str = "pass") -> None:
        """Write the revision `id_` into the file of this name."""
        after = "None" if down is None else f'"{down}"'
        text = REVISION.format(message=f"Step {id_}", id=id_, down=after, upgrade=upgrade, downgrade=downgrade)
        self.write(f"alembic/versions/{id_}.py", text)

    def replace(self, id_: str, old: str, new: str) -> None:
        file = self.versions / f"{id_}.py"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    def commit(self) -> str:
        self.git("add", "--all")
        self.git("commit", "--message", "A step")
        return self.git("rev-parse", "HEAD")

    def push(self) -> str:
        commit = self.commit()
        self.git("push", "--quiet", "origin", "HEAD")
        return commit

    def branch(self, name: str = "change") -> None:
        self.git("checkout", "--quiet", "-b", name)

    def clone(self, name: str, *options: str, base: str = "origin/main") -> Clone:
        """Clone the remote again, beside this clone."""
        self.git("clone", "--quiet", *options, self.remote_url, str(self.root.parent / name))
        return Clone(self.root.parent / name, base)

    @property
    def remote_url(self) -> str:
        return self.git("remote", "get-url", "origin")

    def subject(self, settings: Settings | None = None, environment: Mapping[str, str] | None = None) -> Subject:
        settings = settings or self.settings
        history = read_history(find_project(self.root, settings))
        base = find_base(history, settings, environment or {})
        return Subject(history, settings, None, self.root, base)

    def outcomes(
        self, settings: Settings | None = None, environment: Mapping[str, str] | None = None
    ) -> list[Finding | Skip]:
        return list(run(self.subject(settings, environment)))

    def told(self, settings: Settings | None = None, environment: Mapping[str, str] | None = None) -> str:
        """Show findings as a failing test shows them, and skips by their reasons."""
        outcomes = self.outcomes(settings, environment)
        skips = [outcome.reason for outcome in outcomes if isinstance(outcome, Skip)]
        found = render(outcome for outcome in outcomes if not isinstance(outcome, Skip))
        return "\n".join([*([found] if found else []), *(f"skipped: {reason}" for reason in skips)])


def published(directory: Path) -> Clone:
    """Make a remote with one commit of two revisions on main, and a clone of it."""
    first = Clone(directory / "first")
    first.root.mkdir(parents=True)
    first.git("init", "--quiet", "--bare", "--initial-branch=main", str(directory / "remote.git"))
    first.git("clone", "--quiet", (directory / "remote.git").as_uri(), ".")
    first.git("checkout", "--quiet", "-B", "main")
    first.write("alembic.ini", INI)
    first.write("alembic/env.py", "")
    first.add("0001")
    first.add(
        "0002", "0001", 'op.add_column("users", sa.Column("email", sa.String(120)))', 'op.drop_column("users", "email")'
    )
    first.push()
    return first
