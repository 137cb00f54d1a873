"""What a step leaves in its session is told, and the step after it does not meet it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_stairway.servers.database import create_database, drop_database
from pytest_stairway.walk.record import LeakKind
from tests.server.walk_files import NO_USERS, USERS, MigrationFiles, done

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_stairway.servers.interface import Server
    from pytest_stairway.walk.record import Record

ONE_OF_EACH_VENDOR = True  # see conftest.py

PARENTS = """
op.execute("CREATE TABLE roles (id INT PRIMARY KEY)")
op.execute("ALTER TABLE users ADD role_id INT, ADD CONSTRAINT fk FOREIGN KEY (role_id) REFERENCES roles (id)")
"""
NO_PARENTS = """
op.execute("ALTER TABLE users DROP FOREIGN KEY fk, DROP COLUMN role_id")
op.execute("DROP TABLE roles")
"""


@pytest.fixture
def files(tmp_path: Path, server: Server) -> MigrationFiles:
    files = MigrationFiles(tmp_path, server)
    files.add("r1", USERS, NO_USERS)
    return files


@pytest.fixture
def other(server: Server) -> Iterator[str]:
    """Name a database beside that of the walk."""
    name = create_database(server)
    yield name
    drop_database(server, name)


def leaks(record: Record) -> list[tuple[str, str, str, str | None, str]]:
    return [
        (f"{step.revision} {step.direction}", leak.kind, leak.name, leak.before, leak.after)
        for visit in record.visits
        for step in (visit.up, visit.down)
        if step is not None
        for leak in step.leaks
    ]


def test_the_next_revision_does_not_meet_what_was_left(files: MigrationFiles) -> None:
    files.add("r2", PARENTS + 'op.execute("SET foreign_key_checks = 0")', NO_PARENTS)
    files.add("r3", "op.execute(\"INSERT INTO users VALUES (1, 'ann', 7)\")")
    record = files.walk()
    assert leaks(record) == [("r2 upgrade", LeakKind.VARIABLE, "foreign_key_checks", "ON", "OFF")]
    assert done(record)[-1].startswith("r3 upgrade: (1452) Cannot add or update a child row")


def test_a_rebuilt_database_does_not_meet_it_either(files: MigrationFiles) -> None:
    files.add("r2", PARENTS + 'op.execute("SET foreign_key_checks = 0")', NO_PARENTS)
    files.add("r3", 'op.execute("CREATE TABLE a (id INT)")', 'op.execute("ALTER TABLE a ADD b INT"); raise ValueError')
    files.add("r4", "op.execute(\"INSERT INTO users VALUES (1, 'ann', 7)\")")
    assert done(files.walk())[-1].startswith("r4 upgrade: (1452) Cannot add or update a child row")


def test_each_direction_is_told(files: MigrationFiles) -> None:
    files.add("r2", "op.execute(\"SET time_zone = '+03:00'\")", 'op.execute("SET SESSION sql_safe_updates = 1")')
    assert leaks(files.walk()) == [
        ("r2 upgrade", LeakKind.VARIABLE, "time_zone", "SYSTEM", "+03:00"),
        ("r2 downgrade", LeakKind.VARIABLE, "sql_safe_updates", "OFF", "ON"),
    ]


def test_a_procedure_that_sets_variables(files: MigrationFiles) -> None:
    procedure = 'op.execute("CREATE PROCEDURE p() SET SESSION unique_checks = 0")\nop.execute("CALL p()")'
    files.add("r2", procedure, 'op.execute("DROP PROCEDURE p")')
    assert leaks(files.walk()) == [("r2 upgrade", LeakKind.VARIABLE, "unique_checks", "ON", "OFF")]


def test_another_connection_keeps_what_it_sets(files: MigrationFiles) -> None:
    setting = 'with op.get_bind().engine.connect() as other:\n    other.exec_driver_sql("SET foreign_key_checks = 0")'
    files.add("r2", setting)
    assert leaks(files.walk()) == []


def test_a_temporary_table_would_be_in_the_way_of_the_second_upgrade(files: MigrationFiles) -> None:
    files.add("r2", 'op.execute("CREATE TEMPORARY TABLE users_copy SELECT * FROM users")')
    record = files.walk()
    assert leaks(record) == [("r2 upgrade", LeakKind.TEMPORARY_TABLE, "users_copy", None, "there")]
    assert done(record)[-3:] == ["r2 upgrade", "r2 downgrade", "r2 upgrade"]


def test_another_current_database_keeps_alembic_from_its_version_table(files: MigrationFiles, other: str) -> None:
    files.add("r2", f'op.execute("USE {other}")')
    record = files.walk()
    assert leaks(record) == [("r2 upgrade", LeakKind.DATABASE, "current database", None, other)]
    up = record.visits[-1].up
    assert up is not None
    assert up.keeps_from_versions


def test_a_failed_step_leaves_nothing_either(files: MigrationFiles) -> None:
    files.add("r2", PARENTS, NO_PARENTS)
    files.add("r3", "op.execute(\"INSERT INTO users VALUES (1, 'ann', 7)\")")
    files.add("r4", 'op.execute("SET foreign_key_checks = 0"); raise ValueError', down="r2")
    before_last, last = done(files.walk())[-2:]
    assert before_last == "r4 upgrade: ValueError"
    assert last.startswith("r3 upgrade: (1452) Cannot add or update a child row")
