"""Models that do more than declare tables, and tables that are not InnoDB's."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from pytest_stairway.findings import Finding
from tests.server.modelled_projects import ModelledProject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_stairway.servers.interface import Server

ONE_OF_EACH_VENDOR = True  # see conftest.py

USERS = "CREATE TABLE users (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(9))"
TRIGGER = "CREATE TRIGGER trimmed BEFORE INSERT ON users FOR EACH ROW SET NEW.name = TRIM(NEW.name)"
VIEW = "CREATE VIEW names AS SELECT name FROM users"
PROCEDURE = "CREATE PROCEDURE ping() SELECT 1"
EVENT = "CREATE EVENT swept ON SCHEDULE EVERY 1 DAY DO DELETE FROM users"
MODELS = f"""\
users = made("users", sa.Column("name", sa.String(9)))
event.listen(users, "after_create", sa.DDL({TRIGGER!r}))
event.listen(metadata, "after_create", sa.DDL({VIEW!r}))
event.listen(metadata, "after_create", sa.DDL({PROCEDURE!r}).execute_if(dialect=("mysql", "mariadb")))
event.listen(metadata, "after_create", sa.DDL("CREATE RULE no").execute_if(dialect="postgresql"))
event.listen(users, "after_create", sa.DDL({EVENT!r}))
"""
LISTENER = """\
def audit(target, connection, **kw):
    connection.exec_driver_sql("CREATE TABLE audit (id INT PRIMARY KEY)")


event.listen(users, "after_create", audit)
"""
REFUSED = 'made("refused", sa.Column("amount", sa.String(40000)))\n'
SELECTED = """\
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import DDLElement


class CreateView(DDLElement):
    def __init__(self, name, selected):
        self.name, self.selected = name, selected


@compiles(CreateView)
def create_view(element, compiler, **kw):
    return f"CREATE VIEW {element.name} AS {compiler.sql_compiler.process(element.selected, literal_binds=True)}"


users = made("users", sa.Column("name", sa.String(9)))
event.listen(metadata, "after_create", CreateView("named", sa.select(users.c.id).where(users.c.name != "")))
"""


@pytest.fixture
def project(tmp_path: Path, server: Server) -> Iterator[ModelledProject]:
    yield ModelledProject(tmp_path, server)
    sys.modules.pop("models_of_a_test", None)


def told(project: ModelledProject, models: str, *upgrade: str) -> list[str]:
    outcomes = project.outcomes(models, *upgrade)
    return sorted(f"{each.code} {each.object}" for each in outcomes if isinstance(each, Finding))


def test_what_ddl_events_create_is_what_migrations_create(project: ModelledProject) -> None:
    assert project.told(MODELS, USERS, TRIGGER, VIEW, PROCEDURE, EVENT) == ""


def test_what_ddl_events_create_and_migrations_do_not(project: ModelledProject) -> None:
    assert told(project, MODELS, USERS) == [
        "drift-missing event swept",
        "drift-missing procedure ping",
        "drift-missing trigger trimmed",
        "drift-missing view names",
    ]


def test_what_ddl_events_create_otherwise(project: ModelledProject) -> None:
    changed = TRIGGER.replace("TRIM", "LTRIM"), f"{VIEW} WHERE id > 1", PROCEDURE.replace("1", "2"), EVENT + " LIMIT 1"
    outcomes = project.outcomes(MODELS, USERS, *changed)
    assert [each.object for each in outcomes if isinstance(each, Finding) and "Not proved" not in each.remedy] == [
        "view names",
        "trigger trimmed",
        "procedure ping",
        "event swept",
    ]


def test_ddl_events_fire_once_though_tables_are_tried_one_by_one(project: ModelledProject) -> None:
    """Each would fail the second time: a view, trigger or table of its name is there already."""
    audit = "CREATE TABLE audit (id INT PRIMARY KEY)"
    statements = USERS, TRIGGER, VIEW, PROCEDURE, EVENT, audit
    assert told(project, MODELS + LISTENER + REFUSED, *statements) == ["models-uncreatable refused"]


def test_a_view_of_a_select(project: ModelledProject) -> None:
    """So do sqlalchemy-utils and the recipes that it comes from."""
    view = "CREATE VIEW named AS SELECT users.id FROM users WHERE users.name != ''"
    assert project.told(SELECTED, USERS, view) == ""


@pytest.fixture(params=["MyISAM", "MEMORY", "CSV", "Aria"])
def engine(request: pytest.FixtureRequest, server: Server) -> str:
    name: str = request.param
    if name == "Aria" and not server.flavor.is_mariadb:
        pytest.skip("Aria is MariaDB's")
    return name


def test_a_table_of_another_engine(project: ModelledProject, engine: str) -> None:
    models = 'sa.Table("log", metadata, sa.Column("a", sa.Integer, nullable=False), mysql_engine="{}")\n'
    log = f"CREATE TABLE log (a INT NOT NULL) ENGINE={engine}"
    assert project.told(models.format(engine), log) == ""


def test_a_table_that_only_migrations_give_another_engine(project: ModelledProject, engine: str) -> None:
    models = 'sa.Table("log", metadata, sa.Column("a", sa.Integer, nullable=False))\n'
    assert project.told(models, f"CREATE TABLE log (a INT NOT NULL) ENGINE={engine}") == (
        "models_of_a_test.py:11  drift-changed\n"
        f"  log is ENGINE={engine} after all migrations; the models say ENGINE=InnoDB\n"
        "  different: ENGINE\n"
        "  Change the models, or add a revision with\n"
        "      def upgrade():\n"
        '          op.execute("ALTER TABLE `log` ENGINE=InnoDB")\n\n'
        "      def downgrade():\n"
        f'          op.execute("ALTER TABLE `log` ENGINE={engine}")'
    )


def test_an_engine_that_the_server_does_not_have(project: ModelledProject, server: Server) -> None:
    models = 'sa.Table("log", metadata, sa.Column("a", sa.Integer), mysql_engine="FEDERATED")\nmade("users")\n'
    assert project.told(models, "CREATE TABLE users (id INT PRIMARY KEY AUTO_INCREMENT)") == (
        "models_of_a_test.py:11  models-uncreatable\n"
        f"  the models' table log cannot be created on {server.flavor}: (1286) Unknown storage engine 'FEDERATED'\n"
        "  statement: CREATE TABLE log ( a INTEGER )ENGINE=FEDERATED"
    )
