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


SQLITE = """\
stairway: the Flask application connects with the dialect 'sqlite'; only MySQL and MariaDB can be verified
  tried   making it: app.py:29: db.engine.connect()
  fix     configure it for MySQL or MariaDB where pytest is run, by the variables or the file that it reads
          or name what makes it for tests: app = "package.module:create_app('testing')" in [tool.stairway]
"""
