"""After each step the version table is read where env.py sees it, and once more when env.py has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_stairway.walk.record import Versions
from tests.server.walk_files import ENV, NO_USERS, USERS, MigrationFiles, done

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_stairway.servers.interface import Server
    from pytest_stairway.walk.record import Record, Step

ONE_OF_EACH_VENDOR = True  # see conftest.py

ROLLING_BACK = """
session = Session(op.get_bind())
session.execute(sa.text("SELECT 1"))
session.rollback()
"""


@pytest.fixture
def files(tmp_path: Path, server: Server) -> MigrationFiles:
    return MigrationFiles(tmp_path, server)


def step(record: Record, revision: str, which: str) -> Step:
    visit = record.visit(revision)
    assert visit is not None
    found: Step | None = getattr(visit, which)
    assert found is not None
    return found


def test_a_session_that_rolls_back_leaves_the_version_uncommitted(files: MigrationFiles) -> None:
    files.add("r1", USERS + ROLLING_BACK, NO_USERS)
    files.add("r2", 'op.execute("ALTER TABLE users ADD email INT")', 'op.execute("ALTER TABLE users DROP email")')
    record = files.walk()
    assert step(record, "r1", "up").versions == Versions(("r1",), ("r1",), uncommitted=True)
    assert step(record, "r1", "down").versions.right
    assert step(record, "r2", "again").versions.right
    assert record.committed.right


def test_a_session_that_commits_does_not_end_alembics_transaction(files: MigrationFiles) -> None:
    files.add("r1", USERS + ROLLING_BACK.replace("rollback", "commit"), NO_USERS)
    assert step(files.walk(), "r1", "up").versions.right


def test_an_upgrade_that_drops_the_version_table_ends_its_line_and_no_other(files: MigrationFiles) -> None:
    files.add("r1", USERS, NO_USERS)
    files.add("bad", 'op.execute("DROP TABLE alembic_version")', down="r1")
    files.add("after", down="bad")
    files.add(
        "good", 'op.execute("CREATE INDEX ix ON users (name)")', 'op.execute("DROP INDEX ix ON users")', down="r1"
    )
    record = files.walk(heads=2)
    up = step(record, "bad", "up")
    assert up.versions == Versions((), (), error="(1146) Table 'alembic_version' doesn't exist")
    assert up.failure is not None
    assert {visit.revision: visit.blocked for visit in record.visits if visit.blocked} == {"after": "bad"}
    assert [line for line in done(record) if "good" in line] == ["good upgrade", "good downgrade", "good upgrade"]


def test_a_downgrade_that_drops_the_version_table_is_followed_by_another_database(files: MigrationFiles) -> None:
    files.add("r1", USERS, NO_USERS)
    files.add("r2", downgrade='op.execute("DROP TABLE alembic_version")')
    files.add("r3", 'op.execute("CREATE INDEX ix ON users (name)")', 'op.execute("DROP INDEX ix ON users")')
    record = files.walk()
    down = step(record, "r2", "down")
    assert down.versions == Versions((), (), error="(1146) Table 'alembic_version' doesn't exist")
    assert (down.failure, down.after) == (None, down.before)
    assert done(record)[5:] == ["r3 upgrade", "r3 downgrade", "r3 upgrade"]


def test_a_migration_that_deletes_the_row_of_its_own_version(files: MigrationFiles) -> None:
    files.add("r1", USERS, NO_USERS)
    files.add("r2", "op.execute(\"UPDATE alembic_version SET version_num = 'other'\")")
    versions = step(files.walk(), "r2", "up").versions
    assert versions.error is not None
    assert versions.error.startswith("CommandError: Online migration expected to match one row")


def test_an_env_py_that_ends_without_committing_its_transaction(files: MigrationFiles) -> None:
    outer = ENV.replace("    context.configure(", '    connection.exec_driver_sql("SELECT 1")\n    context.configure(')
    (files.root / "alembic" / "env.py").write_text(outer)
    files.add("r1", USERS, NO_USERS)
    files.add("r2", "op.execute(\"INSERT INTO users VALUES (1, 'ada')\")", 'op.execute("DELETE FROM users")')
    record = files.walk()
    assert all(each.versions.right for visit in record.visits for each in visit.steps)
    assert record.committed == Versions((), ("r2",))


def test_an_env_py_that_commits_its_own_transaction(files: MigrationFiles) -> None:
    (files.root / "alembic" / "env.py").write_text(ENV.replace("engine.connect()", "engine.begin()"))
    files.add("r1", USERS, NO_USERS)
    files.add("r2", "op.execute(\"INSERT INTO users VALUES (1, 'ada')\")", 'op.execute("DELETE FROM users")')
    files.add("r3", downgrade='op.execute("DELETE FROM users")')
    record = files.walk()
    assert record.committed.right
    assert [loss.gone for loss in record.visits[2].losses] == [("id = 1",)]


def test_a_version_table_of_another_name(files: MigrationFiles) -> None:
    named = ENV.replace("connection=connection", 'connection=connection, version_table="shop versions"')
    (files.root / "alembic" / "env.py").write_text(named)
    files.add("r1", USERS, NO_USERS)
    record = files.walk()
    assert record.committed.right
    assert [name for _, name in record.migrated.objects if name] == ["users"]
