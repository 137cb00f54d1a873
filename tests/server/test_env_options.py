"""What env.py may pass to `context.configure()` beside the connection, and what it may do when it has migrated."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from pytest_stairway.errors import ProjectError
from tests.server.modelled_projects import ModelledProject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_stairway.servers.interface import Server

ONE_OF_EACH_VENDOR = True  # see conftest.py

MODELS = 'made("users")\nmade("posts")\n'
REVISIONS = tuple(
    (f'op.create_table("{table}", sa.Column("id", sa.Integer, primary_key=True))', f'op.drop_table("{table}")')
    for table in ("users", "posts")
)
NOT_ASKED = "lambda *given, **named: 1 / 0"
LOG = """
def log(*, ctx, step, heads, run_args, **_):
    if step.is_upgrade and ctx.connection.dialect.has_table(ctx.connection, "posts"):
        ctx.connection.exec_driver_sql("INSERT INTO posts VALUES (NULL)")

with engine.connect() as connection:"""


@pytest.fixture
def project(tmp_path: Path, server: Server) -> Iterator[ModelledProject]:
    yield ModelledProject(tmp_path, server)
    sys.modules.pop("models_of_a_test", None)


@pytest.mark.parametrize(
    "options",
    [
        {"compare_type": NOT_ASKED, "compare_server_default": NOT_ASKED},
        {"process_revision_directives": NOT_ASKED, "render_item": NOT_ASKED, "user_module_prefix": "'shop.'"},
        {"transaction_per_migration": "True"},
        {"transaction_per_migration": "True", "transactional_ddl": "True"},
        {"transactional_ddl": "False"},
        {"version_table": "'shop versions'", "version_table_pk": "False"},
        {"include_schemas": "True", "include_name": "lambda name, kind, parents: True"},
        {"dialect_opts": "{'paramstyle': 'format'}", "output_encoding": "'latin-1'", "starting_rev": "None"},
    ],
    ids="-".join,
)
def test_options_that_change_nothing(project: ModelledProject, options: dict[str, str]) -> None:
    project.configure(**options)
    assert project.verified(MODELS, *REVISIONS) == ""


def test_a_hook_that_writes_after_each_step(project: ModelledProject) -> None:
    """What it inserts is there after the second upgrade as well: no migration loses it."""
    project.rewrite_env("\nwith engine.connect() as connection:", LOG)
    project.configure(on_version_apply="log")
    assert project.verified(MODELS, *REVISIONS) == ""


@pytest.mark.parametrize("end", ["sys.exit()", "sys.exit(0)"])
def test_an_env_py_that_exits_well_after_the_migrations(project: ModelledProject, end: str) -> None:
    env = project.root / "alembic" / "env.py"
    env.write_text(f"{env.read_text()}{end}\n")
    assert project.verified(MODELS, *REVISIONS) == ""


def test_a_version_table_in_a_database_beside_the_own_one_is_no_drift(project: ModelledProject) -> None:
    project.configure(version_table_schema="'deployments'")
    project.set('databases = ["deployments"]')
    elsewhere = 'sa.Table("logs", metadata, sa.Column("id", sa.Integer, primary_key=True), schema="deployments")\n'
    create = 'op.create_table("logs", sa.Column("id", sa.Integer, primary_key=True), schema="deployments")'
    drop = 'op.drop_table("logs", schema="deployments")'
    assert project.verified(MODELS + elsewhere, *REVISIONS, (create, drop)) == ""


def test_a_version_table_in_a_database_that_nobody_named(project: ModelledProject) -> None:
    project.configure(version_table_schema="'deployments'")
    with pytest.raises(ProjectError) as error:
        project.verified(MODELS, *REVISIONS)
    assert str(error.value) == (
        "stairway: env.py works in a database beside the project's own: (1049) Unknown database 'deployments'\n"
        "  tried   alembic/env.py:12: context.run_migrations()\n"
        '  fix     name it in [tool.stairway], and it is made for the walk: databases = ["deployments"]\n'
        "          or leave version_table_schema out of context.configure()"
    )
