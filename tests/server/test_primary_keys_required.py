"""MySQL's generated invisible primary keys, shown or hidden, and its demand that every table has one."""

from __future__ import annotations

import dataclasses
import sys
from typing import TYPE_CHECKING

import pytest

from pytest_stairway.servers import choose
from pytest_stairway.servers.rundir import RunDirectory
from tests.server.modelled_projects import ModelledProject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytest_stairway.servers.interface import Request, Server
    from pytest_stairway.servers.places import Places

    Start = Callable[..., ModelledProject]

ONE_OF_EACH_VENDOR = True  # see conftest.py

SHOW = "show_gipk_in_create_table_and_information_schema"
MODELS = 'sa.Table("log", metadata, sa.Column("a", sa.Integer), sa.Column("b", sa.String(9)))\n'
CREATE = 'op.create_table("log", sa.Column("a", sa.Integer), sa.Column("b", sa.String(9)))'
DROP = 'op.drop_table("log")'


@pytest.fixture(scope="module", params=["ON", "OFF"], ids=["shown", "hidden"])
def generating(
    request: pytest.FixtureRequest, kind: Request, places: Places, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Run a server that generates primary keys, and shows them or not."""
    yield from _running(
        kind, places, tmp_path_factory, ("sql_generate_invisible_primary_key", "ON"), (SHOW, request.param)
    )


@pytest.fixture(scope="module")
def requiring(kind: Request, places: Places, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    yield from _running(kind, places, tmp_path_factory, ("sql_require_primary_key", "ON"))


def _running(
    kind: Request, places: Places, directories: pytest.TempPathFactory, *variables: tuple[str, str]
) -> Iterator[Server]:
    if "mariadb" in kind.server:
        pytest.skip("MariaDB has none of these variables")
    run = RunDirectory.create(directories.mktemp("runs", numbered=True))
    try:
        started = choose.start(dataclasses.replace(kind, variables=variables), run, places)
        yield started
        started.stop()
    finally:
        run.clean()


@pytest.fixture
def walking(tmp_path: Path) -> Iterator[Callable[[Server], ModelledProject]]:
    yield lambda server: ModelledProject(tmp_path, server)
    sys.modules.pop("models_of_a_test", None)


@pytest.mark.parametrize(
    "then",
    [
        ('op.execute("INSERT INTO log (a) VALUES (1)")', 'op.execute("DELETE FROM log")'),
        ('op.add_column("log", sa.Column("c", sa.Integer))', 'op.drop_column("log", "c")'),
        (f"{DROP}\n{CREATE}", "pass"),
    ],
)
def test_a_key_that_the_server_generates_is_nothing_to_tell(
    walking: Callable[[Server], ModelledProject], generating: Server, then: tuple[str, str]
) -> None:
    models = (
        MODELS.replace('sa.Column("b"', 'sa.Column("c", sa.Integer), sa.Column("b"') if '"c"' in then[0] else MODELS
    )
    assert walking(generating).verified(models, (CREATE, DROP), then) == ""


def test_a_column_beside_a_generated_key(walking: Callable[[Server], ModelledProject], generating: Server) -> None:
    create = CREATE.replace(', sa.Column("b", sa.String(9))', "")
    assert walking(generating).verified(MODELS, (create, DROP)) == (
        "models_of_a_test.py:11  drift-missing\n"
        "  log.b is in the models and no migration creates it: VARCHAR(9) NULL\n"
        "  Change the models, or add a revision with\n"
        "      def upgrade():\n"
        '          op.add_column("log", sa.Column("b", sa.String(9)))\n\n'
        "      def downgrade():\n"
        '          op.drop_column("log", "b")'
    )


def test_a_key_that_the_server_demands(walking: Callable[[Server], ModelledProject], requiring: Server) -> None:
    told = walking(requiring).verified(MODELS, (CREATE, DROP)).splitlines()
    assert [line for line in told if "3750" not in line and not line.startswith("not checked")] == [
        "models_of_a_test.py:11  models-uncreatable",
        "  statement: CREATE TABLE log ( a INTEGER, b VARCHAR(9) )",
        "  Give the table a primary key: primary_key=True of a column, or sa.PrimaryKeyConstraint(...).",
        "",
        "alembic/versions/r1.py:9  upgrade-fails",
        "  statement: CREATE TABLE log ( a INTEGER, b VARCHAR(9) )",
        "  Create the table with its primary key in one statement, and change a primary key in one ALTER TABLE.",
    ]
