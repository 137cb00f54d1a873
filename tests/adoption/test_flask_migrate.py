"""The workflow that Flask tutorials teach, on a real server, and the suite after each of its steps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.adoption.conftest import Adopted

ONE_OF_EACH_VENDOR = True

MODELS = """
import os
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
migrate = Migrate()


class Role(db.Model):
    __tablename__ = "roles"
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(64), unique=True)


class User(db.Model):
    __tablename__ = "users"
    id = db.Column(db.Integer, primary_key=True)
    username = db.Column(db.String(64), unique=True, index=True)
    role_id = db.Column(db.Integer, db.ForeignKey("roles.id"))


def create_app():
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ.get("DATABASE_URL", "mysql+pymysql://root@127.0.0.1:1/production")
    db.init_app(app)
    migrate.init_app(app, db)
    return app
"""
NOTHING_YET = """\
F.ssss [100%]
=== FAILURES ===
___ test_single_head ___
stairway: migrations/alembic.ini leads to no revisions
  tried   migrations/versions: no revision file in it
  fix     write the first: flask db revision --autogenerate -m first
          or correct script_location or version_locations in migrations/alembic.ini
=== short test summary info ===
FAILED test_migrations.py::test_single_head - Failed: stairway: migrations/alembic.ini leads to no revisions
1 failed, 1 passed, 4 skipped in N s"""
DRIFT = """\
..s..F [100%]
=== FAILURES ===
___ test_models_match_migrations ___
app.py:16  drift-missing
  users.email is in the models and no migration creates it: VARCHAR(120) NULL
  Change the models, or add a revision with
      def upgrade():
          op.add_column("users", sa.Column("email", sa.String(120)))

      def downgrade():
          op.drop_column("users", "email")
CAPTURED
--- migrations ---
1 revision of migrations/alembic.ini walked on SERVER in N s: 1 finding, 0 warnings, 0 not checked
=== short test summary info ===
FAILED test_migrations.py::test_models_match_migrations - Failed: app.py:16  drift-missing
1 failed, 4 passed, 1 skipped in N s"""


def clean(revisions: int) -> str:
    """Give the report on this many revisions without a finding: two tests each, and three on the whole."""
    passed = 3 + 2 * revisions
    walked = f"{revisions} revision{'s' * (revisions > 1)} of migrations/alembic.ini walked on SERVER in N s"
    return (
        f"..s{'.' * (passed - 2)} [100%]\n--- migrations ---\n{walked}: 0 findings, 0 warnings, 0 not checked\n"
        f"{passed} passed, 1 skipped in N s"
    )


def tables(project: Adopted) -> set[str]:
    return {name for (name,) in project.rows(f"SHOW TABLES FROM {project.database}")}


def current(project: Adopted) -> str:
    return str(project.rows(f"SELECT version_num FROM {project.database}.alembic_version")[0][0])  # noqa: S608 - a name of ours


def test_flask_db_step_by_step(adopted: Adopted) -> None:
    adopted.write("app.py", MODELS)

    adopted.run("flask", "db", "init")
    assert adopted.verify() == (1, NOTHING_YET)

    adopted.run("flask", "db", "migrate", "-m", "initial migration")
    assert adopted.verify() == (0, clean(1))

    adopted.run("flask", "db", "upgrade")
    assert tables(adopted) == {"alembic_version", "roles", "users"}

    adopted.replace("app.py", "    role_id", "    email = db.Column(db.String(120))\n    role_id")
    assert adopted.verify() == (1, DRIFT)

    adopted.run("flask", "db", "migrate", "-m", "add users.email")
    assert adopted.verify() == (0, clean(2))

    adopted.run("flask", "db", "upgrade")
    newest, first = re.findall(r"-> (\w+)", adopted.run("flask", "db", "history"))
    adopted.run("flask", "db", "downgrade", first)
    assert current(adopted) == first
    adopted.run("flask", "db", "upgrade")
    assert current(adopted) == newest


def test_an_application_that_creates_its_tables_while_it_is_made(adopted: Adopted) -> None:
    adopted.write("app.py", MODELS)
    adopted.run("flask", "db", "init")
    adopted.run("flask", "db", "migrate", "-m", "initial migration")
    creates = "    with app.app_context():\n        db.create_all()\n    return app"
    adopted.replace("app.py", "    return app", creates)
    assert adopted.verify() == (0, clean(1))


def test_an_application_that_connects_to_sqlite_while_it_is_made(adopted: Adopted) -> None:
    adopted.write("app.py", MODELS)
    adopted.run("flask", "db", "init")
    adopted.run("flask", "db", "migrate", "-m", "initial migration")
    adopted.replace("app.py", "mysql+pymysql://root@127.0.0.1:1/production", "sqlite:///own.db")
    adopted.replace(
        "app.py", "    return app", "    with app.app_context():\n        db.engine.connect()\n    return app"
    )
    status, text = adopted.verify()
    assert status == 1
    assert SQLITE in text
    assert not any(adopted.root.rglob("own.db"))


SQLITE = """\
stairway: the Flask application connects with the dialect 'sqlite'; only MySQL and MariaDB can be verified
  tried   making it: app.py:29: db.engine.connect()
  fix     configure it for MySQL or MariaDB where pytest is run, by the variables or the file that it reads
          or name what makes it for tests: app = "package.module:create_app('testing')" in [tool.stairway]
"""
