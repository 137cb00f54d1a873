"""A migration that waits for another connection of its own ends after the lock timeout, and both are named."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from pytest_stairway.checks.interface import Subject
from pytest_stairway.checks.lock_wait import CHECK
from pytest_stairway.findings import Finding
from pytest_stairway.history.project import find_project
from pytest_stairway.history.revisions import read_history
from pytest_stairway.load_settings import load_settings
from tests.server.walk_files import ENV, FIRST_LINE, NO_USERS, USERS, MigrationFiles, done

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_stairway.servers.interface import Server
    from pytest_stairway.walk.record import Record

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


SETTINGS = {"lock_timeout": "1", "step_timeout": "3"}
OPEN = "another connection of the same process holds it, its transaction still open after:"
LASTING = "another connection of the same process holds it, which has not given it back after:"


def waits(files: MigrationFiles, record: Record) -> list[str]:
    """List who waits, for how long by the server's default, and who holds, of every wait that is told."""
    settings = load_settings(files.root, SETTINGS)
    subject = Subject(read_history(find_project(files.root, settings)), settings, record, files.root)
    found = [each for each in CHECK.run(subject) if isinstance(each, Finding)]
    return [f"{each.location}\n{each.message.partition(chr(10))[2]}" for each in found]


HELD = {
    "an ORM session left open": (
        (
            "other = Session(op.get_bind().engine)\n"
            'other.execute(sa.text("SELECT * FROM users"))\n'
            'op.execute("ALTER TABLE users ADD email INT")'
        ),
        (11, "ALTER TABLE users ADD email INT", OPEN, (10, "SELECT * FROM users")),
    ),
    "LOCK TABLES, which COMMIT leaves alone": (
        (
            "other = op.get_bind().engine.connect()\n"
            'other.exec_driver_sql("LOCK TABLES users READ")\n'
            "other.commit()\n"
            "op.execute(\"INSERT INTO users VALUES (1, 'ada')\")"
        ),
        (12, "INSERT INTO users VALUES (1, 'ada')", LASTING, (10, "LOCK TABLES users READ")),
    ),
    "FLUSH TABLES WITH READ LOCK": (
        (
            "other = op.get_bind().engine.connect()\n"
            'other.exec_driver_sql("FLUSH TABLES WITH READ LOCK")\n'
            'op.execute("ALTER TABLE users ADD email INT")'
        ),
        (11, "ALTER TABLE users ADD email INT", LASTING, (10, "FLUSH TABLES WITH READ LOCK")),
    ),
    "GET_LOCK, which has a timeout of its own": (
        (
            "other = op.get_bind().engine.connect()\n"
            "other.exec_driver_sql(\"SELECT GET_LOCK('deploy', 1)\")\n"
            "op.execute(\"SELECT GET_LOCK('deploy', 1000)\")"
        ),
        (11, "SELECT GET_LOCK('deploy', 1000)", LASTING, (10, "SELECT GET_LOCK('deploy', 1)")),
    ),
    "one of several connections": (
        (
            "other, idle = op.get_bind().engine.connect(), op.get_bind().engine.connect()\n"
            'idle.exec_driver_sql("SELECT 1 FROM teams")\n'
            'other.exec_driver_sql("SELECT 1 FROM users")\n'
            'op.execute("DROP TABLE users")'
        ),
        (12, "DROP TABLE users", OPEN, (11, "SELECT 1 FROM users")),
    ),
}


@pytest.mark.parametrize("case", HELD)
def test_what_another_connection_of_the_migration_holds(files: MigrationFiles, case: str) -> None:
    code, (line, waiting, how, (held_line, held)) = HELD[case]
    files.add(
        "r1", f'{USERS}\nop.execute("CREATE TABLE teams (id INT PRIMARY KEY)")', f'{NO_USERS}\nop.drop_table("teams")'
    )
    files.add("r2", code)
    assert waits(files, files.walk(**SETTINGS)) == [
        f"alembic/versions/r2.py:{line}\nwaiting: {waiting}\n{how}\n  alembic/versions/r2.py:{held_line}: {held}"
    ]


def test_a_session_that_an_earlier_revision_left_open(files: MigrationFiles) -> None:
    files.add("r1", USERS, NO_USERS)
    files.add(
        "r2",
        """\
global left_open
left_open = op.get_bind().engine.connect()
left_open.exec_driver_sql("SELECT * FROM users")
""",
    )
    files.add("r3", 'op.execute("ALTER TABLE users ADD email INT")')
    (found,) = waits(files, files.walk(**SETTINGS))
    assert found.splitlines() == [
        "alembic/versions/r3.py:9",
        "waiting: ALTER TABLE users ADD email INT",
        OPEN,
        "  alembic/versions/r2.py:11: SELECT * FROM users",
    ]


IN_ENV = """\
import threading

def read():
    global reader
    reader = engine.connect()
    reader.exec_driver_sql("SELECT * FROM users")

class Reader:
    def notify(self, **kwargs):
        if kwargs["step"].up_revision_id == "r1" and kwargs["step"].is_upgrade and not READ:
            READ.append(1)
            thread = threading.Thread(target=read)
            thread.start()
            thread.join()

READ = []
"""


def test_a_thread_of_the_application_that_env_py_starts(tmp_path: Path, server: Server) -> None:
    env = ENV.replace("\nengine", f"\n{IN_ENV}\nengine").replace(
        "connection=connection", "connection=connection, on_version_apply=Reader().notify"
    )
    files = MigrationFiles(tmp_path, server, env)
    files.add("r1", USERS, "pass")
    files.add("r2", 'op.execute("ALTER TABLE users ADD email INT")')
    (found,) = waits(files, files.walk(**SETTINGS))
    assert found.splitlines() == [
        "alembic/versions/r2.py:9",
        "waiting: ALTER TABLE users ADD email INT",
        OPEN,
        "  alembic/env.py:9: SELECT * FROM users",
    ]


def test_what_a_raw_cursor_holds_is_told_by_the_server(files: MigrationFiles) -> None:
    files.add("r1", USERS, NO_USERS)
    files.add("r2", "op.execute(\"INSERT INTO users VALUES (1, 'ada')\")", 'op.execute("DELETE FROM users")')
    files.add(
        "r3",
        """\
other = op.get_bind().engine.raw_connection()
other.cursor().execute("UPDATE users SET name = 'eve'")
op.execute("UPDATE users SET name = 'bob'")
""",
    )
    (found,) = waits(files, files.walk(**SETTINGS))
    assert re.fullmatch(
        "alembic/versions/r3.py:11\nwaiting: UPDATE users SET name = 'bob'\n"
        "held on the server by:\n  connection \\d+, whose statements passed no SQLAlchemy event",
        re.sub(r", which last sent: .*", ", whose statements passed no SQLAlchemy event", found),
    ), found


def test_a_connection_that_was_closed_holds_nothing(files: MigrationFiles) -> None:
    files.add("r1", USERS, NO_USERS)
    files.add(
        "r2",
        """\
other = op.get_bind().engine.connect()
other.exec_driver_sql("SELECT * FROM users")
other.close()
op.execute("ALTER TABLE users ADD email INT")
""",
        'op.execute("ALTER TABLE users DROP email")',
    )
    assert waits(files, files.walk(**SETTINGS)) == []
