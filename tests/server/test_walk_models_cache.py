"""The models' schema is kept from one run to the next, and never where something else would come of them now."""

from __future__ import annotations

import contextlib
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import DDL, CheckConstraint, Column, Integer, MetaData, String, Table, event
from sqlalchemy.dialects import mysql

from pytest_stairway.schema.model import Kind, Schema
from pytest_stairway.servers.database import connect
from pytest_stairway.settings import Settings
from pytest_stairway.walk.models import ModelsSource

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_stairway.servers.interface import Server

ONE_OF_EACH_VENDOR = True


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Begin with an empty cache: this directory."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "pytest-stairway" / "models"


def models(length: int = 20) -> MetaData:
    metadata = MetaData()
    Table("users", metadata, Column("id", Integer, primary_key=True), Column("name", String(length), index=True))
    return metadata


def rows(server: Server, statement: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(connect(server.address)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def built(server: Server, metadata: MetaData) -> Schema:
    environment: Any = SimpleNamespace(server=server, settings=Settings())
    source = ModelsSource(metadatas=(metadata,), dialect=mysql.dialect())
    made, reason = source.build(environment, Schema({}))
    assert made is not None, reason
    return made.schema


def created(server: Server, metadata: MetaData) -> tuple[Schema, int]:
    """Return the models' schema, and how many databases were created for it."""
    counter = "SHOW GLOBAL STATUS LIKE 'Com_create_db'"
    before = int(rows(server, counter)[0][1])
    schema = built(server, metadata)
    return schema, int(rows(server, counter)[0][1]) - before


@contextlib.contextmanager
def global_variable(server: Server, name: str, value: str) -> Iterator[None]:
    [(before,)] = rows(server, f"SELECT @@GLOBAL.{name}")
    rows(server, f"SET GLOBAL {name} = {value}")
    try:
        yield
    finally:
        rows(server, f"SET GLOBAL {name} = {before}")


def test_the_same_models_are_created_once(server: Server, kept: Path) -> None:
    first, creations = created(server, models())
    again, creations_again = created(server, models())
    assert (creations, creations_again) == (1, 0)
    assert again == first
    assert again.collations == first.collations
    assert [path.suffixes for path in kept.iterdir()] == [[".json", ".gz"]]


def test_models_that_changed_are_created_again(server: Server) -> None:
    created(server, models())
    schema, creations = created(server, models(length=21))
    assert creations == 1
    assert "varchar(21)" in schema.objects[Kind.TABLE, "users"]


def test_a_variable_that_decides_about_the_schema_counts(server: Server) -> None:
    created(server, models())
    with global_variable(server, "default_storage_engine", "MyISAM"):
        schema, creations = created(server, models())
    assert creations == 1
    assert "ENGINE=MyISAM" in schema.objects[Kind.TABLE, "users"]


def test_ddl_events_count(server: Server) -> None:
    created(server, models())
    for text in ("CREATE VIEW v AS SELECT 1 AS one", "CREATE VIEW v AS SELECT 2 AS one"):
        metadata = models()
        event.listen(metadata, "after_create", DDL(text))
        schema, creations = created(server, metadata)
        assert creations == 1
        assert schema.objects[Kind.VIEW, "v"].endswith(text[len("CREATE VIEW v AS SELECT ")] + " AS `one`")


def test_models_with_listeners_that_are_functions_are_always_created(server: Server, kept: Path) -> None:
    metadata = models()
    event.listen(metadata, "after_create", lambda _target, connection, **_: connection.exec_driver_sql("SELECT 1"))
    assert [created(server, metadata)[1] for _ in range(2)] == [1, 1]
    assert not kept.exists()


def test_ddl_that_asks_a_function_whether_to_run_is_always_created(server: Server) -> None:
    metadata = models()
    statement = DDL("CREATE VIEW v AS SELECT 1 AS one").execute_if(callable_=lambda *_, **__: True)
    event.listen(metadata, "after_create", statement)
    assert [created(server, metadata)[1] for _ in range(2)] == [1, 1]


def test_what_another_database_could_have_a_part_in_is_always_created(server: Server) -> None:
    rows(server, "CREATE DATABASE another")
    try:
        assert [created(server, models())[1] for _ in range(2)] == [1, 1]
    finally:
        rows(server, "DROP DATABASE another")


def test_models_that_cannot_be_created_are_not_kept(server: Server, kept: Path) -> None:
    metadata = models()
    Table("wrong", metadata, Column("a", String(9), server_default="longer than that"))
    assert [created(server, metadata)[1] > 0 for _ in range(2)] == [True, True]
    assert not kept.exists()


def test_a_damaged_file_is_replaced(server: Server, kept: Path) -> None:
    schema, _ = created(server, models())
    [path] = kept.iterdir()
    whole = path.read_bytes()
    for damaged in (b"", b"no gzip", whole[:50]):
        path.write_bytes(damaged)
        assert created(server, models()) == (schema, 1)
    assert created(server, models()) == (schema, 0)


def test_a_cache_that_cannot_be_written_costs_no_more_than_time(server: Server, kept: Path) -> None:
    kept.parent.mkdir()
    kept.write_text("a file where the directory should be", encoding="utf-8")
    schema, creations = created(server, models())
    assert ((Kind.TABLE, "users") in schema.objects, creations) == (True, 1)


def test_the_statements_sent_are_those_of_create_all(server: Server) -> None:
    def percent() -> MetaData:
        metadata = models()
        even = CheckConstraint("id % 2 = 0", name="even")
        Table("t", metadata, Column("id", Integer), Column("a", String(9), server_default="5%", comment="50%s"), even)
        event.listen(metadata, "after_create", DDL("CREATE VIEW v AS SELECT id FROM t WHERE a LIKE '%%x%%'"))
        return metadata

    by_create_all = percent()
    event.listen(by_create_all, "after_create", lambda *_, **__: None)
    assert built(server, percent()) == built(server, by_create_all)
