"""Operations are read from a revision file without running it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from pytest_stairway.history.operations import NotLiteral, operations

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_stairway.history.operations import Operation

    Read = Callable[[str], tuple[Operation, ...]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read(body: str) -> tuple[Operation, ...]:
        file = tmp_path / "0001.py"
        file.write_text(f"def upgrade():\n{textwrap.indent(textwrap.dedent(body).strip(), '    ')}\n")
        return operations(file)

    return read


def test_arguments_have_their_names_however_they_are_given(read: Read) -> None:
    first, second = read(
        """
        op.drop_index(op.f("ix_users_name"), table_name="users")
        op.drop_index("ix_users_name", "users")
        """
    )
    assert first.values == second.values == {"index_name": "ix_users_name", "table_name": "users"}


def test_a_batch_block_gives_its_operations_the_table(read: Read) -> None:
    _, operation = read(
        """
        with op.batch_alter_table("users", schema=None) as batch_op:
            batch_op.drop_constraint(None, type_="foreignkey")
        """
    )
    assert (operation.table, operation.is_batch, operation.block_line) == ("users", True, 2)
    assert operation.values == {"constraint_name": None, "table_name": "users", "type_": "foreignkey"}


def test_two_batch_blocks_of_one_name_are_told_apart(read: Read) -> None:
    found = read(
        """
        with op.batch_alter_table("users") as batch_op:
            batch_op.drop_column("name")
        with op.batch_alter_table("roles") as batch_op:
            batch_op.drop_column("name")
        """
    )
    assert [operation.table for operation in found if operation.is_batch] == ["users", "roles"]


def test_a_value_that_only_running_would_give(read: Read) -> None:
    (operation,) = read("op.drop_table(TABLE)")
    assert operation.values == {"table_name": NotLiteral()}
    assert operation.table is None


def test_arguments_that_are_unpacked_have_no_names(read: Read) -> None:
    (operation,) = read('op.drop_table("users", **OPTIONS)')
    assert operation.values == {"table_name": "users", "**": NotLiteral()}


def test_an_operation_stands_on_all_of_its_lines(read: Read) -> None:
    (operation,) = read('op.drop_index(\n    "ix_users_name",\n    table_name="users",\n)')
    assert [line for line in range(1, 8) if operation.stands_on(line)] == [2, 3, 4, 5]


def test_a_file_that_cannot_be_read_has_none(tmp_path: Path) -> None:
    (tmp_path / "0001.py").write_text("def upgrade(:")
    assert operations(tmp_path / "0001.py") == ()
    assert operations(tmp_path / "0002.py") == ()
