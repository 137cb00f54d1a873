"""Rows are compared by primary key where there is one, in the columns that were there all the time."""

from __future__ import annotations

from pytest_stairway.schema.model import Kind, Schema
from pytest_stairway.walk.record import ChangedValue, RowLoss
from pytest_stairway.walk.rows import TableRows, counts, losses, sql_value

ROLES = "CREATE TABLE `roles` (\n  `id` int NOT NULL,\n  `name` varchar(20),\n  PRIMARY KEY (`id`)\n)"
UPGRADED = Schema({(Kind.TABLE, "roles"): ROLES})


def roles(*rows: tuple[object, ...], columns: tuple[str, ...] = ("id", "name")) -> dict[str, TableRows]:
    return {"roles": TableRows(columns, ("id",), rows)}


def test_equal_rows_in_another_order_are_no_loss() -> None:
    assert losses(roles((1, "a"), (2, "b")), UPGRADED, roles((2, "b"), (1, "a"))) == ()


def test_rows_that_were_added_are_no_loss() -> None:
    assert losses(roles((1, "a")), UPGRADED, roles((1, "a"), (2, "b"))) == ()


def test_a_column_in_another_place_is_no_loss() -> None:
    assert losses(roles((1, "a")), UPGRADED, roles(("a", 1), columns=("name", "id"))) == ()


def test_rows_and_values_are_named_by_their_key() -> None:
    assert losses(roles((1, "a"), (2, "b")), UPGRADED, roles((1, "x"))) == (
        RowLoss("roles", 2, ("id = 2",), (ChangedValue("id = 1", "name", "'a'", "'x'"),)),
    )


def test_a_time_that_the_server_writes_at_each_update_is_no_loss() -> None:
    users = Schema(
        {
            (Kind.TABLE, "users"): "CREATE TABLE `users` (\n  `id` int NOT NULL,\n  `name` varchar(20),\n"
            "  `seen` timestamp NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),\n"
            "  `since` timestamp(6) GENERATED ALWAYS AS ROW START,\n  PRIMARY KEY (`id`)\n)"
        }
    )
    columns = ("id", "name", "seen", "since")
    before = {"users": TableRows(columns, ("id",), ((1, "a", "12:00", "11:00"),))}
    touched = {"users": TableRows(columns, ("id",), ((1, "a", "12:01", "12:01"),))}
    changed = {"users": TableRows(columns, ("id",), ((1, "b", "12:01", "12:01"),))}
    assert losses(before, users, touched) == ()
    assert losses(before, users, changed) == (RowLoss("users", 1, (), (ChangedValue("id = 1", "name", "'a'", "'b'"),)),)
    assert losses(before, users, {}) == (RowLoss("users", 1, ("id = 1",)),)


def test_an_emptied_table_has_lost_all_its_rows() -> None:
    assert losses(roles((1, "a")), UPGRADED, {}) == (RowLoss("roles", 1, ("id = 1",)),)


def test_a_table_that_the_upgrade_dropped_is_marked_so() -> None:
    assert losses(roles((1, "a")), Schema({}), {}) == (RowLoss("roles", 1, ("id = 1",), dropped_by_upgrade=True),)


def test_without_a_key_equal_rows_are_counted() -> None:
    before = {"log": TableRows(("name",), (), (("a",), ("a",), ("b",)))}
    after = {"log": TableRows(("name",), (), (("a",), ("b",)))}
    upgraded = Schema({(Kind.TABLE, "log"): "CREATE TABLE `log` (\n  `name` varchar(20)\n)"})
    assert losses(before, upgraded, after) == (RowLoss("log", 3, ("name = 'a'",)),)


def test_a_table_that_was_too_large_to_read_is_not_compared() -> None:
    unread = {"roles": TableRows(("id", "name"), ("id",), None)}
    assert losses(unread, UPGRADED, {}) == ()
    assert losses(roles((1, "a")), UPGRADED, unread) == ()
    assert counts({**roles((1, "a")), "many": unread["roles"]}) == {"roles": 1, "many": None}


def test_values_are_written_as_sql() -> None:
    assert [sql_value(value) for value in (None, 7, "it's", b"\x00\xff", "x" * 70, b"y" * 30)] == [
        "NULL", "7", "'it''s'", "0x00ff", f"'{'x' * 60}...'", f"0x{'79' * 20}...",
    ]  # fmt: skip
