"""Names that differ in case, on servers that keep the case of table names and on those that do not."""

from __future__ import annotations

import dataclasses
import sys
from typing import TYPE_CHECKING

import pytest

from pytest_stairway.servers import choose
from pytest_stairway.servers.rundir import RunDirectory
from tests.server.modelled_projects import ModelledProject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_stairway.servers.interface import Request, Server
    from pytest_stairway.servers.places import Places

ONE_OF_EACH_VENDOR = True  # see conftest.py

MODELS = """\
accounts = made("UserAccounts", sa.Column("Name", sa.String(20)))
orders = made("Orders", sa.Column("user_id", sa.Integer, sa.ForeignKey("UserAccounts.id", name="FK_Orders_User")))
sa.Index("IX_Name", accounts.c.Name)
event.listen(metadata, "after_create", sa.DDL("CREATE VIEW UserNames AS SELECT Name FROM UserAccounts"))
event.listen(accounts, "after_create", sa.DDL(
    "CREATE TRIGGER Trimmed BEFORE INSERT ON UserAccounts FOR EACH ROW SET NEW.Name = TRIM(NEW.Name)"))
"""
ACCOUNTS = """\
op.create_table("UserAccounts", sa.Column("id", sa.Integer, primary_key=True), sa.Column("Name", sa.String(20)))
op.create_index("IX_Name", "UserAccounts", ["Name"])
op.execute("CREATE TRIGGER Trimmed BEFORE INSERT ON UserAccounts FOR EACH ROW SET NEW.Name = TRIM(NEW.Name)")
"""
ORDERS = """\
op.create_table("Orders", sa.Column("id", sa.Integer, primary_key=True), sa.Column("user_id", sa.Integer))
op.create_foreign_key("FK_Orders_User", "Orders", "UserAccounts", ["user_id"], ["id"])
op.execute("CREATE VIEW UserNames AS SELECT Name FROM UserAccounts")
"""
REVISIONS = (
    (ACCOUNTS, 'op.drop_table("UserAccounts")'),
    (ORDERS, 'op.execute("DROP VIEW UserNames")\nop.drop_table("Orders")'),
    ('op.execute("INSERT INTO UserAccounts (Name) VALUES (1)")', 'op.execute("DELETE FROM UserAccounts")'),
)
LOWER = "lower_case_table_names"


@pytest.fixture(scope="module", params=["0", "1"], ids=["case kept", "lower case"])
def lower(request: pytest.FixtureRequest) -> str:
    value: str = request.param
    return value


@pytest.fixture(scope="module")
def running(kind: Request, lower: str, places: Places, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    run = RunDirectory.create(tmp_path_factory.mktemp("runs", numbered=True))
    try:
        started = choose.start(dataclasses.replace(kind, variables=((LOWER, lower),)), run, places)
        yield started
        started.stop()
    finally:
        run.clean()


@pytest.fixture
def project(tmp_path: Path, running: Server) -> Iterator[ModelledProject]:
    yield ModelledProject(tmp_path, running)
    sys.modules.pop("models_of_a_test", None)


def test_mixed_case_alone_is_nothing_to_tell(project: ModelledProject) -> None:
    assert project.verified(MODELS, *REVISIONS) == ""


def test_drift_is_told_at_the_model_whatever_the_server_calls_its_table(project: ModelledProject, lower: str) -> None:
    upgrade, downgrade = (
        "op.drop_index('IX_Name', 'UserAccounts')",
        "op.create_index('IX_Name', 'UserAccounts', ['Name'])",
    )
    table = "UserAccounts" if lower == "0" else "useraccounts"
    assert project.verified(MODELS, *REVISIONS, (upgrade, downgrade)) == (
        "models_of_a_test.py  drift-missing\n"
        f"  index IX_Name on {table} is in the models and no migration creates it: KEY `IX_Name` (`Name`)\n"
        "  Change the models, or add a revision with\n"
        "      def upgrade():\n"
        f'          op.create_index("IX_Name", "{table}", ["Name"])\n\n'
        "      def downgrade():\n"
        f'          op.drop_index("IX_Name", table_name="{table}")'
    )


def test_tables_whose_names_differ_in_case(project: ModelledProject, lower: str) -> None:
    """On a server that keeps the case they are two tables."""
    models = 'made("users")\nmade("posts", sa.Column("user", sa.Integer, sa.ForeignKey("users.id", name="fk_user")))\n'
    posts = "CREATE TABLE Posts (id INT PRIMARY KEY AUTO_INCREMENT, user INT, CONSTRAINT fk_user FOREIGN KEY (user)"
    users = "CREATE TABLE Users (id INT PRIMARY KEY AUTO_INCREMENT)"
    outcomes = project.outcomes(models, users, f"{posts} REFERENCES Users (id))")
    told = sorted(each.object for each in outcomes if hasattr(each, "object"))
    assert told == (["Posts", "Users", "posts", "users"] if lower == "0" else [])


def test_keys_whose_names_differ_in_case_are_the_same(project: ModelledProject) -> None:
    models = """\
boss = sa.Column("boss", sa.Integer, sa.ForeignKey("users.id", name="fk_b"))
users = made("users", sa.Column("name", sa.String(9)), boss)
sa.Index("ix_name", users.c.name)
users.append_constraint(sa.CheckConstraint("boss > 1", name="ck_b"))
"""
    assert (
        project.told(
            models,
            "CREATE TABLE users (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(9), boss INT, KEY IX_NAME (name), "
            "CONSTRAINT FK_B FOREIGN KEY (boss) REFERENCES users (id), CONSTRAINT CK_B CHECK (boss > 1))",
        )
        == ""
    )


def test_a_start_of_the_counter(project: ModelledProject, lower: str) -> None:
    models = 'sa.Table("Users", metadata, sa.Column("id", sa.Integer, primary_key=True), mysql_auto_increment="1000")\n'
    (found,) = project.outcomes(models, "CREATE TABLE Users (id INT PRIMARY KEY AUTO_INCREMENT)")
    assert getattr(found, "message", "").splitlines()[0] == (
        f"{'Users' if lower == '0' else 'users'} is AUTO_INCREMENT=1 after all migrations; "
        "the models say AUTO_INCREMENT=1000"
    )


def test_hooks_are_given_the_models_own_tables(project: ModelledProject, lower: str) -> None:
    project.configure(include_object="lambda o, *_: not o.info.get('skip')")
    models = 'made("Users", sa.Column("Name", sa.String(9))).info["skip"] = True\n'
    assert project.told(models, "CREATE TABLE Users (id INT PRIMARY KEY AUTO_INCREMENT)") == (
        "left out: alembic/env.py:10: include_object or include_name leaves out what differs: "
        f"{'Users' if lower == '0' else 'users'}.Name"
    )
