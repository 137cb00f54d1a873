"""Small Alembic projects, and pytest run on them in a process of its own."""

from __future__ import annotations

import contextlib
import os
import re
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

import platformdirs
import pytest

from pytest_stairway.flavor import Vendor
from pytest_stairway.servers import local
from pytest_stairway.servers.interface import UnavailableError
from pytest_stairway.servers.places import Places

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., pytest.RunResult]

CACHE = platformdirs.user_cache_path()  # pytester moves HOME, and with it the prepared data directories

ENV = """
from alembic import context
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

engine = create_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata={metadata})
    with context.begin_transaction():
        context.run_migrations()
"""
REVISION = '''"""{message}"""
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "{id}"
down_revision = {down}


def upgrade():
{upgrade}


def downgrade():
{downgrade}
'''


@dataclass(frozen=True, slots=True)
class Project:
    root: Path

    def write(self, path: str, text: str) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        return file

    def add(self, id_: str, message: str, upgrade: str = "pass", downgrade: str = "pass", down: str = "") -> None:
        """Add a revision after the one before it in number, or after `down`."""
        before = down or (f"{int(id_) - 1:04}" if id_.isdecimal() and id_ != "0001" else None)
        text = REVISION.format(
            message=message,
            id=id_,
            down=repr(before),
            upgrade=textwrap.indent(textwrap.dedent(upgrade).strip(), "    "),
            downgrade=textwrap.indent(textwrap.dedent(downgrade).strip(), "    "),
        )
        self.write(f"migrations/versions/{id_}.py", text)

    def add_table(self, id_: str, name: str) -> None:
        column = 'sa.Column("id", sa.Integer, primary_key=True)'
        self.add(id_, f"create {name}", f'op.create_table("{name}", {column})', f'op.drop_table("{name}")')

    def settings(self, text: str) -> None:
        self.write("pyproject.toml", f"[tool.pytest.ini_options]\n[tool.stairway]\n{text}\n")


@pytest.fixture
def bare(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Make a directory with a test module that imports the suite, and no Alembic project."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(CACHE))
    monkeypatch.setenv("COLUMNS", "120")
    for name in ("CI", "BUILD_NUMBER"):  # pytest words its lines otherwise there
        monkeypatch.delenv(name, raising=False)
    project = Project(pytester.path)
    project.write("pytest.ini", "[pytest]\n")
    project.write("test_migrations.py", "from pytest_stairway.suite import *\n")
    return project


@pytest.fixture
def empty(bare: Project) -> Project:
    """Make an Alembic project without revisions."""
    bare.write("alembic.ini", "[alembic]\nscript_location = %(here)s/migrations\n")
    bare.write("migrations/env.py", ENV.format(metadata="None"))
    (bare.root / "migrations" / "versions").mkdir()
    return bare


@pytest.fixture
def project(empty: Project) -> Project:
    """Make two revisions that make a table each, and models that have both."""
    empty.add_table("0001", "roles")
    empty.add_table("0002", "users")
    empty.write("migrations/env.py", "from models import metadata\n" + ENV.format(metadata="metadata"))
    empty.write(
        "models.py",
        """
        from sqlalchemy import Column, Integer, MetaData, Table

        metadata = MetaData()
        for name in ("roles", "users"):
            Table(name, metadata, Column("id", Integer, primary_key=True))
        """,
    )
    empty.write("alembic.ini", "[alembic]\nscript_location = %(here)s/migrations\nprepend_sys_path = .\n")
    return empty


@pytest.fixture(scope="session")
def server() -> str:
    """Name the server that starts fastest here, as `--stairway-server` takes it."""
    for vendor, name in ((Vendor.MARIADB, "mariadbd"), (Vendor.MYSQL, "mysqld")):
        with contextlib.suppress(UnavailableError):
            local.find((vendor,), Places())
            return name
    return os.environ.get("STAIRWAY_TEST_IMAGE", "mysql:9.7")


@pytest.fixture
def temporary(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the directory that the runs of this test have as TMPDIR, so that no other run sweeps it."""
    path = tmp_path_factory.mktemp("tmp")
    monkeypatch.setenv("TMPDIR", str(path))
    return path


@pytest.fixture
def run(pytester: pytest.Pytester, bare: Project, temporary: Path, server: str) -> Run:  # noqa: ARG001 - they set variables
    """Give a function that runs pytest with arguments."""
    return lambda *arguments: pytester.runpytest_subprocess(f"--stairway-server={server}", *arguments)


@pytest.fixture
def shown(server: str) -> Callable[[pytest.RunResult], str]:
    """Give a function that shows what a run printed after its collection, without what differs from run to run."""

    def shown(result: pytest.RunResult) -> str:
        text = "\n".join(line.rstrip() for line in result.outlines).partition("collected ")[2].partition("\n")[2]
        text = re.sub(r"(MySQL|MariaDB) [\d.]+\d(, | \()(local \w+|Docker [\w.:/-]+)", r"SERVER\2ORIGIN", text)
        text = re.sub(r"(MySQL|MariaDB) [\d.]+\d", "SERVER", text)
        text = re.sub(r"in [\d.]+ ?s\b", "in N s", text).replace(f"server={server}", "server=KIND")
        return re.sub(r"([=_-])\1{3,}", r"\1\1\1", text).strip()

    return shown
