"""Flask's guide on the oldest releases of Flask-Migrate that are supported, in an environment of their own."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from tests.adoption.conftest import install, make_environment
from tests.adoption.guides import follow

if TYPE_CHECKING:
    from pathlib import Path

    from tests.adoption.conftest import Adopted

ONE_SERVER = True
OLD = (
    "alembic==1.9.*",
    "flask==2.2.*",
    "flask-migrate==2.5.3",
    "flask-sqlalchemy==2.5.1",
    "sqlalchemy==1.4.*",
    "werkzeug==2.2.*",
)
pytestmark = pytest.mark.skipif(sys.version_info >= (3, 12), reason="Flask 2.2 is for Python 3.11 and older")


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel with the old releases, and whatever else it needs in its newest, from PyPI."""
    python = make_environment(tmp_path_factory.mktemp("old-flask"))
    try:
        install(python, wheel, *OLD)
    except AssertionError as error:
        if "CI" in os.environ or "Retrying" not in str(error):  # as pip says where no index answers
            raise
        pytest.skip(f"PyPI, which has {', '.join(OLD)}, cannot be reached from here")
    return python


def test_the_guide_on_flask_migrate_2_5(adopted: Adopted) -> None:
    for printed, expected in follow("flask.md", adopted):
        assert printed == expected
