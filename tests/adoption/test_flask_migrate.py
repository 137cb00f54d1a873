"""Applications that connect while Flask-Migrate has them made; its workflow is a guide (test_guides.py)."""

from __future__ import annotations

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
CLEAN = """\
..s... [100%]
--- migrations ---
1 revision of migrations/alembic.ini walked on SERVER in N s: 0 findings, 0 warnings, 0 not checked
5 passed, 1 skipped in N s"""


def test_an_application_that_creates_its_tables_while_it_is_made(adopted: Adopted) -> None:
    adopted.write("app.py", MODELS)
    adopted.run("flask", "db", "init")
    adopted.run("flask", "db", "migrate", "-m", "initial migration")
    creates = "    with app.app_context():\n        db.create_all()\n    return app"
    adopted.replace("app.py", "    return app", creates)
    assert adopted.verify() == (0, CLEAN)


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


def test_an_application_that_exits_because_it_may_not_connect_to_sqlite(adopted: Adopted) -> None:
    adopted.write("app.py", MODELS)
    adopted.run("flask", "db", "init")
    adopted.run("flask", "db", "migrate", "-m", "initial migration")
    adopted.replace("app.py", "mysql+pymysql://root@127.0.0.1:1/production", "sqlite:///own.db")
    connects = "with app.app_context():\n        try:\n            db.engine.connect()\n"
    exits = "        except Exception:\n            exit(1)"
    adopted.replace("app.py", "    return app", f"    {connects}{exits}\n    return app")
    status, text = adopted.verify()
    assert status == 1
    assert SQLITE.replace("app.py:29: db.engine.connect()", "app.py:30: db.engine.connect()") in text


def test_an_application_that_exits(adopted: Adopted) -> None:
    adopted.write("app.py", MODELS)
    adopted.run("flask", "db", "init")
    adopted.run("flask", "db", "migrate", "-m", "initial migration")
    adopted.replace("app.py", "    return app", "    if 'SECRET' not in os.environ:\n        exit(1)\n    return app")
    status, text = adopted.verify()
    assert status == 1
    assert EXITS in text
    assert "Traceback" not in text


SQLITE = """\
stairway: the Flask application connects with the dialect 'sqlite'; only MySQL and MariaDB can be verified
  tried   making it: app.py:29: db.engine.connect()
  fix     configure it for MySQL or MariaDB where pytest is run, by the variables or the file that it reads
          or name what makes it for tests: app = "package.module:create_app('testing')" in [tool.stairway]
"""
EXITS = """\
stairway: the Flask application cannot be made: SystemExit: 1
  tried   app.py:29: exit(1)
  fix     make `flask db current` work first
          or name what makes it for tests: app = "package.module:create_app('testing')" in [tool.stairway]
"""
