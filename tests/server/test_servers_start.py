"""Each kind of server starts, answers, is prepared once, and leaves nothing behind."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text

from pytest_stairway.errors import ServerError
from pytest_stairway.flavor import Vendor
from pytest_stairway.servers import local, pristine
from pytest_stairway.servers.container import ContainerServer
from pytest_stairway.servers.database import connect, create_database, drop_database, sqlalchemy_url
from pytest_stairway.servers.interface import Request
from pytest_stairway.servers.local import LocalServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_stairway.servers.interface import Server
    from pytest_stairway.servers.places import Places
    from pytest_stairway.servers.rundir import RunDirectory

    Start = Callable[[Request], Server]
    LeftBy = Callable[[Path, Path], tuple[bool, bool, int, int]]

ORIGINS = {"mysqld": "local mysqld", "mariadbd": "local mariadbd"}


def fetch(server: Server, query: str, database: str | None = None) -> tuple[tuple[object, ...], ...]:
    with contextlib.closing(connect(server.address, database)) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return tuple(cursor.fetchall())


def test_a_server_says_who_it_is_and_where_it_comes_from(server: Server) -> None:
    ((version,),) = fetch(server, "SELECT VERSION()")
    assert (server.flavor.parse(str(version)), server.walk_address) == (server.flavor, server.address)
    assert server.origin in {"Docker mysql:9.7", *ORIGINS.values()} or server.origin.startswith("Docker ")


def test_a_database_has_the_servers_own_defaults(server: Server, database: str) -> None:
    assert fetch(server, "SELECT @@character_set_database, @@collation_database", database) == fetch(
        server, "SELECT @@character_set_server, @@collation_server"
    )


def test_the_flags_leave_the_sql_mode_and_time_zone_of_a_stock_server(server: Server) -> None:
    strict = "STRICT_TRANS_TABLES"
    ((mode, zone, names),) = fetch(server, "SELECT @@GLOBAL.sql_mode, @@GLOBAL.time_zone, @@lower_case_table_names")
    assert (strict in str(mode), zone, names) == (True, "SYSTEM", 0)


def test_routines_triggers_and_events_work(server: Server, database: str) -> None:
    for statement in (
        "CREATE TABLE t (a INT)",
        "CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1",
        "CREATE PROCEDURE p() SELECT 2",
        "CREATE TRIGGER before_t BEFORE INSERT ON t FOR EACH ROW SET NEW.a = f()",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1",
        "INSERT INTO t VALUES (5)",
    ):
        fetch(server, statement, database)
    assert fetch(server, "SELECT a FROM t", database) == ((1,),)
    assert fetch(server, "CALL p()", database) == ((2,),)


def test_sqlalchemy_reaches_a_database_by_the_url(server: Server, database: str) -> None:
    engine = create_engine(sqlalchemy_url(server.address, database))
    try:
        with engine.connect() as connection:
            assert connection.execute(text("SELECT DATABASE()")).scalar_one() == database
    finally:
        engine.dispose()


def test_dropping_a_database_ends_a_transaction_that_was_left_open_in_it(server: Server) -> None:
    name = create_database(server)
    fetch(server, "CREATE TABLE t (a INT) ENGINE = InnoDB", name)
    with contextlib.closing(connect(server.address, name)) as left, left.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT * FROM t")
        drop_database(server, name)
    assert fetch(server, f"SHOW DATABASES LIKE '{name}'") == ()


def test_a_database_that_is_not_of_this_run_is_not_dropped(server: Server) -> None:
    with pytest.raises(ValueError, match=r"^mysql is not a database of this run$"):
        drop_database(server, "mysql")


def test_the_second_start_copies_what_the_first_prepared(
    kind: Request, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    first = start(kind)
    first.stop()
    (prepared,) = (path for path in (tmp_path / "cache").rglob("*") if (path / "key.json").exists())
    (prepared / "data" / "marker").touch()
    second = start(kind)
    assert isinstance(second, LocalServer | ContainerServer)
    assert second.directory is not None
    assert (second.directory / "data" / "marker").exists()
    assert fetch(second, "SELECT 1") == ((1,),)


def test_stopping_twice_leaves_no_process_container_or_directory(
    kind: Request, run: RunDirectory, start: Start, left_by: LeftBy
) -> None:
    server = start(kind)
    assert isinstance(server, LocalServer | ContainerServer)
    assert server.directory is not None
    server.stop()
    server.stop()
    assert left_by(run.path, server.directory) == (True, False, 0, 0)


def test_a_run_ends_a_server_that_another_process_of_it_started(
    kind: Request, run: RunDirectory, start: Start, left_by: LeftBy
) -> None:
    server = start(kind)
    assert isinstance(server, LocalServer | ContainerServer)
    run.clean()
    assert server.directory is not None
    assert left_by(run.path, server.directory) == (False, False, 0, 0)


def test_settings_reach_the_server_and_the_data_directory_it_was_made_with(kind: Request, start: Start) -> None:
    variables = (
        ("lower_case_table_names", "1"),
        ("sql_mode", "ANSI_QUOTES"),
        ("character_set_server", "utf8mb4"),
        ("collation_server", "utf8mb4_bin"),
    )
    server = start(Request(server=kind.server, variables=variables))
    assert fetch(server, "SELECT @@lower_case_table_names, @@GLOBAL.sql_mode, @@collation_server") == (
        (1, "ANSI_QUOTES", "utf8mb4_bin"),
    )


def test_a_server_that_ends_at_start_shows_its_log_and_the_variables(kind: Request, start: Start) -> None:
    with pytest.raises(ServerError) as caught:
        start(Request(server=kind.server, variables=(("no_such_variable", "1"),)))
    assert any("unknown variable 'no_such_variable=1'" in line for line in caught.value.tried)
    assert caught.value.fix[0] == "correct the server variables in the settings: --no_such_variable=1"
    assert "at start" in caught.value.what


def test_the_last_words_are_of_the_servers_log(kind: Request, start: Start) -> None:
    server = start(kind)
    assert any("ready for connections" in line for line in server.remains.last_words())


def test_the_prepared_directory_depends_on_variables_that_act_when_it_is_made(places: Places) -> None:
    binary = local.find((Vendor.MYSQL, Vendor.MARIADB), places)
    plain = local.prepared_key(binary, Request())
    assert local.prepared_key(binary, Request(variables=(("sql_mode", "ANSI"),))) == plain
    assert pristine.cache_path(
        local.prepared_key(binary, Request(variables=(("lower_case_table_names", "1"),)))
    ) != pristine.cache_path(plain)
