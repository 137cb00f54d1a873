"""Rows that earlier revisions inserted are compared across the round trips of later ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_stairway.walk.record import ChangedValue, RowLoss
from tests.server.walk_files import MigrationFiles

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_stairway.servers.interface import Server
    from pytest_stairway.walk.record import Record

ONE_OF_EACH_VENDOR = True  # see conftest.py

ROLES = """\
op.execute("CREATE TABLE roles (id INT PRIMARY KEY, name VARCHAR(20), rank_ INT)")
op.execute("INSERT INTO roles VALUES (1, 'admin', 9), (2, 'guest', 1)")
"""
NO_ROLES = 'op.execute("DROP TABLE roles")'


@pytest.fixture
def files(tmp_path: Path, server: Server) -> MigrationFiles:
    files = MigrationFiles(tmp_path, server)
    files.add("r1", ROLES, NO_ROLES)
    return files


def losses(record: Record) -> dict[str, tuple[RowLoss, ...]]:
    return {visit.revision: visit.losses for visit in record.visits if visit.losses}


def test_values_and_rows_are_told_by_primary_key(files: MigrationFiles) -> None:
    files.add(
        "r2",
        "op.execute(\"INSERT INTO roles VALUES (3, 'new', 2)\")",
        'op.execute("DELETE FROM roles WHERE id > 1")\nop.execute("UPDATE roles SET name = \'root\'")',
    )
    assert losses(files.walk()) == {
        "r2": (RowLoss("roles", 2, ("id = 2",), (ChangedValue("id = 1", "name", "'admin'", "'root'"),)),)
    }


def test_rows_that_come_back_are_not_lost(files: MigrationFiles) -> None:
    files.add(
        "r2",
        'op.execute("DELETE FROM roles WHERE id = 2")',
        "op.execute(\"INSERT INTO roles VALUES (2, 'guest', 1)\")",
    )
    assert losses(files.walk()) == {}


def test_a_table_without_a_primary_key_is_compared_by_whole_rows(files: MigrationFiles) -> None:
    files.add(
        "r2",
        'op.execute("CREATE TABLE log AS SELECT name FROM roles")\nop.execute("INSERT INTO log VALUES (\'guest\')")',
        'op.execute("DROP TABLE log")',
    )
    files.add("r3", downgrade="op.execute(\"DELETE FROM log WHERE name = 'guest' LIMIT 1\")")
    assert losses(files.walk()) == {"r3": (RowLoss("log", 3, ("name = 'guest'",)),)}


def test_the_effect_of_a_trigger_on_another_table(files: MigrationFiles) -> None:
    files.add(
        "r2",
        'op.execute("CREATE TABLE jobs (id INT PRIMARY KEY)")\n'
        'op.execute("CREATE TRIGGER t BEFORE INSERT ON jobs FOR EACH ROW DELETE FROM roles WHERE id = NEW.id")',
        'op.execute("DROP TABLE jobs")',
    )
    files.add("r3", 'op.execute("INSERT INTO jobs VALUES (2)")', 'op.execute("DELETE FROM jobs")')
    assert losses(files.walk()) == {"r3": (RowLoss("roles", 2, ("id = 2",)),)}


def test_the_effect_of_a_cascade(files: MigrationFiles) -> None:
    files.add(
        "r2",
        'op.execute("CREATE TABLE grants (id INT PRIMARY KEY, role_id INT, '
        'FOREIGN KEY (role_id) REFERENCES roles (id) ON DELETE CASCADE)")\n'
        'op.execute("INSERT INTO grants VALUES (7, 2)")',
        'op.execute("DROP TABLE grants")',
    )
    files.add(
        "r3",
        'op.execute("DELETE FROM roles WHERE id = 2")',
        "op.execute(\"INSERT INTO roles VALUES (2, 'guest', 1)\")",
    )
    assert losses(files.walk()) == {"r3": (RowLoss("grants", 1, ("id = 7",)),)}


def test_what_a_raw_cursor_does_is_seen(files: MigrationFiles) -> None:
    files.add("r2", 'op.get_bind().connection.cursor().execute("DELETE FROM roles WHERE id = 2")')
    assert losses(files.walk()) == {"r2": (RowLoss("roles", 2, ("id = 2",)),)}


def test_the_values_of_a_column_that_the_upgrade_drops_are_told_apart(files: MigrationFiles) -> None:
    files.add("r2", 'op.execute("ALTER TABLE roles DROP rank_")', 'op.execute("ALTER TABLE roles ADD rank_ INT")')
    changed = (ChangedValue("id = 1", "rank_", "9", "NULL"), ChangedValue("id = 2", "rank_", "1", "NULL"))
    assert losses(files.walk()) == {"r2": (RowLoss("roles", 2, (), changed, dropped_by_upgrade=True),)}


def test_the_rows_of_a_table_that_the_upgrade_drops_are_told_apart(files: MigrationFiles) -> None:
    files.add("r2", NO_ROLES, 'op.execute("CREATE TABLE roles (id INT PRIMARY KEY, name VARCHAR(20), rank_ INT)")')
    assert losses(files.walk()) == {"r2": (RowLoss("roles", 2, ("id = 1", "id = 2"), dropped_by_upgrade=True),)}


def test_more_rows_than_are_held_in_memory_are_told_as_not_read(files: MigrationFiles) -> None:
    files.add(
        "r2",
        'op.execute("CREATE TABLE many (id INT PRIMARY KEY AUTO_INCREMENT, n INT)")\n'
        'op.execute("INSERT INTO many (n) VALUES (1), (2)")\n'
        'for _ in range(14):\n    op.execute("INSERT INTO many (n) SELECT n FROM many")',
        'op.execute("DROP TABLE many")',
    )
    files.add("r3", downgrade='op.execute("DELETE FROM many WHERE n = 2")')
    record = files.walk()
    assert losses(record) == {}
    assert record.visits[2].unread == ("many",)


def test_a_lost_row_does_not_trouble_later_revisions(files: MigrationFiles) -> None:
    files.add("r2", downgrade='op.execute("DELETE FROM roles")')
    files.add(
        "r3", 'if not list(op.get_bind().exec_driver_sql("SELECT * FROM roles")):\n    raise ValueError("no roles")'
    )
    assert [visit.revision for visit in files.walk().visits if visit.up and visit.up.failure] == []
