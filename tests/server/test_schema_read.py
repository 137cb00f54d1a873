"""Snapshots of real databases: complete, the same whoever asks, and kept up to date by reading what was touched."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pymysql
import pytest

from pytest_stairway.schema.model import Kind
from pytest_stairway.schema.read import SchemaReader
from pytest_stairway.servers.database import connect, create_database, drop_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pymysql.connections import Connection
    from pymysql.cursors import Cursor

    from pytest_stairway.servers.interface import Server


@pytest.fixture
def connection(server: Server, database: str) -> Iterator[Connection[Cursor]]:
    """Connect for the statements whose effect is read."""
    with contextlib.closing(connect(server.address, database)) as connection:
        yield connection


@pytest.fixture
def reader(server: Server, database: str) -> Iterator[SchemaReader]:
    with contextlib.closing(connect(server.address, database)) as connection:
        yield SchemaReader(connection, database, server.flavor, frozenset({"alembic_version"}))


def run(connection: Connection[Cursor], *statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


NAMES = ("it's", "a`b", "100%s", "two words", "größe", "a;b", 'a"b', "key", "a.b", "{database}")

# What a migration does, and the names that its statement mentions.
STEPS = (
    ("CREATE TABLE a (id INT PRIMARY KEY, x INT, UNIQUE KEY (x))", {"a"}),
    ("CREATE TABLE b (id INT PRIMARY KEY, a INT, CONSTRAINT f FOREIGN KEY (a) REFERENCES a (x))", {"b", "a"}),
    ("CREATE TABLE other (id INT PRIMARY KEY)", {"other"}),
    ("CREATE VIEW v AS SELECT id, x FROM a", {"v", "a"}),
    ("CREATE VIEW w AS SELECT id FROM v", {"w"}),
    ("ALTER TABLE a ADD y VARCHAR(9)", {"A"}),
    ("ALTER TABLE b RENAME COLUMN a TO a_id", {"b"}),
    ("ALTER TABLE a CHANGE x z INT", {"a"}),
    ("ALTER TABLE a RENAME TO c", {"a", "c"}),
    ("CREATE TRIGGER g BEFORE INSERT ON c FOR EACH ROW SET NEW.y = 'x'", {"g"}),
    ("CREATE TRIGGER h BEFORE INSERT ON c FOR EACH ROW PRECEDES g SET NEW.y = 'y'", {"h"}),
    ("RENAME TABLE c TO d", {"c", "d"}),
    ("DROP TRIGGER h", {"h"}),
    ("CREATE PROCEDURE p() SELECT 1", {"p"}),
    ("ALTER PROCEDURE p COMMENT 'c'", {"p"}),
    ("CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1", {"f"}),
    ("CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1", {"e"}),
    ("ALTER EVENT e ON SCHEDULE EVERY 2 DAY", {"e"}),
    ("ALTER EVENT e RENAME TO e2", {"e", "e2"}),
    ("ALTER DATABASE COLLATE utf8mb4_bin", set()),
    ("INSERT INTO other VALUES (1)", {"other"}),
    ("ALTER TABLE b DROP FOREIGN KEY f", {"b"}),
    ("DROP VIEW v", {"v"}),
    ("DROP TABLE d", {"d"}),
    ("DROP PROCEDURE p", {"p"}),
    ("DROP EVENT e2", {"e2"}),
)


def test_a_refresh_of_what_was_touched_equals_a_full_read(reader: SchemaReader, connection: Connection[Cursor]) -> None:
    known = reader.read()
    for statement, touched in STEPS:
        run(connection, statement)
        known = reader.refresh(known, touched)
        assert known == reader.read(), statement


def test_a_refresh_without_a_change_returns_the_snapshot_itself(
    reader: SchemaReader, connection: Connection[Cursor]
) -> None:
    run(connection, "CREATE TABLE a (id INT AUTO_INCREMENT PRIMARY KEY)", "INSERT INTO a VALUES (7)")
    known = reader.read()
    assert all(reader.refresh(known, touched) is known for touched in ((), {"a"}, None))


def test_a_refresh_notes_counters_of_what_it_reads_which_are_no_change(
    reader: SchemaReader, connection: Connection[Cursor]
) -> None:
    run(connection, "CREATE TABLE a (id INT AUTO_INCREMENT PRIMARY KEY)")
    known = reader.read()
    run(connection, "INSERT INTO a VALUES (7)", "ALTER TABLE a AUTO_INCREMENT = 20")
    assert reader.refresh(known, ()) is known
    assert known.counters == {}
    for touched in ({"a"}, None):
        refreshed = reader.refresh(known, touched)
        assert refreshed == known
        assert refreshed.counters == {"a": 20}


def test_a_refresh_leaves_alone_what_was_not_touched(reader: SchemaReader, connection: Connection[Cursor]) -> None:
    run(connection, "CREATE TABLE a (id INT)", "CREATE TABLE b (id INT)")
    known = reader.read()
    run(connection, "ALTER TABLE a ADD x INT", "ALTER TABLE b ADD x INT")
    refreshed = reader.refresh(known, {"b"})
    assert refreshed.objects[Kind.TABLE, "a"] is known.objects[Kind.TABLE, "a"]
    assert refreshed.objects[Kind.TABLE, "b"] != known.objects[Kind.TABLE, "b"]


def test_a_database_of_more_tables_than_one_request_takes_is_read_whole(
    reader: SchemaReader, connection: Connection[Cursor]
) -> None:
    run(connection, ";".join(f"CREATE TABLE t{number:03} (id INT) ENGINE=MEMORY" for number in range(401)))
    with connection.cursor() as cursor:
        while cursor.nextset():
            pass
    assert reader.read().names(Kind.TABLE) == tuple(f"t{number:03}" for number in range(401))


@pytest.mark.parametrize("name", NAMES)
def test_a_table_of_any_name_is_read(reader: SchemaReader, connection: Connection[Cursor], name: str) -> None:
    quoted = "`" + name.replace("`", "``") + "`"
    run(connection, f"CREATE TABLE {quoted} ({quoted} INT PRIMARY KEY)")
    assert reader.read().objects[Kind.TABLE, name].startswith(f"CREATE TABLE {quoted} (\n  {quoted} int")


def test_the_version_table_takes_no_part(reader: SchemaReader, connection: Connection[Cursor]) -> None:
    run(connection, "CREATE TABLE alembic_version (id INT)", "CREATE TABLE a (id INT)")
    assert reader.read().names(Kind.TABLE) == ("a",)


def test_the_snapshot_does_not_depend_on_the_session(
    server: Server, database: str, reader: SchemaReader, connection: Connection[Cursor]
) -> None:
    run(connection, r"CREATE TABLE a (id INT COMMENT 'it''s \\ \n', x VARCHAR(9) DEFAULT 'a''b')")
    run(connection, "SET SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES', sql_quote_show_create = 0")
    assert SchemaReader(connection, database, server.flavor).read() == reader.read()


def test_who_created_an_object_does_not_count(reader: SchemaReader, connection: Connection[Cursor]) -> None:
    run(connection, "CREATE TABLE a (id INT)")
    texts = []
    for clause in ("", "DEFINER = 'nobody`s'@'nowhere'"):
        run(
            connection,
            f"CREATE {clause} VIEW v AS SELECT id FROM a",  # noqa: S608 - the clauses stand two lines above
            f"CREATE {clause} TRIGGER g BEFORE INSERT ON a FOR EACH ROW SET NEW.id = 1",
            f"CREATE {clause} PROCEDURE p() SELECT 1",
            f"CREATE {clause} EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1",
        )
        texts.append(reader.read())
        run(connection, "DROP VIEW v", "DROP TRIGGER g", "DROP PROCEDURE p", "DROP EVENT e")
    assert texts[0] == texts[1]
    assert {kind for kind, _ in texts[0].objects} >= {Kind.VIEW, Kind.TRIGGER, Kind.PROCEDURE, Kind.EVENT}


def test_a_view_of_a_table_that_is_gone_reads_as_before(reader: SchemaReader, connection: Connection[Cursor]) -> None:
    run(connection, "CREATE TABLE a (id INT, x INT)", "CREATE VIEW v AS SELECT id, concat(x, 1) FROM a WHERE x = 2")
    known = reader.read()
    run(connection, "DROP TABLE a")
    assert reader.refresh(known, {"a"}).objects[Kind.VIEW, "v"] == known.objects[Kind.VIEW, "v"]


def test_a_foreign_key_to_another_database_keeps_its_name(
    server: Server, reader: SchemaReader, connection: Connection[Cursor]
) -> None:
    other = create_database(server)
    try:
        run(connection, f"CREATE TABLE `{other}`.p (id INT PRIMARY KEY)")
        run(connection, f"CREATE TABLE a (id INT, CONSTRAINT f FOREIGN KEY (id) REFERENCES `{other}`.p (id))")
        schema = reader.read()
        run(connection, "DROP TABLE a")
    finally:
        drop_database(server, other)
    assert f"REFERENCES `{other}`.`p` (`id`)" in schema.objects[Kind.TABLE, "a"]
    assert schema.referencing({"p"}) == set()


def test_what_the_account_may_not_see_is_told_and_the_rest_is_read(
    server: Server, database: str, connection: Connection[Cursor]
) -> None:
    run(
        connection,
        "CREATE TABLE a (id INT)",
        "CREATE VIEW v AS SELECT id FROM a",
        "CREATE VIEW w AS SELECT 1",
        "CREATE TABLE z (id INT)",
        "CREATE PROCEDURE p() SELECT 1",
        "CREATE USER stairway_reader@localhost",
        "CREATE USER stairway_reader@'%'",
        # An account that may use everything and see the text of nothing.
        f"GRANT SELECT, EXECUTE ON `{database}`.* TO stairway_reader@localhost, stairway_reader@'%'",
    )
    address = replace(server.address, user="stairway_reader", password="")
    try:
        with contextlib.closing(connect(address, database)) as restricted:
            schema = SchemaReader(restricted, database, server.flavor).read()
    finally:
        run(connection, "DROP USER stairway_reader@localhost, stairway_reader@'%'")
    refused = "-- unreadable: SHOW VIEW command denied to user 'stairway_reader'@"
    texts = {name: text.split("localhost")[0] for (_, name), text in schema.objects.items()}
    assert (texts["v"][: len(refused)], texts["w"][: len(refused)]) == (refused, refused)
    assert texts["p"] == "-- unreadable: this account may not see its definition"
    assert schema.names(Kind.TABLE) == ("a", "z")


def test_a_lost_connection_is_no_property_of_an_object(
    server: Server, database: str, connection: Connection[Cursor]
) -> None:
    run(connection, "CREATE TABLE a (id INT)")
    with contextlib.closing(connect(server.address, database)) as lost:
        reader = SchemaReader(lost, database, server.flavor)
        run(connection, f"KILL {lost.thread_id()}")
        with pytest.raises(pymysql.MySQLError):
            reader.read()
