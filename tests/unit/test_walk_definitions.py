from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_stairway.history.project import find_project
from pytest_stairway.settings import Settings
from pytest_stairway.walk.definitions import definitions

if TYPE_CHECKING:
    from pathlib import Path

ORDERS = '\n\nclass Order(Base):\n    __tablename__ = "orders"\n'


def packaged(root: Path) -> Path:
    """Write a package that holds its migrations, and return the directory that it is installed in."""
    migrations = root / "lib" / "shop" / "db" / "migrations"
    (migrations / "versions").mkdir(parents=True)
    (migrations / "env.py").touch()
    (migrations / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s\n")
    for package in (migrations.parent.parent, migrations.parent, migrations):
        (package / "__init__.py").touch()
    (root / "lib" / "shop" / "orders.py").write_text(ORDERS)
    (root / "lib" / "other.py").write_text(ORDERS)
    return root / "lib"


def test_a_package_installed_outside_the_root_is_the_application(tmp_path: Path) -> None:
    installed = packaged(tmp_path)
    root = tmp_path / "tests"
    root.mkdir()
    (root / "models.py").write_text(ORDERS)
    project = find_project(root, Settings(config="../lib/shop/db/migrations/alembic.ini"))
    ((table, definition),) = definitions({"orders"}, project)
    location = definition.location
    assert (table, location.path, location.line) == ("orders", str(installed / "shop" / "orders.py"), 3)


def test_a_project_inside_the_root_is_all_of_the_root(tmp_path: Path) -> None:
    packaged(tmp_path)
    project = find_project(tmp_path, Settings(config="lib/shop/db/migrations/alembic.ini"))
    assert definitions({"orders"}, project) == ()  # orders.py and other.py both define it
