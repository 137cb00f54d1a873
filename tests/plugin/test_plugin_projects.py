"""Several Alembic projects in one repository, which the settings list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Project, Run, Told

SETTINGS = """
[[tool.stairway.projects]]
name = "billing"
config = "services/billing/alembic.ini"

[[tool.stairway.projects]]
name = "audit"
config = "services/audit/alembic.ini"
downgrade = "none"
"""
INI = "[alembic]\nscript_location = %(here)s/migrations\nprepend_sys_path = .\n"
ENV = """
from alembic import context
from models import metadata
from sqlalchemy import create_engine

with create_engine("mysql+pymysql://root@127.0.0.1:1/production").connect() as connection:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()
"""
MODELS = """
import sqlalchemy as sa

metadata = sa.MetaData()
sa.Table("{table}", metadata, sa.Column("id", sa.Integer, primary_key=True))
"""
REVISION = '''
"""create {table}"""
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table("{table}", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("{table}")
'''
DATA_TEST = """
import pytest
from sqlalchemy import inspect


@pytest.mark.parametrize("stairway_project", ["billing", "audit"])
def test_tables(stairway_at, stairway_project):
    tables = inspect(stairway_at("head")).get_table_names()
    assert sorted(tables) == sorted(["alembic_version", {"billing": "bills", "audit": "audits"}[stairway_project]])
"""
TESTS = [
    "test_single_head[billing]",
    "test_single_head[audit]",
    "test_history[billing]",
    "test_history[audit]",
    "test_base_branch[billing]",
    "test_base_branch[audit]",
    "test_upgrades[billing-0001-create-bills]",
    "test_upgrades[audit-0001-create-audits]",
    "test_round_trip[billing-0001-create-bills]",
    "test_round_trip[audit-all]",
    "test_models_match_migrations[billing]",
    "test_models_match_migrations[audit]",
]


@pytest.fixture
def services(bare: Project) -> Project:
    """Make two services, each with a `models.py` of its own."""
    bare.settings(SETTINGS)
    for name, table in (("billing", "bills"), ("audit", "audits")):
        here = f"services/{name}"
        bare.write(f"{here}/alembic.ini", INI)
        bare.write(f"{here}/models.py", MODELS.format(table=table))
        bare.write(f"{here}/migrations/env.py", ENV)
        bare.write(f"{here}/migrations/versions/0001.py", REVISION.format(table=table))
    return bare


def lines(result: pytest.RunResult, word: str) -> list[str]:
    return [line for line in result.outlines if word in line]


def test_tests_carry_the_name_of_their_project(services: Project, run: Run) -> None:  # noqa: ARG001 - collected
    result = run("--collect-only", "-q", "--stairway-server=no-such-kind")
    assert lines(result, "::") == [f"test_migrations.py::{name}" for name in TESTS]


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "workers"])
def test_each_project_is_walked_on_a_database_of_its_own(
    services: Project,  # noqa: ARG001 - run
    run: Run,
    workers: tuple[str, ...],
) -> None:
    result = run(*workers)
    result.assert_outcomes(passed=9, skipped=3)
    assert [line.partition(" walked on ")[0] for line in lines(result, " walked on ")] == [
        "1 revision of billing (services/billing/alembic.ini)",
        "1 revision of audit (services/audit/alembic.ini)",
    ]


def test_the_header_names_each_project_and_the_server_once(services: Project, run: Run, server: str) -> None:  # noqa: ARG001 - run
    header = lines(run("-k", "upgrades"), "stairway: ")
    assert header[:2] == [
        "stairway: billing (services/billing/alembic.ini), 1 revision, 1 head",
        "stairway: audit (services/audit/alembic.ini), 1 revision, 1 head",
    ]
    assert header[3:] == [
        f"stairway: server={server} (--stairway-server), projects=billing, audit (pyproject.toml)",
    ]


def test_a_fault_of_one_project_is_told_of_it_alone(services: Project, run: Run, told: Told) -> None:
    services.write("services/audit/models.py", MODELS.format(table="logs"))
    assert told(run("-k", "models_match")).partition("\n-----")[0] == DRIFT


DRIFT = """\
status 1, 1 failed, 1 passed, 10 deselected

test_models_match_migrations[audit]:
services/audit/migrations/versions/0001.py:10  drift-extra
  audits is there after all migrations and not in the models: TABLE (id)
  Change the models, or import the module that defines it in env.py, or add a revision with
      def upgrade():
          op.drop_table("audits")

      def downgrade():
          op.create_table(
              "audits",
              sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
              sa.PrimaryKeyConstraint("id"),
          )

services/audit/models.py:4  drift-missing
  logs is in the models and no migration creates it: TABLE (id)
  Change the models, or add a revision with
      def upgrade():
          op.create_table(
              "logs",
              sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
              sa.PrimaryKeyConstraint("id"),
          )

      def downgrade():
          op.drop_table("logs")"""


def test_one_project_is_picked_by_its_name(services: Project, run: Run) -> None:  # noqa: ARG001 - run
    result = run("-k", "billing-")
    result.assert_outcomes(passed=2, deselected=10)
    assert len(lines(result, " walked on ")) == 1


def test_a_project_that_cannot_be_found_does_not_hide_the_other(services: Project, run: Run) -> None:
    (services.root / "services/audit/alembic.ini").unlink()
    result = run("-k", "upgrades")
    result.assert_outcomes(passed=1, failed=1, deselected=10)
    assert "stairway: services/audit/alembic.ini does not exist; config (pyproject.toml) names it" in result.outlines


def test_data_tests_say_which_project_they_are_about(services: Project, run: Run) -> None:
    services.write("test_data.py", DATA_TEST)
    run("test_data.py").assert_outcomes(passed=2)
    run().assert_outcomes(passed=11, skipped=3)


def test_a_data_test_that_names_no_project_or_an_unknown_one_is_told(services: Project, run: Run, told: Told) -> None:
    services.write(
        "test_data.py",
        """
        import pytest

        def test_mine(stairway_database): pass

        @pytest.mark.parametrize("stairway_project", ["shop"])
        def test_other(stairway_database): pass
        """,
    )
    assert told(run("test_data.py")) == UNNAMED


UNNAMED = """\
status 1, 2 errors

ERROR at setup of test_mine:
stairway: this test does not say which project it is about
  tried   billing, audit
  fix     mark it with @pytest.mark.parametrize("stairway_project", ["billing"])

ERROR at setup of test_other[shop]:
stairway: there is no "shop"
  tried   billing, audit
  fix     mark it with @pytest.mark.parametrize("stairway_project", ["billing"])"""


def test_a_reviewer_is_shown_the_revision_of_each_project_that_has_it(services: Project, run: Run) -> None:  # noqa: ARG001 - run
    sent = [line.strip() for line in lines(run("--stairway-sql=0001"), "CREATE TABLE")]
    assert [line.split()[2] for line in sent] == ["bills", "audits"]


def test_sections_of_one_file_are_projects_too(bare: Project, run: Run) -> None:
    bare.settings('[[tool.stairway.projects]]\nname = "one"\n[[tool.stairway.projects]]\nname = "two"\nsection = "two"')
    bare.write("alembic.ini", f"{INI}[two]\nscript_location = %(here)s/second\n")
    bare.write("models.py", MODELS.format(table="shared"))
    for directory in ("migrations", "second"):
        bare.write(f"{directory}/env.py", ENV)
        bare.write(f"{directory}/versions/0001.py", REVISION.format(table="shared"))
    run().assert_outcomes(passed=10, skipped=2)


def test_two_projects_that_share_a_database(services: Project, run: Run, told: Told) -> None:
    """Each has a version table of its own, and the second one refers to a table of the first."""
    for name in ("billing", "audit"):
        env = ENV.replace("connection=connection", f'connection=connection, version_table="{name}_version"')
        services.write(f"services/{name}/migrations/env.py", env)
    audits = 'sa.Column("bill", sa.Integer, sa.ForeignKey("bills.id")))'
    revision = REVISION.format(table="audits").replace("primary_key=True))", f"primary_key=True), {audits}")
    services.write("services/audit/migrations/versions/0001.py", revision)
    assert "No revision before it makes bills." in told(run("-k", "upgrades"))
    services.settings(SETTINGS + 'start = { revision = "base", schema = "billing_first:migrate" }\n')
    services.write("billing_first.py", BILLING_FIRST)
    run("-k", "upgrades").assert_outcomes(passed=2, deselected=10)


BILLING_FIRST = """
from pathlib import Path

from alembic import command
from alembic.config import Config

def migrate(connection):
    command.upgrade(Config(Path(__file__).parent / "services/billing/alembic.ini"), "head")
"""
