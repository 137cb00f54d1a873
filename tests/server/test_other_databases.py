"""Models and migrations that name a database of their own by `schema=`, beside the one that env.py connects to."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

import pytest

from pytest_stairway.errors import ServerError
from pytest_stairway.servers.database import connect, sqlalchemy_url
from pytest_stairway.servers.interface import Request
from tests.server.modelled_projects import ModelledProject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytest_stairway.servers.interface import Server

ONE_OF_EACH_VENDOR = True  # see conftest.py

USERS = "CREATE TABLE users (id INT PRIMARY KEY AUTO_INCREMENT)"
POSTS = "CREATE TABLE posts (id INT PRIMARY KEY AUTO_INCREMENT, user INT, FOREIGN KEY (user) REFERENCES users (id))"
ELSEWHERE = """\
sa.Table("users", metadata, sa.Column("id", sa.Integer, primary_key=True), schema={schema!r})
made("posts", sa.Column("user", sa.Integer, sa.ForeignKey("{schema}.users.id")))
"""


BILLING = """\
sa.Table(
    "users",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(9), index=True),
    schema="billing",
)
"""
CREATE = """\
columns = sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(9))
op.create_table("users", *columns, schema="billing")
op.create_index("ix_billing_users_name", "users", ["name"], schema="billing")
"""
DROP = 'op.drop_table("users", schema="billing")'
ONE_COLUMN_LESS = CREATE + """op.execute("ALTER TABLE billing.users ADD nick VARCHAR(9)")"""


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
        "not checked: alembic/env.py:10: billing.users of the models: schema= names another database; "
        'databases = ["billing"] in [tool.stairway] has it made for the walk and compared as well'
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
        "not checked: alembic/env.py:10: billing.users of the models: schema= names another database; "
        'databases = ["billing"] in [tool.stairway] has it made for the walk and compared as well'
    )


def test_include_schemas_alone_changes_nothing(project: ModelledProject) -> None:
    project.configure(include_schemas="True")
    assert project.told('made("users")\n', USERS) == ""


def databases(server: Server) -> set[str]:
    with contextlib.closing(connect(server.address)) as connection, connection.cursor() as cursor:
        cursor.execute("SHOW DATABASES")
        return {name for (name,) in cursor.fetchall()}


def test_a_database_that_is_not_there(project: ModelledProject, server: Server) -> None:
    assert project.verified("", (CREATE, DROP)).partition("\nnot checked")[0] == (
        "alembic/versions/r1.py:10  upgrade-fails\n"
        f"  upgrade of r1 fails on {server.flavor}: (1049) Unknown database 'billing'\n"
        "  statement: CREATE TABLE billing.users "
        "( id INTEGER NOT NULL AUTO_INCREMENT, name VARCHAR(9), PRIMARY KEY (id) )\n"
        "  Name billing in [tool.stairway], and it is made for the walk and compared as well:\n"
        '      databases = ["billing"]'
    )


def test_a_database_of_the_settings_is_empty_before_and_gone_after(project: ModelledProject, server: Server) -> None:
    project.set('databases = ["billing"]')
    before = databases(server)
    assert (project.verified(BILLING, (CREATE, DROP)), databases(server)) == ("", before)


@pytest.mark.parametrize("optional", ["", "IF NOT EXISTS "])
def test_a_database_that_a_migration_creates(project: ModelledProject, server: Server, optional: str) -> None:
    project.set('databases = ["billing"]')
    before = databases(server)
    create = f'op.execute("CREATE DATABASE {optional}billing")\n{CREATE}'
    drop = 'op.execute("DROP DATABASE billing")' if not optional else DROP
    assert (project.verified(BILLING, (create, drop)), databases(server)) == ("", before)


def test_a_database_that_nobody_named_is_told_by_the_line_that_changes_it(project: ModelledProject) -> None:
    create, drop = ('op.execute("CREATE DATABASE billing")', 'op.execute("DROP DATABASE billing")')
    assert project.verified(
        'made("users")\n', (f"op.execute({USERS!r})\n{create}", f"{drop}\nop.drop_table('users')")
    ) == (
        "not checked: alembic/versions/r1.py:10: what it does in database billing is not compared; "
        'databases = ["billing"] in [tool.stairway] has it made for the walk and compared as well'
    )


def test_what_a_downgrade_does_not_restore_in_another_database(project: ModelledProject) -> None:
    project.set('databases = ["billing"]')
    narrow = "op.execute('ALTER TABLE billing.users MODIFY name VARCHAR(5)')"
    wide = "op.execute('ALTER TABLE billing.users MODIFY name VARCHAR(9)')"
    assert project.verified(BILLING, (CREATE, DROP), (wide, narrow)) == (
        "alembic/versions/r2.py:11  downgrade-differs\n"
        "  downgrade of r2 leaves users.name in database billing as VARCHAR(5) NULL; "
        "before the upgrade it was VARCHAR(9) NULL\n"
        "  statement: ALTER TABLE billing.users MODIFY name VARCHAR(5)"
    )


def test_drift_in_another_database(project: ModelledProject) -> None:
    """No remedy is offered there: what is told is tried on the project's own database alone."""
    project.set('databases = ["billing"]')
    assert project.verified(BILLING, (ONE_COLUMN_LESS, DROP)) == (
        "models_of_a_test.py:11  drift-extra\n"
        "  users.nick in database billing is there after all migrations and not in the models: VARCHAR(9) NULL"
    )


def test_what_is_only_in_another_database_can_be_left_out(project: ModelledProject) -> None:
    project.set('databases = ["billing"]\nonly_in_database = {"billing.users.nick" = "of the billing service"}')
    assert project.verified(BILLING, (ONE_COLUMN_LESS, DROP)) == (
        "left out: pyproject.toml:3: users.nick in database billing, only in the database: of the billing service"
    )


def test_foreign_keys_from_one_database_to_another(project: ModelledProject) -> None:
    project.set('databases = ["billing"]')
    models = BILLING + 'made("posts", sa.Column("user", sa.Integer, sa.ForeignKey("billing.users.id")))\n'
    posts = f"op.execute({POSTS.replace('users', 'billing.users')!r})"
    assert project.verified(models, (CREATE, DROP), (posts, 'op.drop_table("posts")')) == ""


def test_a_walk_that_has_to_begin_anew_begins_with_empty_databases(project: ModelledProject, server: Server) -> None:
    """What a downgrade left half done is rebuilt by running the upgrades on new databases."""
    project.set('databases = ["billing"]')
    half = "op.execute('ALTER TABLE billing.users DROP name')\nraise ValueError('half')"
    assert project.verified(BILLING, (CREATE, DROP), ("pass", half), ("pass", "pass")) == (
        "alembic/versions/r2.py:12  downgrade-fails\n"
        f"  downgrade of r2 fails on {server.flavor}: ValueError: half\n"
        "  half applied: 1 DDL statement ran before it and cannot be rolled back"
    )


def test_a_server_given_by_url_is_not_used_for_them(project: ModelledProject) -> None:
    project.files.add("r1")
    with pytest.raises(ServerError) as error:
        project.files.walk(databases=["billing"], url="mysql://root@db/")
    assert str(error.value) == (
        "stairway: migrations that work in several databases need a server of their own\n"
        "  tried   databases in [tool.stairway]: billing\n"
        "          the URL: only databases of this run may be used\n"
        "  fix     let the suite start a server of its own: leave the URL out\n"
        "          or pass --stairway-url-is-disposable, where the whole server at the URL may be used"
    )


@pytest.mark.parametrize("statement", ["CREATE DATABASE billing", "CREATE TABLE billing.users (id INT)"])
def test_the_account_of_the_walk_reaches_no_other_database(
    tmp_path: Path, server: Server, start: Callable[[Request], Server], statement: str
) -> None:
    url = sqlalchemy_url(server.address, None).render_as_string(hide_password=False)
    project = ModelledProject(tmp_path, start(Request(url=url)))
    told = project.verified("", (f"op.execute({statement!r})", "pass"))
    assert told.partition("\n  statement: ")[2].partition("\nnot checked")[0] == (
        f"{statement}\n"
        "  On the server that is given by URL the walk may use databases of its own alone. Leave the URL out, so that\n"
        "  the suite starts a server, and name billing in [tool.stairway]:\n"
        '      databases = ["billing"]'
    )


def test_a_database_of_others_on_a_server_given_by_url_is_not_touched(project: ModelledProject, server: Server) -> None:
    project.files.add("r1")
    with contextlib.closing(connect(server.address)) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE billing")
        try:
            with pytest.raises(ServerError) as error:
                project.files.walk(databases=["Billing"], url="mysql://root@db/", url_is_disposable=True)
            assert "billing" in databases(server)
        finally:
            cursor.execute("DROP DATABASE billing")
    assert str(error.value) == (
        "stairway: the server at the URL has a database Billing, which the settings want empty\n"
        "  tried   databases in [tool.stairway]: Billing\n"
        "  fix     drop it there if nobody needs it\n"
        "          or let the suite start a server of its own: leave the URL out"
    )
