"""Each statement is known by the line of the revision file that sent it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.server.walk_files import FIRST_LINE, USERS, MigrationFiles, lines

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_stairway.servers.interface import Server

ONE_OF_EACH_VENDOR = True  # see conftest.py


@pytest.fixture
def files(tmp_path: Path, server: Server) -> MigrationFiles:
    return MigrationFiles(tmp_path, server)


def test_plain_operations(files: MigrationFiles) -> None:
    files.add(
        "r1",
        f"""\
{USERS}
op.add_column("users",
    sa.Column("email", sa.String(90)))
op.create_index("ix", "users", ["email"])
""",
    )
    assert lines(files.walk().visits[0].up) == [
        ("CREATE TABLE", FIRST_LINE + 1), ("ALTER TABLE", FIRST_LINE + 2), ("CREATE INDEX", FIRST_LINE + 4),
    ]  # fmt: skip


def test_operations_in_a_batch_block(files: MigrationFiles) -> None:
    files.add(
        "r1",
        f"""\
{USERS}
with op.batch_alter_table("users") as batch:
    batch.add_column(sa.Column("email", sa.String(90)))
    batch.create_index("ix", ["email"])
op.bulk_insert(sa.table("users", sa.column("id")), [{{"id": 1}}])
""",
    )
    assert lines(files.walk().visits[0].up) == [
        ("CREATE TABLE", FIRST_LINE + 1), ("ALTER TABLE", FIRST_LINE + 3), ("CREATE INDEX", FIRST_LINE + 4),
        ("INSERT INTO", FIRST_LINE + 5),
    ]  # fmt: skip


def test_an_orm_session(files: MigrationFiles) -> None:
    files.add(
        "r1",
        f"""\
{USERS}
from sqlalchemy.orm import declarative_base
class User(declarative_base()):
    __tablename__ = "users"
    id = sa.Column(sa.Integer, primary_key=True)
session = Session(op.get_bind())
session.add(User(id=1))
session.flush()
""",
    )
    assert lines(files.walk().visits[0].up) == [("CREATE TABLE", FIRST_LINE + 1), ("INSERT INTO", FIRST_LINE + 8)]


def test_a_helper_in_the_same_file_is_where_the_statement_stands(files: MigrationFiles) -> None:
    files.add("r1", "make()", helpers=f"def make():\n    {USERS}")
    assert lines(files.walk().visits[0].up) == [("CREATE TABLE", FIRST_LINE)]


def test_a_helper_in_another_module_is_known_by_the_line_that_calls_it(files: MigrationFiles) -> None:
    module = f"helpers_in_{files.root.name}"  # not the one that another server's test imported
    (files.root / f"{module}.py").write_text(f"from alembic import op\ndef make():\n    {USERS}\n")
    files.import_from_root()
    files.add("r1", f"import {module}\n{module}.make()")
    assert lines(files.walk().visits[0].up) == [("CREATE TABLE", FIRST_LINE + 2)]


def test_a_failing_operation_of_a_batch_block_is_named_by_its_own_line(files: MigrationFiles) -> None:
    files.add(
        "r1",
        f"""\
{USERS}
with op.batch_alter_table("users") as batch:
    batch.drop_column("email")
    batch.drop_column("name")
""",
    )
    up = files.walk().visits[0].up
    assert up is not None
    assert up.failure is not None
    assert (up.failure.errno, up.failure.location.line) == (1091, FIRST_LINE + 3)


def test_an_error_of_a_raw_cursor_is_named_by_the_line_that_raised_it(files: MigrationFiles) -> None:
    files.add("r1", 'cursor = op.get_bind().connection.cursor()\ncursor.execute("DROP TABLE users")')
    up = files.walk().visits[0].up
    assert up is not None
    assert up.failure is not None
    assert (up.failure.errno, up.failure.location.line, up.failure.statement) == (1051, FIRST_LINE + 2, None)


def test_errors_do_not_name_the_scratch_database(files: MigrationFiles) -> None:
    files.add("r1", 'op.execute("ALTER TABLE users ADD email INT")')
    up = files.walk().visits[0].up
    assert up is not None
    assert up.failure is not None
    assert up.failure.error == "(1146) Table 'users' doesn't exist"
