"""A step that fails is described where it failed, and the walk goes on from a state that migrations made."""

from __future__ import annotations

import gc
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_stairway.errors import ServerError, StairwayError
from pytest_stairway.schema.model import Kind
from pytest_stairway.servers.database import connect
from pytest_stairway.servers.interface import Request
from pytest_stairway.walk.observer import Observer
from tests.server.walk_files import FIRST_LINE, NO_USERS, USERS, MigrationFiles, done

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_stairway.servers.interface import Server

ONE_OF_EACH_VENDOR = True  # see conftest.py
EMAIL = 'op.execute("ALTER TABLE users ADD email VARCHAR(90)")'
NO_EMAIL = 'op.execute("ALTER TABLE users DROP email")'


@pytest.fixture
def files(tmp_path: Path, server: Server) -> MigrationFiles:
    return MigrationFiles(tmp_path, server)


def test_a_downgrade_that_fails_half_way_is_followed_by_a_database_rebuilt_by_migrations(files: MigrationFiles) -> None:
    files.add("r1", USERS, NO_USERS)
    files.add("r2", EMAIL, NO_EMAIL + '\nraise ValueError("too late")')
    files.add("r3", 'op.execute("CREATE INDEX ix ON users (email)")', 'op.execute("DROP INDEX ix ON users")')
    record = files.walk()
    assert done(record)[3:] == [
        "r2 upgrade", "r2 downgrade: ValueError: too late", "r3 upgrade", "r3 downgrade", "r3 upgrade",
    ]  # fmt: skip
    assert "`email`" in record.migrated.objects[Kind.TABLE, "users"]
    assert len(files.output) == 2


def test_a_downgrade_that_fails_at_once_needs_no_other_database(files: MigrationFiles) -> None:
    files.add("r1", USERS, 'op.execute("DROP TABLE user")')
    files.add("r2", EMAIL, NO_EMAIL)
    record = files.walk()
    first = record.visits[0]
    assert first.down is not None
    assert first.down.failure is not None
    assert first.down.failure.errno == 1051
    assert first.down.failure.location.line == FIRST_LINE + 3
    assert done(record)[2:] == ["r2 upgrade", "r2 downgrade", "r2 upgrade"]
    assert all(step.versions.right for visit in record.visits for step in visit.steps)
    assert len(files.output) == 1


def test_an_empty_downgrade_of_an_upgrade_that_changed_the_schema_is_not_gone_up_from_again(
    files: MigrationFiles,
) -> None:
    files.add("r1", USERS)
    files.add("r2", EMAIL, NO_EMAIL)
    assert done(files.walk()) == ["r1 upgrade", "r1 downgrade", "r2 upgrade", "r2 downgrade", "r2 upgrade"]


def test_an_upgrade_that_fails_ends_its_own_line_only(files: MigrationFiles) -> None:
    files.add("r1", USERS, NO_USERS)
    files.add("bad", 'op.execute("ALTER TABLE user ADD email INT")', down="r1")
    files.add("after", down="bad")
    files.add("good", EMAIL, NO_EMAIL, down="r1")
    record = files.walk(heads=2)
    assert {visit.revision: visit.blocked for visit in record.visits} == {
        "r1": None, "good": None, "bad": None, "after": "bad",
    }  # fmt: skip
    assert done(record)[3:] == [
        "good upgrade", "good downgrade", "good upgrade", "bad upgrade: (1146) Table 'user' doesn't exist",
    ]  # fmt: skip


def test_rows_that_a_round_trip_doubles_do_not_make_a_later_revision_fail(files: MigrationFiles) -> None:
    files.add("r1", 'op.execute("CREATE TABLE roles (name VARCHAR(20))")', 'op.execute("DROP TABLE roles")')
    files.add("r2", "op.execute(\"INSERT INTO roles VALUES ('admin')\")")
    files.add("r3", 'op.execute("CREATE UNIQUE INDEX uq ON roles (name)")', 'op.execute("DROP INDEX uq ON roles")')
    record = files.walk()
    assert done(record)[6:] == ["r3 upgrade", "r3 downgrade", "r3 upgrade"]


def test_an_exit_inside_a_migration_is_its_failure(files: MigrationFiles) -> None:
    files.add("r1", "raise SystemExit(3)")
    assert done(files.walk()) == ["r1 upgrade: SystemExit: 3"]


def test_a_migration_that_loses_its_connection_fails_and_the_walk_goes_on(files: MigrationFiles) -> None:
    files.add("r1", USERS, 'op.get_bind().exec_driver_sql("KILL CONNECTION_ID()")')
    files.add("r2", EMAIL, NO_EMAIL)
    record = files.walk()
    first = record.visits[0]
    assert first.down is not None
    assert first.down.failure is not None
    assert first.down.failure.location.line == FIRST_LINE + 3
    assert first.down.versions.error is None
    assert done(record)[2:] == ["r2 upgrade", "r2 downgrade", "r2 upgrade"]


def test_an_upgrade_that_does_not_run_on_a_second_database_is_told(files: MigrationFiles) -> None:
    files.add(
        "r1",
        f'if MARKER.exists():\n    raise ValueError("ran before")\n{USERS}',
        f'{NO_USERS}\nMARKER.touch()\nraise ValueError("half way")',
        helpers='import pathlib; MARKER = pathlib.Path(__file__).with_name("ran")',
    )
    with pytest.raises(StairwayError) as caught:
        files.walk()
    assert str(caught.value) == (
        "stairway: the upgrade of r1 ran, and fails when it is run again on a new database\n"
        "  tried   ValueError: ran before\n"
        "  fix     let it depend on nothing that an earlier run leaves behind outside the database"
    )


def test_what_migrations_print_is_kept_and_not_shown(files: MigrationFiles, capsys: pytest.CaptureFixture[str]) -> None:
    files.add("r1", 'print("going up")', 'print("going down")')
    record = files.walk()
    assert record.output.split("\n") == ["going up", "going down", "going up", ""]
    assert capsys.readouterr().out == ""


def test_ctrl_c_inside_a_migration_ends_the_walk_and_leaves_no_database(files: MigrationFiles) -> None:
    files.add("r1", "raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        files.walk()
    assert databases(files.server) == []


def test_a_fault_of_our_own_is_told_as_such(files: MigrationFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    def look(*_: object) -> None:
        raise IndexError("out of range")

    monkeypatch.setattr(Observer, "look", look)
    files.add("r1")
    with pytest.raises(StairwayError) as caught:
        files.walk()
    assert caught.value.what == "pytest-stairway itself failed: IndexError: out of range"
    assert databases(files.server) == []


def test_a_server_that_dies_is_named_with_the_revision_and_its_last_words(
    tmp_path: Path, start: Callable[[Request], Server]
) -> None:
    server = start(Request(server="local"))
    files = MigrationFiles(tmp_path / "project", server)
    files.add("r1", USERS, NO_USERS)
    kill = f'os.kill({process_of(server)}, signal.SIGKILL)\nop.execute("SELECT 1")'
    files.add("r2", kill, helpers="import os, signal")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # PyMySQL leaves its socket open where nobody answers
        with pytest.raises(ServerError) as caught:
            files.walk()
        gc.collect()
    assert caught.value.what.startswith("the server ended while the upgrade of r2 was running: (20")
    assert caught.value.tried == (
        "last statement of a migration: alembic/versions/r2.py:10: SELECT 1",
        f"{server.origin}, {server.flavor}: ended with SIGKILL",
        "its log ends:",
        *server.remains.last_words(),
    )
    assert len(server.remains.last_words()) > 1


def process_of(server: Server) -> int:
    with connect(server.address) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT @@pid_file")
        row = cursor.fetchone()
    assert row is not None
    return int(Path(row[0]).read_text())


def databases(server: Server) -> list[str]:
    with connect(server.address) as connection, connection.cursor() as cursor:
        cursor.execute("SHOW DATABASES")
        return [name for (name,) in cursor.fetchall() if name.startswith(server.database_prefix)]
