"""One database is brought to one revision, as on Alembic's command line."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from pytest_stairway.errors import ProjectError
from pytest_stairway.history.project import find_project
from pytest_stairway.load_settings import load_settings
from pytest_stairway.servers.database import connect
from pytest_stairway.walk.environment import Environment
from pytest_stairway.walk.migrate import migrate
from tests.server.walk_files import FIRST_LINE, NO_USERS, USERS, MigrationFiles

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_stairway.servers.interface import Server

ONE_OF_EACH_VENDOR = True  # see conftest.py


@pytest.fixture
def environment(tmp_path: Path, server: Server) -> Environment:
    files = MigrationFiles(tmp_path, server)
    files.add("aaaa1", USERS, NO_USERS)
    files.add("bbbb2", 'op.execute("ALTER TABLE users ADD email INT")', 'op.execute("ALTER TABLE users DROP email")')
    files.add("cccc3", 'op.execute("ALTER TABLE user ADD age INT")')
    settings = load_settings(tmp_path, {})
    return Environment(find_project(tmp_path, settings), settings, server)


def columns(server: Server, database: str) -> list[str]:
    with contextlib.closing(connect(server.address, database)) as connection, connection.cursor() as cursor:
        cursor.execute("SHOW TABLES LIKE 'users'")
        if not cursor.fetchall():
            return []
        cursor.execute("SHOW COLUMNS FROM users")
        return [row[0] for row in cursor.fetchall()]


def test_up_and_down_by_id_beginning_and_base(environment: Environment, database: str) -> None:
    shown = []
    for revision in ("bbbb2", "aaaa", "bbbb2", "base"):
        migrate(environment, database, revision)
        shown.append(columns(environment.server, database))
    assert shown == [["id", "name", "email"], ["id", "name"], ["id", "name", "email"], []]


def test_a_revision_that_does_not_exist(environment: Environment, database: str) -> None:
    with pytest.raises(ProjectError) as caught:
        migrate(environment, database, "zz9")
    assert caught.value.what == "there is no way to revision \"zz9\": Can't locate revision identified by 'zz9'"


def test_a_migration_that_fails_is_named_with_its_line(environment: Environment, database: str) -> None:
    with pytest.raises(ProjectError) as caught:
        migrate(environment, database, "heads")
    assert str(caught.value) == (
        f"stairway: upgrade of cccc3 fails: (1146) Table '{database}.user' doesn't exist\n"
        f'  tried   alembic/versions/cccc3.py:{FIRST_LINE + 1}: op.execute("ALTER TABLE user ADD age INT")\n'
        "  fix     see what test_upgrades and test_round_trip say of this revision"
    )
