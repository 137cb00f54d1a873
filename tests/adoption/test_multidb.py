"""One env.py that migrates several databases: Alembic's template `multidb`, and that of Flask-Migrate."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.adoption.conftest import Adopted

ONE_OF_EACH_VENDOR = True

MODELS = """
import sqlalchemy as sa

users, orders = sa.MetaData(), sa.MetaData()
sa.Table("users", users, sa.Column("id", sa.Integer, primary_key=True))
sa.Table("orders", orders, sa.Column("id", sa.Integer, primary_key=True))
"""


@pytest.fixture
def shop(adopted: Adopted) -> Adopted:
    """Make what `alembic init -t multidb` makes, with a model in each of its two databases and a revision of both."""
    adopted.run("alembic", "init", "-t", "multidb", "alembic")
    adopted.write("models.py", MODELS)
    adopted.replace(
        "alembic/env.py",
        "target_metadata = {}",
        'import models\n\ntarget_metadata = {"engine1": models.users, "engine2": models.orders}',
    )
    for number in ("", "2"):
        adopted.replace("alembic.ini", f"driver://user:pass@localhost/dbname{number}\n", f"{url(adopted, number)}\n")
    adopted.rows(f"CREATE DATABASE {adopted.database}2")
    adopted.run("alembic", "revision", "--autogenerate", "-m", "first", "--rev-id", "0001")
    return adopted


def url(adopted: Adopted, number: str) -> str:
    return adopted.url.replace(adopted.database, f"{adopted.database}{number}").replace("%", "%%")


def test_each_database_is_walked_on_its_own(shop: Adopted) -> None:
    assert shop.verify() == (0, clean("engine1", "engine2"))
    assert collected(shop) == [
        "test_single_head",
        "test_history",
        "test_base_branch",
        "test_upgrades[engine1-0001-first]",
        "test_upgrades[engine2-0001-first]",
        "test_round_trip[engine1-0001-first]",
        "test_round_trip[engine2-0001-first]",
        "test_models_match_migrations[engine1]",
        "test_models_match_migrations[engine2]",
    ]
    assert shop.rows(f"SHOW TABLES FROM {shop.database}") == [("alembic_version",)]


def test_a_fault_in_one_database_is_told_of_it_alone(shop: Adopted) -> None:
    shop.replace("alembic/versions/0001_first.py", "    op.drop_table('orders')", "    pass")
    shop.replace("models.py", '"users", users, ', '"users", users, sa.Column("name", sa.String(9)), ')
    lines = (shop.root / "alembic/versions/0001_first.py").read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if text.startswith("def downgrade_engine2("))
    assert shop.verify() == (1, FAULTS.replace("??", str(line)))


FAULTS = """\
..s...FF. [100%]
=== FAILURES ===
___ test_round_trip[engine2-0001-first] ___
alembic/versions/0001_first.py:??  downgrade-missing
  revision 0001 has no downgrade, so a deploy that goes wrong cannot be taken back
  Write it, or set downgrade = "optional" in [tool.stairway] if some revisions have none by policy.
CAPTURED
___ test_models_match_migrations[engine1] ___
models.py:4  drift-missing
  users.name is in the models and no migration creates it: VARCHAR(9) NULL
  Change the models, or add a revision with
      def upgrade():
          op.add_column("users", sa.Column("name", sa.String(9)))

      def downgrade():
          op.drop_column("users", "name")
CAPTURED
--- migrations ---
1 revision of engine1 (alembic.ini) walked on SERVER in N s: 1 finding, 0 warnings, 0 not checked
1 revision of engine2 (alembic.ini) walked on SERVER in N s: 1 finding, 0 warnings, 0 not checked
=== short test summary info ===
FAILED test_migrations.py::test_round_trip[engine2-0001-first] - Failed: alembic/versions/0001_first.py:??  downgrade...
FAILED test_migrations.py::test_models_match_migrations[engine1] - Failed: models.py:4  drift-missing
2 failed, 6 passed, 1 skipped in N s"""


def test_urls_as_the_template_writes_them_need_not_be_filled_in(shop: Adopted) -> None:
    for number in ("", "2"):
        shop.replace("alembic.ini", f"{url(shop, number)}\n", "driver://user:pass@localhost/dbname\n")
    assert shop.verify() == (0, clean("engine1", "engine2"))


def test_two_phase_commit_cannot_hold_ddl(shop: Adopted) -> None:
    shop.replace("alembic/env.py", "USE_TWOPHASE = False", "USE_TWOPHASE = True")
    assert shop.verify("-k", "upgrades") == (1, TWO_PHASES)


TWO_PHASES = """\
Fs [100%]
=== FAILURES ===
___ test_upgrades[engine1-0001-first] ___
stairway: env.py migrates in two-phase (XA) transactions, in which MySQL and MariaDB refuse DDL
  tried   alembic/env.py:122: context.run_migrations(engine_name=name)
          the server: (1399) XAER_RMFAIL: The command cannot be executed when global transaction is in the ACTIVE state
  fix     set USE_TWOPHASE = False in env.py, and begin no transaction by begin_twophase():
          DDL commits, and so cannot be part of one (MySQL manual, "XA Transaction States")
CAPTURED
=== short test summary info ===
FAILED test_migrations.py::test_upgrades[engine1-0001-first] - Failed: stairway: env.py migrates in two-phase (XA) tr...
1 failed, 1 skipped, 7 deselected in N s"""


@pytest.mark.parametrize("reads", ["statement", "engine"])
def test_a_migration_that_reads_another_of_the_databases_is_not_verified(shop: Adopted, reads: str) -> None:
    revise_orders(shop, READS[reads].format(database=f"{shop.database}_elsewhere"))
    assert shop.verify() == (0, UNVERIFIED)


READS = {
    "statement": 'op.execute("INSERT INTO orders (id) SELECT id FROM {database}.users")',
    "engine": "with sa.create_engine(op.get_bind().engine.url).connect() as other:\n"
    '        other.execute(sa.text("SELECT id FROM users"))',
}
UNVERIFIED = """\
..s...s...s.s [100%]
--- migrations ---
2 revisions of engine1 (alembic.ini) walked on SERVER in N s: 0 findings, 0 warnings, 0 not checked
not checked: alembic/env.py: not every upgrade ran, so there is no migrated schema to compare
not checked: alembic/versions/0002_read.py:19: not verified: it needs users, which is of engine1, and each database of \
env.py is walked by itself; schema in [tool.stairway.start] may make it
not checked: alembic/versions/0002_read.py:19: not run: its upgrade failed
2 revisions of engine2 (alembic.ini) walked on SERVER in N s: 0 findings, 0 warnings, 3 not checked
9 passed, 4 skipped in N s"""


def test_what_such_a_migration_reads_can_be_made_for_it(shop: Adopted) -> None:
    elsewhere = f"{shop.database}_elsewhere"
    revise_orders(shop, READS["statement"].format(database=elsewhere), 'op.execute("DELETE FROM orders")')
    shop.write("start.py", MAKES_USERS.format(database=elsewhere))
    shop.write("pyproject.toml", BY_ENGINE + f'databases = ["{elsewhere}"]\n' + START.format("base", "start:make"))
    assert shop.verify("-k", "not base_branch") == (0, of_two("." * 14, "2 revisions", "0 not checked"))


@pytest.mark.parametrize("schema", ["create_all", "start.sql", "start:make"])
def test_each_database_starts_from_a_schema_of_its_own(shop: Adopted, schema: str) -> None:
    revise_orders(shop, 'op.create_index("ix", "orders", ["id"])', 'op.drop_index("ix", "orders")')
    column = '"orders", orders, sa.Column("id", sa.Integer, primary_key=True)'
    shop.replace("models.py", column, f'{column}, sa.Index("ix", "id")')
    shop.write("start.sql", f"{ORDERS};\n")
    shop.write("start.py", f"def make(connection):\n    connection.exec_driver_sql('{ORDERS}')\n")
    if schema == "create_all":  # which makes what the models say today, the index included
        shop.replace("alembic/versions/0002_read.py", 'op.create_index("ix", "orders", ["id"])', "pass")
        shop.replace("alembic/versions/0002_read.py", 'op.drop_index("ix", "orders")', "pass")
    shop.write("pyproject.toml", BY_ENGINE + START.format("0001", schema))
    status, text = shop.verify("-k", "not base_branch")
    assert (status, text.splitlines()[-1]) == (0, "12 passed, 2 skipped, 2 deselected in N s")
    assert "2 revisions of orders-engine2 (alembic.ini) walked on SERVER in N s: 0 findings, 0 warnings" in text
    assert f"not checked: alembic/versions/0001_first.py:51: below start: 0001 by {schema} in " in text


ORDERS = "CREATE TABLE orders (id INT PRIMARY KEY AUTO_INCREMENT)"
BY_ENGINE = """
[[tool.stairway.projects]]
name = "users"
engines = ["engine1"]

[[tool.stairway.projects]]
name = "orders"
engines = ["engine2"]
"""
START = 'start = {{ revision = "{}", schema = "{}" }}\n'
MAKES_USERS = """
def make(connection):
    connection.exec_driver_sql("CREATE TABLE {database}.users (id INT PRIMARY KEY)")
    connection.exec_driver_sql("INSERT INTO {database}.users VALUES (7)")
"""


def test_several_metadatas_of_one_database(shop: Adopted) -> None:
    models = (shop.root / "models.py").read_text()
    shop.write(
        "models.py", f"{models}further = sa.MetaData()\nsa.Table('notes', further, sa.Column('id', sa.Integer))\n"
    )
    shop.replace("alembic/env.py", '"engine1": models.users', '"engine1": [models.users, models.further]')
    status, text = shop.verify("-k", "models")
    assert (status, "models.py:7  drift-missing\n  notes is in the models and no migration creates it" in text) == (
        1,
        True,
    )
    shop.replace(
        "alembic/versions/0001_first.py",
        "def upgrade_engine1() -> None:\n",
        "def upgrade_engine1() -> None:\n    op.create_table('notes', sa.Column('id', sa.Integer))\n",
    )
    shop.replace(
        "alembic/versions/0001_first.py",
        "def downgrade_engine1() -> None:\n",
        "def downgrade_engine1() -> None:\n    op.drop_table('notes')\n",
    )
    assert shop.verify() == (0, clean("engine1", "engine2"))


def test_a_branch_of_each_database_alone(shop: Adopted) -> None:
    revise_orders(shop, "op.create_table('audits', sa.Column('id', sa.Integer))", "op.drop_table('audits')")
    shop.replace(
        "alembic/versions/0002_read.py", 'down_revision = "0001"', 'down_revision = None\nbranch_labels = "audit"'
    )
    assert shop.verify("--stairway-branch=audit") == (0, BRANCH)


BRANCH = """\
..s....ss [100%]
--- migrations ---
not checked: alembic/env.py:34: the branch audit alone was migrated, and the models describe all branches
1 revision of engine1 (alembic.ini) walked on SERVER in N s: 0 findings, 0 warnings, 1 not checked
not checked: alembic/env.py:34: the branch audit alone was migrated, and the models describe all branches
1 revision of engine2 (alembic.ini) walked on SERVER in N s: 0 findings, 0 warnings, 1 not checked
6 passed, 3 skipped in N s"""


def revise_orders(shop: Adopted, upgrade: str, downgrade: str = "pass") -> None:
    """Add a revision that does something to the second database alone."""
    shop.write("alembic/versions/0002_read.py", REVISION.format(upgrade=upgrade, downgrade=downgrade))


REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

def upgrade(engine_name):
    globals()[f"upgrade_{{engine_name}}"]()

def downgrade(engine_name):
    globals()[f"downgrade_{{engine_name}}"]()

def upgrade_engine1():
    pass

def downgrade_engine1():
    pass

def upgrade_engine2():
    {upgrade}

def downgrade_engine2():
    {downgrade}
"""


def of_two(dots: str, revisions: str, unchecked: str) -> str:
    lines = [
        f"{revisions} of {name} (alembic.ini) walked on SERVER in N s: 0 findings, 0 warnings, {unchecked}"
        for name in ("users-engine1", "orders-engine2")
    ]
    return "\n".join([f"{dots} [100%]", "--- migrations ---", *lines, f"{len(dots)} passed, 2 deselected in N s"])


def test_a_data_test_says_which_database_it_is_about(shop: Adopted) -> None:
    shop.write(
        "test_data.py",
        """
        import pytest
        from sqlalchemy import inspect


        @pytest.mark.parametrize("stairway_project", ["engine2"])
        def test_orders(stairway_at):
            assert sorted(inspect(stairway_at("head")).get_table_names()) == ["alembic_version", "orders"]


        def test_mine(stairway_at):
            pass
        """,
    )
    assert shop.verify("test_data.py") == (1, UNNAMED)


UNNAMED = """\
.E [100%]
=== ERRORS ===
___ ERROR at setup of test_mine ___
stairway: this test does not say which database it is about
  tried   engine1, engine2
  fix     mark it with @pytest.mark.parametrize("stairway_project", ["engine1"])
=== short test summary info ===
ERROR test_data.py::test_mine - Failed: stairway: this test does not say which database it is about
1 passed, 1 error in N s"""


def test_an_env_py_that_names_its_databases_nowhere_is_told_the_setting(shop: Adopted) -> None:
    env = shop.root / "alembic/env.py"
    env.write_text(env.read_text().replace("run_migrations(engine_name=name)", "run_migrations()"))
    shop.replace("alembic/env.py", '                upgrade_token="%s_upgrades" % name,\n', "")
    shop.write("alembic/versions/0001_first.py", PLAIN)
    assert shop.verify("-k", "upgrades") == (1, SETTING)
    shop.write("pyproject.toml", '[tool.stairway]\nengines = ["1", "2"]\n')
    assert shop.verify("-k", "upgrades or round_trip")[1].splitlines()[-1] == "4 passed, 5 deselected in N s"
    shop.write("pyproject.toml", '[tool.stairway]\nengines = ["1", "two"]\n')
    assert shop.verify("-k", "upgrades and two") == (1, WRONG)


PLAIN = """
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table("shared", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("shared")
"""
SETTING = """\
F [100%]
=== FAILURES ===
___ test_upgrades[0001] ___
stairway: alembic/env.py calls context.run_migrations() 2 times, for 1, 2
  fix     set engines = ["1", "2"] in [tool.stairway], to have each verified
CAPTURED
=== short test summary info ===
FAILED test_migrations.py::test_upgrades[0001] - Failed: stairway: alembic/env.py calls context.run_migrations() 2 ti...
1 failed, 5 deselected in N s"""
WRONG = """\
F [100%]
=== FAILURES ===
___ test_upgrades[two-0001] ___
stairway: alembic/env.py does not migrate two: it calls context.run_migrations() for 1, 2
  fix     set engines = ["1", "2"] in [tool.stairway]
CAPTURED
=== short test summary info ===
FAILED test_migrations.py::test_upgrades[two-0001] - Failed: stairway: alembic/env.py does not migrate two: it calls ...
1 failed, 8 deselected in N s"""

FLASK = """
import os
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ.get("DATABASE_URL", "{default}")
app.config["SQLALCHEMY_BINDS"] = {{"audit": os.environ.get("AUDIT_URL", "{default}")}}
db = SQLAlchemy(app)
migrate = Migrate(app, db)


class User(db.Model):
    __tablename__ = "users"
    id = db.Column(db.Integer, primary_key=True)


class Entry(db.Model):
    __bind_key__ = "audit"
    __tablename__ = "entries"
    id = db.Column(db.Integer, primary_key=True)
"""


@pytest.mark.parametrize("default", ["mysql+pymysql://root@127.0.0.1:1/production", "sqlite://"])
@pytest.mark.skipif(
    version("flask-migrate") < "4" and version("flask-sqlalchemy") >= "3",
    reason="the multidb template of Flask-Migrate 3 asks for what Flask-SQLAlchemy 3 took away",
)
def test_binds_of_flask_migrate(adopted: Adopted, monkeypatch: pytest.MonkeyPatch, default: str) -> None:
    audit = f"{adopted.database}_audit"
    adopted.rows(f"CREATE DATABASE {audit}")
    adopted.write("app.py", FLASK.format(default=default))
    with monkeypatch.context() as patch:
        patch.setenv("AUDIT_URL", adopted.url.replace(adopted.database, audit))
        adopted.run("flask", "db", "init", "--multidb")
        adopted.run("flask", "db", "migrate", "-m", "first", "--rev-id", "0001")
        adopted.run("flask", "db", "upgrade")
    assert sorted(adopted.rows(f"SHOW TABLES FROM {audit}")) == [("alembic_version",), ("entries",)]
    adopted.rows(f"DROP DATABASE {audit}")
    assert adopted.verify() == (0, clean("default", "audit", file="migrations/alembic.ini"))


def clean(*databases: str, file: str = "alembic.ini") -> str:
    lines = [
        f"1 revision of {name} ({file}) walked on SERVER in N s: 0 findings, 0 warnings, 0 not checked"
        for name in databases
    ]
    return "\n".join(["..s...... [100%]", "--- migrations ---", *lines, "8 passed, 1 skipped in N s"])


def collected(project: Adopted) -> list[str]:
    return [line.partition("::")[2] for line in project.verify("--collect-only")[1].splitlines() if "::" in line]
