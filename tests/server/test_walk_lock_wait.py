"""A migration that waits for another connection of its own ends after the lock timeout, and both are named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.server.walk_files import FIRST_LINE, NO_USERS, USERS, MigrationFiles, done

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_stairway.servers.interface import Server

ONE_OF_EACH_VENDOR = True  # see conftest.py


@pytest.fixture
def files(tmp_path: Path, server: Server) -> MigrationFiles:
    return MigrationFiles(tmp_path, server)


def test_a_second_connection_that_keeps_a_table_from_being_altered(files: MigrationFiles) -> None:
    files.add("r1", USERS, NO_USERS)
    files.add(
        "r2",
        """\
other = op.get_bind().engine.connect()
other.exec_driver_sql("SELECT * FROM users")
try:
    op.execute("ALTER TABLE users ADD email INT")
finally:
    other.close()
""",
    )
    files.add("r3")
    record = files.walk(lock_timeout="1")
    up = record.visits[1].up
    assert up is not None
    assert up.failure is not None
    wait = up.failure.lock_wait
    assert wait is not None
    assert (wait.waiting.sql, wait.waiting.location.line) == ("ALTER TABLE users ADD email INT", FIRST_LINE + 4)
    assert [(held.sql, held.location.line) for held in wait.holding] == [("SELECT * FROM users", FIRST_LINE + 2)]
    assert record.visits[2].blocked == "r2"


def test_a_row_lock(files: MigrationFiles) -> None:
    files.add("r1", USERS, NO_USERS)
    files.add("r2", "op.execute(\"INSERT INTO users VALUES (1, 'ada')\")", 'op.execute("DELETE FROM users")')
    files.add(
        "r3",
        """\
other = op.get_bind().engine.connect()
other.exec_driver_sql("UPDATE users SET name = 'eve'")
try:
    op.execute("UPDATE users SET name = 'bob'")
finally:
    other.close()
""",
    )
    record = files.walk(lock_timeout="1")
    assert done(record)[6:] == [
        "r3 upgrade: (1205) Lock wait timeout exceeded; try restarting transaction",
    ]
