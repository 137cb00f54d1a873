"""What an installer makes is compared with what the migrations made, and only what drift does not tell is told."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from pytest_stairway.errors import ProjectError
from pytest_stairway.walk.record import Installed, RowsApart
from tests.server.walk_files import ENV, MigrationFiles

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_stairway.servers.interface import Server

ONE_OF_EACH_VENDOR = True  # see conftest.py

CONFIGURE = "context.configure(connection=connection, target_metadata=metadata, include_object={hook})"
MODELS = (
    "from sqlalchemy import Column, Integer, MetaData, Table\nmetadata = MetaData()\n"
    'Table("users", metadata, Column("id", Integer, primary_key=True))\n\nengine = '
)
ROWS = 'op.execute("INSERT INTO users VALUES (1), (2)")'
NO_ROWS = 'op.execute("DELETE FROM users")'


@pytest.fixture
def files(tmp_path: Path, server: Server) -> Iterator[MigrationFiles]:
    env = ENV.replace("context.configure(connection=connection)", CONFIGURE.format(hook=None))
    files = MigrationFiles(tmp_path, server, env.replace("engine = ", MODELS, 1))
    files.import_from_root()
    files.add("r1", 'op.execute("CREATE TABLE users (id INT AUTO_INCREMENT PRIMARY KEY)")', 'op.drop_table("users")')
    yield files
    sys.modules.pop("installation", None)


def test_nothing_is_installed_where_nobody_asks(files: MigrationFiles) -> None:
    assert files.walk().installed is None


def test_a_database_that_is_alike(files: MigrationFiles) -> None:
    assert files.walk(installed_by="create_all").installed == Installed("create_all", (), ())


def test_drift_is_not_told_again(files: MigrationFiles) -> None:
    files.add("r2", 'op.execute("ALTER TABLE users ADD a INT")', 'op.execute("ALTER TABLE users DROP a")')
    record = files.walk(installed_by="create_all")
    assert len(record.drift) == 1
    assert record.installed == Installed("create_all", (), ())


def test_what_autogenerate_is_kept_from_is_told(files: MigrationFiles) -> None:
    env = files.root / "alembic" / "env.py"
    hook = 'lambda item, name, *_: name != "audit"'
    env.write_text(env.read_text().replace("include_object=None", f"include_object={hook}"))
    files.add("r2", 'op.execute("CREATE TABLE audit (id INT)")', 'op.execute("DROP TABLE audit")')
    record = files.walk(installed_by="create_all")
    assert record.drift == ()
    assert record.installed is not None
    assert [(change.object, change.before) for change in record.installed.changes] == [("audit", None)]


def test_rows_of_migrations_and_of_an_installer(files: MigrationFiles) -> None:
    files.add("r2", ROWS, NO_ROWS)
    (files.root / "installation.py").write_text(
        "import sqlalchemy as sa\n"
        "def install(connection):\n"
        '    connection.execute(sa.text("CREATE TABLE users (id INT AUTO_INCREMENT PRIMARY KEY)"))\n'
        '    connection.execute(sa.text("INSERT INTO users VALUES (1)"))\n'
    )
    found = files.walk(installed_by="installation:install").installed
    assert found == Installed("installation:install", (), (RowsApart("users", ("id = 1", "id = 2"), ("id = 1",)),))


def test_rows_that_the_start_brought_are_a_users(files: MigrationFiles) -> None:
    (files.root / "start.sql").write_text(
        "CREATE TABLE users (id INT AUTO_INCREMENT PRIMARY KEY);\nINSERT INTO users VALUES (7);\n"
    )
    record = files.walk(start={"revision": "r1", "schema": "start.sql"}, installed_by="create_all")
    assert record.installed == Installed("create_all", (), ())


def test_an_installer_that_raises(files: MigrationFiles) -> None:
    (files.root / "installation.py").write_text("def install(connection):\n    raise LookupError('no plan')\n")
    with pytest.raises(ProjectError) as caught:
        files.walk(installed_by="installation:install")
    assert str(caught.value) == (
        "stairway: installation:install, which makes a schema for the walk, raised LookupError: no plan\n"
        "  tried   installation.py:2: raise LookupError('no plan')\n"
        "  fix     let it work on an empty database, with the connection that it is given"
    )


def test_nothing_is_installed_where_not_every_upgrade_ran(files: MigrationFiles) -> None:
    files.add("r2", 'op.execute("ALTER TABLE nothing ADD a INT")')
    assert files.walk(installed_by="create_all").installed is None
