"""Models and migrations that name a database of their own by `schema=`, beside the one that env.py connects to."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.server.modelled_projects import ModelledProject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_stairway.servers.interface import Server

ONE_OF_EACH_VENDOR = True  # see conftest.py

USERS = "CREATE TABLE users (id INT PRIMARY KEY AUTO_INCREMENT)"
POSTS = "CREATE TABLE posts (id INT PRIMARY KEY AUTO_INCREMENT, user INT, FOREIGN KEY (user) REFERENCES users (id))"
ELSEWHERE = """\
sa.Table("users", metadata, sa.Column("id", sa.Integer, primary_key=True), schema={schema!r})
made("posts", sa.Column("user", sa.Integer, sa.ForeignKey("{schema}.users.id")))
"""


@pytest.fixture
def project(tmp_path: Path, server: Server) -> Iterator[ModelledProject]:
    yield ModelledProject(tmp_path, server)
    sys.modules.pop("models_of_a_test", None)


def translating(project: ModelledProject, to: str) -> None:
    """Have env.py give its connection a `schema_translate_map` from "shop"."""
    options = f"execution_options(schema_translate_map={{'shop': {to}}})"
    project.rewrite_env("connection=connection", f"connection=connection.{options}")


def test_models_of_another_database_are_told_and_the_others_compared(project: ModelledProject) -> None:
    """A foreign key may refer to a database that is not there: the server is told not to look."""
    refers = "SET foreign_key_checks = 0", POSTS.replace("users", "billing.users")
    models = ELSEWHERE.format(schema="billing") + 'made("users")\n'
    assert project.told(models, USERS, *refers) == (
        "not checked: alembic/env.py:10: billing.users of the models: schema= names another database, "
        "and only the project's own is compared"
    )


def test_a_schema_that_is_translated_to_the_own_database(project: ModelledProject) -> None:
    translating(project, "None")
    assert project.told(ELSEWHERE.format(schema="shop"), USERS, POSTS) == ""


def test_a_schema_that_is_translated_to_the_own_database_by_its_name(project: ModelledProject) -> None:
    translating(project, "engine.url.database")
    assert project.told(ELSEWHERE.format(schema="shop"), USERS, POSTS) == ""


def test_a_schema_that_is_translated_to_another_database(project: ModelledProject) -> None:
    translating(project, "'billing'")
    assert project.told(
        'sa.Table("users", metadata, sa.Column("id", sa.Integer, primary_key=True), schema="shop")\n',
        "SET @nothing = 1",
    ) == (
        "not checked: alembic/env.py:10: billing.users of the models: schema= names another database, "
        "and only the project's own is compared"
    )


def test_include_schemas_alone_changes_nothing(project: ModelledProject) -> None:
    project.configure(include_schemas="True")
    assert project.told('made("users")\n', USERS) == ""
