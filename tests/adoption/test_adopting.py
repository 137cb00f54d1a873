"""Each recipe of docs/adopting.md: a project of its shape fails without it, and has no finding with it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.adoption.conftest import Adopted

ONE_OF_EACH_VENDOR = True
PAGE = Path(__file__).parents[2] / "docs/adopting.md"
RECIPES: dict[str, str] = dict(
    re.findall(
        r"^## ([^\n]+)\n(?:(?!^## ).)*?```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
)
REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "{id}"
down_revision = None
branch_labels = {label!r}

def upgrade():
    {upgrade}

def downgrade():
    {downgrade}
"""
CREATES = 'op.create_table("{}", sa.Column("id", sa.Integer, primary_key=True))'
DROPS = 'op.drop_table("{}")'
FROM_VARIABLE = """config = context.config
import os
config.set_main_option("sqlalchemy.url", os.environ["DATABASE_URL"])
"""
FLASK = """
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)


def create_app():
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = "mysql+pymysql://shop@db.example/shop"
    db.init_app(app)
    Migrate(app, db)
    return app
"""


def revise(project: Adopted, id_: str = "0001", directory: str = "migrations", **steps: str) -> None:
    """Write a first revision; it creates a table unless `upgrade` and `downgrade` say otherwise."""
    table = f"t{id_}"
    given = {"label": None, "upgrade": CREATES.format(table), "downgrade": DROPS.format(table), **steps}
    project.write(f"{directory}/versions/{id_}.py", REVISION.format(id=id_, **given))


def generic(
    project: Adopted, *, template: str = "generic", driver: str = "pymysql", directory: str = "migrations"
) -> None:
    """Make what `alembic init` makes; env.py takes the URL from a variable, as many do."""
    project.run("alembic", "init", "-t", template, directory)
    project.replace("alembic.ini", "driver://user:pass@localhost/dbname", f"mysql+{driver}://shop@db.example/shop")


def from_variable(project: Adopted, template: str, driver: str) -> None:
    generic(project, template=template, driver=driver)
    project.replace("migrations/env.py", "config = context.config\n", FROM_VARIABLE)
    revise(project)


def flask(project: Adopted) -> None:
    project.write("shop.py", FLASK)
    project.run("flask", "--app", "shop:create_app", "db", "init")
    revise(project, upgrade=CREATES.format("user"), downgrade=DROPS.format("user"))


def expand_and_contract(project: Adopted) -> None:
    generic(project)
    revise(project, label="expand")
    revise(project, "0002", label="contract")


def two_projects(project: Adopted) -> None:
    for name in ("billing", "audit"):
        generic(project, directory=f"{name}/migrations")
        ini = (project.root / "alembic.ini").rename(project.root / name / "alembic.ini")
        text = ini.read_text(encoding="utf-8")
        ini.write_text(re.sub(r"(?m)^(script_location) = .*", r"\1 = %(here)s/migrations", text), encoding="utf-8")
        revise(project, directory=f"{name}/migrations")


def installed_before(project: Adopted) -> None:
    generic(project)
    project.write("tests/start.sql", "CREATE TABLE `users` (`id` int NOT NULL, PRIMARY KEY (`id`));\n")
    change = 'op.{}_column("users", {})'
    add, drop = change.format("add", 'sa.Column("name", sa.String(9))'), change.format("drop", '"name"')
    revise(project, upgrade=add, downgrade=drop)


def without_downgrades(project: Adopted) -> None:
    generic(project)
    revise(project, downgrade="pass")


CLEAN = ["0 findings", "0 warnings"]
SHAPES: dict[str, tuple[str, Callable[[Adopted], None]]] = {
    "generic": (
        "An `alembic.ini` and a generic or async env.py",
        lambda each: from_variable(each, "generic", "pymysql"),
    ),
    "async": ("An `alembic.ini` and a generic or async env.py", lambda each: from_variable(each, "async", "aiomysql")),
    "Flask-Migrate": ("Flask-Migrate", flask),
    "expand and contract": ("Expand and contract branches", expand_and_contract),
    "two projects": ("Several projects in one repository", two_projects),
    "installed before": ("Histories that do not start from nothing", installed_before),
    "without downgrades": ("Revisions without downgrades", without_downgrades),
}


def test_every_recipe_has_a_project() -> None:
    assert {heading for heading, _ in SHAPES.values()} == RECIPES.keys()


@pytest.mark.parametrize("shape", SHAPES)
def test_a_project_needs_its_recipe_and_nothing_else(shape: str, adopted: Adopted) -> None:
    heading, build = SHAPES[shape]
    build(adopted)
    without, _ = adopted.verify()
    assert without == pytest.ExitCode.TESTS_FAILED
    adopted.write("pyproject.toml", RECIPES[heading])
    status, text = adopted.verify()
    assert (status, re.findall(r"\d+ (?:failed|findings?|warnings?)", text)) == (
        0,
        CLEAN * text.count(" walked on "),
    ), text
