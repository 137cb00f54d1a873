"""What the project asks to leave out of the comparison with its models: by env.py's hooks, or by the settings."""

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
MORE = "CREATE TABLE users (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(19), old INT, KEY ix_old (old))"
LEGACY = "CREATE TABLE legacy_a (id INT PRIMARY KEY)"
MODELS = 'users = made("users", sa.Column("name", sa.String(9), info={"skip": True}))\n'


@pytest.fixture
def project(tmp_path: Path, server: Server) -> Iterator[ModelledProject]:
    yield ModelledProject(tmp_path, server)
    sys.modules.pop("models_of_a_test", None)


def left_out(objects: str) -> str:
    return f"left out: alembic/env.py:10: include_object or include_name leaves out what differs: {objects}"


@pytest.mark.parametrize(
    ("hook", "text"),
    [
        ("include_object", "lambda _o, name, kind, _r, _c: not (kind == 'table' and name.startswith('legacy_'))"),
        ("include_object", "lambda _o, _n, kind, reflected, other: not (kind == 'table' and reflected and not other)"),
        ("include_name", "lambda name, kind, _parents: kind != 'table' or name in metadata.tables"),
        (
            "include_name",
            "lambda _n, kind, parents: kind != 'table' or parents['schema_qualified_table_name'] in metadata.tables",
        ),
        ("include_name", "lambda name, kind, _parents: kind != 'schema' or name == 'billing'"),
    ],
)
def test_a_table_of_the_database_alone(project: ModelledProject, hook: str, text: str) -> None:
    """These are the ways in which Alembic's cookbook leaves tables out."""
    project.configure(**{hook: text})
    assert project.told(MODELS, USERS, LEGACY) == left_out("legacy_a")


@pytest.mark.parametrize(
    ("hook", "text", "objects"),
    [
        ("include_object", "lambda o, *_: not o.info.get('skip')", ["users.name"]),
        ("include_object", "lambda _o, name, *_: name != 'ix_old'", ["index ix_old on users"]),
        (
            "include_object",
            "lambda _o, _n, _kind, reflected, other: not reflected or other is not None",
            ["index ix_old on users", "users.old"],
        ),
        (
            "include_name",
            "lambda name, kind, parents: (kind, name, parents.get('table_name')) != ('column', 'old', 'users')",
            ["users.old"],
        ),
    ],
)
def test_parts_of_a_table(project: ModelledProject, hook: str, text: str, objects: list[str]) -> None:
    """What both sides have is never asked about as something that only the database has."""
    project.configure(**{hook: text})
    outcomes = project.outcomes(MODELS, MORE)
    told = {each.object for each in outcomes if isinstance(each, Finding)}
    assert told == {"users.name", "users.old", "index ix_old on users"} - set(objects)
    (reason,) = [each.reason for each in outcomes if not isinstance(each, Finding)]
    assert reason.endswith(f"leaves out what differs: {' and '.join(objects)}")


def test_a_foreign_key_goes_with_the_index_that_it_needs(project: ModelledProject) -> None:
    project.configure(include_object="lambda _o, name, *_: name != 'fk_user'")
    posts = "CREATE TABLE posts (id INT PRIMARY KEY AUTO_INCREMENT, user INT, CONSTRAINT fk_user FOREIGN KEY (user) "
    models = MODELS + 'made("posts", sa.Column("user", sa.Integer))\n'
    assert project.told(models, USERS, f"{posts} REFERENCES users (id))") == left_out(
        "foreign key fk_user on posts and index fk_user on posts"
    )


def test_a_trigger_goes_with_its_table(project: ModelledProject) -> None:
    project.configure(include_name="lambda name, kind, _parents: kind != 'table' or name in metadata.tables")
    trigger = "CREATE TRIGGER numbered BEFORE INSERT ON legacy_a FOR EACH ROW SET NEW.id = 1"
    assert project.told(MODELS, USERS, LEGACY, trigger) == left_out("legacy_a and trigger numbered")


def test_a_view_that_is_mapped_as_a_table(project: ModelledProject) -> None:
    """Autogenerate would create a table for it, unless a hook says that there is none to create."""
    project.configure(include_object="lambda o, *_: not o.info.get('is_view')")
    models = MODELS + 'made("names").info["is_view"] = True\n'
    assert project.told(models, USERS, "CREATE VIEW names AS SELECT id FROM users") == left_out("names and view names")


def test_a_hook_that_raises(project: ModelledProject) -> None:
    project.configure(include_object="lambda o, *_: o.info['kind']")
    assert project.told(MODELS, USERS) == (
        "not checked: alembic/env.py:10: include_object of env.py raised KeyError: 'kind' for the table users"
    )


def test_a_hook_that_knows_no_schema_without_a_name(project: ModelledProject) -> None:
    project.configure(include_name="lambda name, kind, _parents: name.startswith('u')")
    assert project.told(MODELS, USERS) == (
        "not checked: alembic/env.py:10: include_name of env.py raised AttributeError: 'NoneType' object has no "
        "attribute 'startswith' for the schema None, which is the database itself"
    )


BILLING = "the billing service answers for it"


@pytest.mark.parametrize(
    ("pattern", "statement", "told"),
    [
        ("legacy_*", LEGACY, "legacy_a"),
        ("LEGACY_A", LEGACY, "legacy_a"),
        ("v_*", "CREATE VIEW v_names AS SELECT name FROM users", "view v_names"),
        ("ping", "CREATE PROCEDURE ping() SELECT 1", "procedure ping"),
        ("users.old", "ALTER TABLE users ADD old INT", "users.old"),
        ("users.ix_*", "CREATE INDEX ix_name ON users (name)", "index ix_name on users"),
        ("numbered", "CREATE TRIGGER numbered BEFORE INSERT ON users FOR EACH ROW SET NEW.id = 1", "trigger numbered"),
    ],
)
def test_what_is_meant_to_be_in_the_database_alone(
    project: ModelledProject, pattern: str, statement: str, told: str
) -> None:
    project.set(f'only_in_database = {{"{pattern}" = "{BILLING}"}}')
    assert project.told(MODELS, USERS, statement) == (
        f"left out: pyproject.toml:2: {told}, only in the database: {BILLING}"
    )


def test_a_pattern_leaves_out_nothing_that_the_models_have_as_well(project: ModelledProject) -> None:
    project.set(f'only_in_database = {{"users*" = "{BILLING}"}}')
    told = [(each.code, each.object) for each in project.outcomes(MODELS, MORE) if isinstance(each, Finding)]
    assert told == [("drift-changed", "users.name")]


def test_a_pattern_that_leaves_nothing_out(project: ModelledProject) -> None:
    project.set(f'only_in_database = {{"legacy_*" = "{BILLING}"}}')
    assert project.told(MODELS, USERS) == (
        "pyproject.toml:2  only-in-database-unused\n"
        '  only_in_database "legacy_*" matches nothing that only the database has after all migrations\n'
        '  Take "legacy_*" out of only_in_database in [tool.stairway].'
    )
