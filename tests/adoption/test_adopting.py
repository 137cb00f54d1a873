"""Each recipe of docs/adopting.md: a project of its shape fails without it, and has no finding with it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.adoption.conftest import Adopted

ONE_SERVER = True
PAGE = Path(__file__).parents[2] / "docs/adopting.md"
RECIPES: dict[str, str] = dict(
    re.findall(
        r"^##+ ([^\n]+)\n(?:(?!^##).)*?```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
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
INSERTS = '    op.execute("INSERT INTO roles VALUES (1)")'
FROM_VARIABLE = """config = context.config
import os
config.set_main_option("sqlalchemy.url", os.environ["DATABASE_URL"])
"""
PREPARED = """config = context.config
assert config.attributes["table_prefix"] == "shop_"
given = config.attributes["connection"]
context.configure(connection=given)
context.run_migrations()
"""
MODELS = """
import sqlalchemy as sa

metadata = sa.MetaData()
{name} = sa.Table("{name}", metadata, sa.Column("id", sa.Integer, primary_key=True){more})
"""
MAKE = """
import sqlalchemy as sa


def make(connection):
    connection.execute(sa.text("CREATE TABLE users (id int NOT NULL PRIMARY KEY)"))
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


def prepared(project: Adopted) -> None:
    generic(project)
    env = project.root / "migrations/env.py"
    before, _, _ = env.read_text(encoding="utf-8").partition("config = context.config\n")
    env.write_text(before + PREPARED, encoding="utf-8")
    revise(project)


def models(project: Adopted, name: str, more: str = "") -> None:
    project.write("models.py", MODELS.format(name=name, more=more))
    project.replace("migrations/env.py", "target_metadata = None", "import models\n\ntarget_metadata = models.metadata")


def other_driver(project: Adopted) -> None:
    generic(project, driver="cymysql")
    revise(project)


def two_heads(project: Adopted, *labels: str | None) -> None:
    generic(project)
    for number, label in enumerate(labels, 1):
        revise(project, f"000{number}", label=label)


def version_locations(project: Adopted) -> None:
    generic(project)
    locations = "version_locations = %(here)s/users/versions:%(here)s/orders/versions"
    project.replace("alembic.ini", "[alembic]\n", f"[alembic]\n{locations}\n")
    revise(project, directory="users", label="users")
    revise(project, "0002", directory="orders", label="orders")


def two_projects(project: Adopted) -> None:
    for name in ("billing", "audit"):
        generic(project, directory=f"{name}/migrations")
        ini = (project.root / "alembic.ini").rename(project.root / name / "alembic.ini")
        text = ini.read_text(encoding="utf-8")
        ini.write_text(re.sub(r"(?m)^(script_location) = .*", r"\1 = %(here)s/migrations", text), encoding="utf-8")
        revise(project, directory=f"{name}/migrations")


def two_sections(project: Adopted) -> None:
    generic(project, directory="billing")
    ini = project.root / "alembic.ini"
    text = ini.read_text(encoding="utf-8").replace("[alembic]", "[billing]")
    own = "[audit]\nscript_location = %(here)s/audit\nsqlalchemy.url = mysql+pymysql://shop@db.example/shop\n"
    ini.unlink()
    generic(project, directory="audit")
    ini.write_text(f"{own}\n{text}", encoding="utf-8")
    for name in ("billing", "audit"):
        revise(project, directory=name)


def other_database(project: Adopted) -> None:
    generic(project)
    upgrade = 'op.create_table("bills", sa.Column("id", sa.Integer, primary_key=True), schema="billing")'
    revise(project, upgrade=upgrade, downgrade='op.drop_table("bills", schema="billing")')


def installed_before(project: Adopted) -> None:
    generic(project)
    project.write("tests/start.sql", "CREATE TABLE `users` (`id` int NOT NULL, PRIMARY KEY (`id`));\n")
    project.write("start.py", MAKE)
    change = 'op.{}_column("users", {})'
    add, drop = change.format("add", 'sa.Column("name", sa.String(9))'), change.format("drop", '"name"')
    revise(project, upgrade=add, downgrade=drop)


def installed_by_models(project: Adopted) -> None:
    installed_before(project)
    models(project, "users", ', sa.Column("name", sa.String(9))')


def without_downgrades(project: Adopted) -> None:
    generic(project)
    revise(project, downgrade="pass")


CLEAN = ["0 findings", "0 warnings"]
GENERIC = "An `alembic.ini` and a generic or async env.py"
LABELS = "Branches with labels"
SHAPES: dict[str, tuple[str, Callable[[Adopted], None]]] = {
    "generic": (GENERIC, lambda each: from_variable(each, "generic", "pymysql")),
    "async": (GENERIC, lambda each: from_variable(each, "async", "aiomysql")),
    "another driver": ("A driver that the tests do not have", other_driver),
    "prepared": ("An env.py that the application prepares", prepared),
    "Flask-Migrate": ("Flask-Migrate", flask),
    "expand and contract": (LABELS, lambda each: two_heads(each, "expand", "contract")),
    "version_locations": (LABELS, version_locations),
    "two heads": ("Two heads without labels", lambda each: two_heads(each, None, None)),
    "two projects": ("Several projects in one repository", two_projects),
    "two sections": ("Several sections of one `alembic.ini`", two_sections),
    "another database": ("Tables in other databases", other_database),
    "start by a dump": ("Histories that do not start from nothing", installed_before),
    "start by the models": ("From the models", installed_by_models),
    "start by a function": ("From a function", installed_before),
    "without downgrades": ("Revisions without downgrades", without_downgrades),
}
INSTALLED = "Installed by `create_all`, then stamped"
OLD = "Old histories that have findings"


def test_every_recipe_has_a_project() -> None:
    assert {heading for heading, _ in SHAPES.values()} | {INSTALLED, OLD} == RECIPES.keys()


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


def test_what_installs_is_compared_with_the_migrations(adopted: Adopted) -> None:
    generic(adopted)
    models(adopted, "roles")
    revise(adopted, upgrade=f"{CREATES.format('roles')}\n{INSERTS}", downgrade=DROPS.format("roles"))
    assert adopted.verify()[0] == 0
    adopted.write("pyproject.toml", RECIPES[INSTALLED])
    status, text = adopted.verify()
    assert (status, text.count("installed-differs-from-migrated\n")) == (1, 1), text


def test_what_is_recorded_fails_no_more(adopted: Adopted) -> None:
    without_downgrades(adopted)
    adopted.write("pyproject.toml", RECIPES[OLD])
    adopted.verify("--stairway-baseline-write")
    assert adopted.verify()[0] == 0
    revise(adopted, "0002")
    adopted.replace("migrations/versions/0002.py", "down_revision = None", 'down_revision = "0001"')
    adopted.replace("migrations/versions/0002.py", DROPS.format("t0002"), "pass")
    status, text = adopted.verify()
    assert (status, text.count("1 finding, 0 warnings, 1 known")) == (1, 1), text
