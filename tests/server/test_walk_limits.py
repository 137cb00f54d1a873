"""A step that runs for ever is ended, whatever it does, and what it was doing is told; the walk then goes on."""

from __future__ import annotations

import asyncio
import re
import signal
import threading
from typing import TYPE_CHECKING

import pytest

from pytest_stairway.checks.interface import Subject
from pytest_stairway.checks.lock_wait import CHECK as LOCK_WAIT
from pytest_stairway.checks.step_timeout import CHECK as STEP_TIMEOUT
from pytest_stairway.errors import ProjectError
from pytest_stairway.findings import Finding
from pytest_stairway.history.project import find_project
from pytest_stairway.history.revisions import read_history
from pytest_stairway.load_settings import load_settings
from pytest_stairway.reports.terminal import render
from tests.server.walk_files import ENV, NO_USERS, USERS, MigrationFiles, done

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_stairway.servers.interface import Server
    from pytest_stairway.walk.record import Record

ONE_OF_EACH_VENDOR = True  # see conftest.py
LIMIT = "1"
AFTER = "after 1 s"
RAISE = "If the step needs longer, raise step_timeout in [tool.stairway], in seconds; 0 is no limit."
LOOP = 'op.execute("""CREATE PROCEDURE wait_for_ever() BEGIN WHILE TRUE DO DO SLEEP(1000); END WHILE; END""")'


@pytest.fixture
def files(tmp_path: Path, server: Server) -> MigrationFiles:
    return MigrationFiles(tmp_path, server)


def told(files: MigrationFiles, record: Record) -> str:
    """Show what the checks of the two limits say, without what a clock measured."""
    settings = load_settings(files.root, {"step_timeout": LIMIT, "lock_timeout": "1"})
    subject = Subject(read_history(find_project(files.root, settings)), settings, record, files.root)
    found = [each for check in (STEP_TIMEOUT, LOCK_WAIT) for each in check.run(subject) if isinstance(each, Finding)]
    return re.sub(r"for \d+\.\d s", "for N s", render(found))


def walk(files: MigrationFiles) -> Record:
    return files.walk(step_timeout=LIMIT, lock_timeout="1")


def test_a_statement_that_sleeps(files: MigrationFiles) -> None:
    files.add("r9", 'op.execute("SELECT SLEEP(1000)")')
    files.add("r2", USERS, NO_USERS, down=None)
    record = walk(files)
    assert done(record) == [
        "r9 upgrade: still running after 1 s", "r2 upgrade", "r2 downgrade", "r2 upgrade",
    ]  # fmt: skip
    assert told(files, record) == (
        "alembic/versions/r9.py:9  step-timeout\n"
        f"  upgrade of r9 was still running {AFTER}, and was ended\n"
        "  on the server for N s: SELECT SLEEP(1000)\n"
        "  its state there: User sleep\n"
        "  On an empty database a statement ends at once: give the loop or the wait in it an end.\n"
        f"  {RAISE}"
    )


def test_a_procedure_that_loops_though_its_query_is_killed(files: MigrationFiles) -> None:
    files.add("r1", f'{USERS}\n{LOOP}\nop.execute("CALL wait_for_ever()")')
    record = walk(files)
    assert told(files, record) == (
        "alembic/versions/r1.py:11  step-timeout\n"
        f"  upgrade of r1 was still running {AFTER}, and was ended\n"
        "  on the server for N s: CALL wait_for_ever()\n"
        "  inside it: DO SLEEP(1000)\n"
        "  its state there: User sleep\n"
        "  half applied: 2 DDL statements ran before it and cannot be rolled back\n"
        "  On an empty database a statement ends at once: give the loop or the wait in it an end.\n"
        f"  {RAISE}"
    )


def test_a_raw_cursor_that_no_event_tells_of(files: MigrationFiles) -> None:
    files.add("r1", 'op.get_bind().connection.cursor().execute("SELECT SLEEP(1000)")')
    assert told(files, walk(files)) == (
        "alembic/versions/r1.py:9  step-timeout\n"
        f"  upgrade of r1 was still running {AFTER}, and was ended\n"
        "  on the server: SELECT SLEEP(1000)\n"
        "  its state there: User sleep\n"
        "  On an empty database a statement ends at once: give the loop or the wait in it an end.\n"
        f"  {RAISE}"
    )


@pytest.mark.parametrize(
    ("code", "line", "inside"),
    [
        ("import time\ntime.sleep(1000)", "time.sleep(1000)", ""),
        ("while True: pass", "while True: pass", ""),
        ("import threading\nthreading.Event().wait()", "threading.Event().wait()", r" \(threading.py:\d+, in wait\)"),
        (
            "import time\nwhile True:\n    try: time.sleep(1)\n    except Exception: pass",
            "try: time.sleep(1)",
            "",
        ),
    ],
    ids=["sleep", "loop", "wait", "retry"],
)
def test_python_code(files: MigrationFiles, code: str, line: str, inside: str) -> None:
    files.add("r1", code)
    number = 9 + code.splitlines().index(next(each for each in code.splitlines() if line in each))
    found = told(files, walk(files))
    assert re.fullmatch(
        f"alembic/versions/r1.py:{number}  step-timeout\n"
        f"  upgrade of r1 was still running {AFTER}, and was ended\n"
        f"  at alembic/versions/r1.py:{number}: {re.escape(line)}{inside}\n"
        "  Give the loop or the wait an end of its own.\n"
        f"  {re.escape(RAISE)}",
        found,
    ), found


@pytest.mark.parametrize(
    "code",
    ['subprocess.run(["sleep", "1234"])', 'os.system("sleep 1234")', 'subprocess.Popen(["sleep", "1234"]).wait()'],
)
def test_a_child_process(files: MigrationFiles, code: str) -> None:
    files.add("r1", code, helpers="import os, subprocess")
    found = told(files, walk(files))
    assert "\n  child process: sleep 1234\n" in found
    assert found.endswith(
        f"  Give the child process a timeout of its own, or leave it out of the migration.\n  {RAISE}"
    )


def test_a_downgrade_half_way_is_followed_by_a_database_rebuilt_by_migrations(files: MigrationFiles) -> None:
    files.add("r1", USERS, f"{NO_USERS}\nwhile True: pass")
    files.add("r2", 'op.execute("ALTER TABLE users ADD email INT")', 'op.execute("ALTER TABLE users DROP email")')
    assert done(walk(files)) == [
        "r1 upgrade", "r1 downgrade: still running after 1 s", "r2 upgrade", "r2 downgrade", "r2 upgrade",
    ]  # fmt: skip


def test_a_migration_that_takes_its_interruption_for_an_error_of_its_own(files: MigrationFiles) -> None:
    files.add("r1", 'try:\n    op.execute("SELECT SLEEP(1000)")\nexcept Exception: pass')
    assert done(walk(files)) == ["r1 upgrade: still running after 1 s"]


def test_each_step_has_the_whole_time(files: MigrationFiles) -> None:
    for number in range(4):
        files.add(f"r{number}", 'op.execute("SELECT SLEEP(0.3)")', "pass")
    assert done(files.walk(step_timeout="2")) == [
        f"r{number} {direction}" for number in range(4) for direction in ("upgrade", "downgrade", "upgrade")
    ]


def test_no_limit(files: MigrationFiles) -> None:
    threads = set(threading.enumerate())
    files.add("r1", 'op.execute("SELECT SLEEP(0.1)")')
    assert done(files.walk(step_timeout="0")) == ["r1 upgrade", "r1 downgrade", "r1 upgrade"]
    assert set(threading.enumerate()) <= threads


def test_what_the_process_had_before_is_left(files: MigrationFiles) -> None:
    threads = set(threading.enumerate())
    before = [signal.getsignal(each) for each in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGINT)]
    files.add("r1", "while True: pass")
    walk(files)
    after = [signal.getsignal(each) for each in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGINT)]
    assert after == before
    assert set(threading.enumerate()) <= threads


FOR_EVER = "\nimport time\ntime.sleep(1000)\n"


@pytest.mark.parametrize(
    ("env", "when", "line"), [(FOR_EVER + ENV, "before its first", 3), (ENV + FOR_EVER, "after its last", 11)]
)
def test_an_env_py_that_never_ends(tmp_path: Path, server: Server, env: str, when: str, line: int) -> None:
    files = MigrationFiles(tmp_path, server, env)
    files.add("r1", USERS, NO_USERS)
    with pytest.raises(ProjectError) as caught:
        walk(files)
    assert str(caught.value) == (
        f"stairway: env.py, {when} migration, was still running after 1 s, and was ended\n"
        f"  tried   at alembic/env.py:{line}: time.sleep(1000)\n"
        "  fix     let it end by itself\n"
        "          or raise step_timeout in [tool.stairway], in seconds; 0 is no limit"
    )


ASYNC_ENV = """\
import asyncio
from alembic import context
from sqlalchemy.ext.asyncio import async_engine_from_config
from sqlalchemy import pool

def migrate(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()

async def run():
    engine = async_engine_from_config(context.config.get_section("alembic"), poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()

asyncio.run(run())
"""


@pytest.mark.parametrize("code", ["while True: pass", 'op.execute("SELECT SLEEP(1000)")'], ids=["loop", "statement"])
@pytest.mark.parametrize("in_thread", [False, True], ids=["main thread", "beside an event loop"])
def test_an_asynchronous_env_py(tmp_path: Path, server: Server, code: str, in_thread: bool) -> None:  # noqa: FBT001 - a case
    files = MigrationFiles(tmp_path, server, ASYNC_ENV)
    files.add("r9", code)
    files.add("r2", USERS, NO_USERS, down=None)

    async def beside() -> Record:
        return files.walk(step_timeout=LIMIT, driver="mysql+aiomysql")

    record = asyncio.run(beside()) if in_thread else files.walk(step_timeout=LIMIT, driver="mysql+aiomysql")
    assert done(record) == ["r9 upgrade: still running after 1 s", "r2 upgrade", "r2 downgrade", "r2 upgrade"]
    assert told(files, record).startswith("alembic/versions/r9.py:9  step-timeout\n")


def test_python_code_beside_an_event_loop_that_nothing_interrupts(files: MigrationFiles) -> None:
    files.add("r1", "import time\ntime.sleep(4)")

    async def beside() -> Record:
        return walk(files)

    with pytest.raises(ProjectError) as caught:
        asyncio.run(beside())
    assert str(caught.value) == (
        "stairway: upgrade of r1 was still running after 1 s, and nothing interrupts it\n"
        "  tried   at alembic/versions/r1.py:10: time.sleep(4)\n"
        "  fix     let it end by itself: it is in C code that looks at no signals\n"
        "          or raise step_timeout in [tool.stairway], in seconds; 0 is no limit"
    )
