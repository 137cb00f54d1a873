"""What models and databases can be like without keeping the rest from being compared."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from pytest_stairway.findings import Finding
from tests.server.modelled_projects import ModelledProject as Project
from tests.server.walk_files import ENV

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_stairway.servers.interface import Server

ONE_OF_EACH_VENDOR = True  # see conftest.py


@pytest.fixture
def project(tmp_path: Path, server: Server) -> Iterator[Project]:
    yield Project(tmp_path, server)
    sys.modules.pop("models_of_a_test", None)


USERS = "CREATE TABLE users (id INT PRIMARY KEY AUTO_INCREMENT)"
MISSING_NAME = """\
models_of_a_test.py  drift-missing
  users.name is in the models and no migration creates it: VARCHAR(9) NULL
  Change the models, or add a revision with
      def upgrade():
          op.add_column("users", sa.Column("name", sa.String(9)))

      def downgrade():
          op.drop_column("users", "name")"""
WITH_NAME = 'made("users", sa.Column("name", sa.String(9)))\n'


def test_a_table_that_no_call_names_is_told_of_the_module_of_its_metadata(project: Project) -> None:
    assert project.told(WITH_NAME, USERS) == MISSING_NAME


def test_no_metadata(project: Project) -> None:
    env = ENV.replace("engine =", "target_metadata = None\nengine =").replace(
        "connection)", "connection, target_metadata=target_metadata)"
    )
    (project.root / "alembic" / "env.py").write_text(env)
    assert project.told("", USERS) == (
        "not checked: alembic/env.py:4: env.py passes no target_metadata to context.configure(): "
        "set target_metadata to the MetaData of the models there (Base.metadata), and pass it on"
    )


def test_no_metadata_in_an_env_py_that_does_not_even_name_it(project: Project) -> None:
    (project.root / "alembic" / "env.py").write_text(ENV)
    (skip,) = project.outcomes("", USERS)
    assert (str(skip.location), project.files.root.joinpath("alembic/env.py").read_text().splitlines()[5].strip()) == (
        "alembic/env.py:6",
        "context.configure(connection=connection)",
    )


def test_a_table_that_the_server_cannot_show(project: Project, server: Server) -> None:
    merged = "CREATE TABLE merged (id INT) ENGINE=MERGE UNION=(part)"
    part = "CREATE TABLE part (id INT) ENGINE=MyISAM"
    assert project.told(WITH_NAME, USERS, part, merged, "DROP TABLE part") == (
        f"{MISSING_NAME}\n"
        f"not checked: alembic/versions/r1.py:11: merged cannot be read on {server.flavor}: "
        "Unable to open underlying table which is differently defined or of non-MyISAM type or doesn't exist"
    )


def test_views_and_routines_whose_definer_does_not_exist(project: Project) -> None:
    found = project.outcomes(
        WITH_NAME,
        "CREATE TABLE users (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(9))",
        "CREATE DEFINER=nobody@nowhere SQL SECURITY DEFINER VIEW names AS SELECT name FROM users",
        "CREATE DEFINER=nobody@nowhere PROCEDURE ping() SELECT 1",
    )
    told = [(each.code, each.object, "Not proved" in each.remedy) for each in found if isinstance(each, Finding)]
    assert told == [("drift-extra", "procedure ping", False), ("drift-extra", "view names", False)]


def test_ddl_events_that_fail(project: Project, server: Server) -> None:
    view = "CREATE VIEW names AS SELECT nothing FROM users"
    event = f'event.listen(metadata, "after_create", sa.DDL("{view}"))\n'
    where = "SELECT" if server.flavor.is_mariadb else "field list"
    assert project.told(WITH_NAME + event, USERS, "CREATE VIEW v AS SELECT id FROM users") == (
        "alembic/env.py:10  models-uncreatable\n"
        f"  create_all() of the models fails on {server.flavor} though each of their tables can be created: "
        f"(1054) Unknown column 'nothing' in '{where}'\n"
        f"  statement: {view}\n\n{MISSING_NAME}"
    )


def test_a_foreign_key_to_a_table_that_is_not_there(project: Project, server: Server) -> None:
    lost = 'made("lost", sa.Column("x", sa.Integer, sa.ForeignKey("nowhere.id")))\n'
    assert project.told(lost + WITH_NAME, USERS) == (
        "models_of_a_test.py  models-uncreatable\n"
        f"  the models' table lost cannot be created on {server.flavor}: NoReferencedTableError: Foreign key "
        "associated with column 'lost.x' could not find table 'nowhere' with which to generate a foreign key "
        "to target column 'id'\n"
        "  Import in env.py the module that defines the table which the foreign key refers to.\n\n"
        f"{MISSING_NAME}"
    )


def test_columns_of_a_foreign_key_that_do_not_fit(project: Project) -> None:
    """The table with the foreign key is told, and not the one that it refers to."""
    child = 'made("child", sa.Column("x", sa.String(9), sa.ForeignKey("users.id")))\n'
    first, _ = project.outcomes(child + WITH_NAME, USERS)
    assert isinstance(first, Finding)
    assert (first.code, first.object) == ("models-uncreatable", "child")


def test_models_that_are_no_metadata(project: Project) -> None:
    project.rewrite_env("import metadata", "import Base")
    project.rewrite_env("=metadata", "=Base")
    base = "from sqlalchemy.orm import declarative_base\nBase = declarative_base(metadata=metadata)\n"
    assert project.told(base + WITH_NAME, USERS) == (
        "not checked: alembic/env.py:10: target_metadata in env.py is Base, which is no MetaData: pass Base.metadata"
    )


def test_models_that_are_nothing_of_the_kind(project: Project) -> None:
    project.rewrite_env("=metadata", "='models'")
    assert project.told(WITH_NAME, USERS) == (
        "not checked: alembic/env.py:10: target_metadata in env.py is str, which is no MetaData"
    )


TWO_METADATAS = """\
users = made("users")
more = sa.MetaData()
sa.Table({name!r}, more, sa.Column("id", sa.Integer, primary_key=True), sa.Column("user", sa.ForeignKey(users.c.id)))
"""


def several_metadatas(project: Project) -> None:
    project.rewrite_env("import metadata", "import metadata, more")
    project.rewrite_env("=metadata", "=[metadata, more]")


def test_several_metadatas(project: Project) -> None:
    several_metadatas(project)
    posts = "CREATE TABLE posts (id INT PRIMARY KEY AUTO_INCREMENT, user INT, FOREIGN KEY (user) REFERENCES users (id))"
    assert project.told(TWO_METADATAS.format(name="posts"), USERS, posts) == ""


def test_several_metadatas_with_one_table(project: Project) -> None:
    several_metadatas(project)
    assert project.told(TWO_METADATAS.format(name="users"), USERS) == (
        "not checked: alembic/env.py:10: several MetaData of target_metadata in env.py have a table users, "
        "which autogenerate refuses as well: leave it in one of them"
    )
