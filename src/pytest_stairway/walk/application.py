"""The Flask application that a Flask-Migrate env.py asks for, found and entered as `flask db` does."""

from __future__ import annotations

import contextlib
import os
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url

from pytest_stairway.errors import ProjectError, StairwayError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic.config import Config

_FILES = ("wsgi.py", "app.py")
"""Where Flask looks when it is not told (Flask documentation, "Application Discovery")."""


@dataclass
class Application:
    """`path` is what `flask --app` takes; None leaves it to FLASK_APP, `.flaskenv`, and the files Flask looks for.

    It is loaded once: a factory may register what cannot be registered twice.
    """

    path: str | None = None
    _loaded: Any = field(default=None, repr=False)

    @contextlib.contextmanager
    def context(self) -> Iterator[None]:
        """Push the application's context, unless the test run is in one already.

        Raises:
            ProjectError: Flask is not installed, or finds no application.
        """
        try:
            from flask import current_app  # noqa: PLC0415 - only projects that use Flask have it
        except ModuleNotFoundError as error:
            raise ProjectError(
                "the project uses Flask-Migrate, and Flask is not installed in this environment",
                tried=(str(error),),
                fix=("install the application with its requirements into the environment that pytest runs in",),
            ) from None
        if current_app:
            yield
            return
        self._loaded = self._loaded or self._load()
        with self._loaded.app_context():
            yield

    def _load(self) -> Any:
        from flask.cli import NoAppException, ScriptInfo, load_dotenv  # noqa: PLC0415 - see `context`

        load_dotenv()
        path = self.path or os.environ.get("FLASK_APP")
        try:
            return ScriptInfo(app_import_path=path).load_app()
        except NoAppException as error:
            raise _not_found(path, error) from error
        except StairwayError:
            raise
        except Exception as error:  # the application is the project's: it may raise anything
            raise _not_made(path, error) from error


@contextlib.contextmanager
def migrating(config: Config, url: URL) -> Iterator[Config]:
    """Prepare Flask-Migrate as `flask db` does: functions registered with `@migrate.configure` have their say.

    An application whose own database is SQLite, where nothing says otherwise, gets the scratch database meanwhile.
    """
    from flask import current_app  # noqa: PLC0415 - see `Application.context`

    extension = current_app.extensions.get("migrate")
    if extension is None:
        yield config
        return
    with _instead_of_sqlite(extension.db, current_app.config, url):
        yield extension.migrate.call_configure_callbacks(config)


@contextlib.contextmanager
def _instead_of_sqlite(db: Any, settings: dict[str, Any], url: URL) -> Iterator[None]:
    """Flask-SQLAlchemy 3 keeps the engines that it made; earlier ones look at the setting again each time."""
    engines = getattr(db, "engines", None)
    own = settings.get("SQLALCHEMY_DATABASE_URI")
    if own is None or make_url(own).get_backend_name() != "sqlite":
        yield
        return
    before = dict(engines) if engines is not None else {}
    settings["SQLALCHEMY_DATABASE_URI"] = url.render_as_string(hide_password=False)
    if engines is not None:
        engines[None] = create_engine(url)
    try:
        yield
    finally:
        settings["SQLALCHEMY_DATABASE_URI"] = own
        if engines is not None:
            engines[None].dispose()
            engines.update(before)


def _not_made(path: str | None, error: Exception) -> ProjectError:
    line = traceback.extract_tb(error.__traceback__)[-1]
    words = str(error).strip().splitlines()[:1]
    return ProjectError(
        f"the Flask application {path or ''} cannot be made: {': '.join([type(error).__name__, *words])}".replace(
            "  ", " "
        ),
        tried=(f"{line.filename}:{line.lineno}: {line.line}",),
        fix=(
            "make `flask db current` work first",
            "or name what makes it for tests: app = \"package.module:create_app('testing')\" in [tool.stairway]",
        ),
    )


def _not_found(path: str | None, error: Exception) -> ProjectError:
    where = [f"{name}: {'there, without an application' if Path(name).is_file() else 'not there'}" for name in _FILES]
    tried = [path] if path else ["FLASK_APP: not set", *where]
    words = str(error).strip().splitlines()
    return ProjectError(
        "no Flask application was found, and env.py asks for one",
        tried=(*tried, *(words[-1:] if path else ())),
        fix=(
            'set app = "package.module:create_app" in [tool.stairway], as `flask --app` takes it',
            "or make `flask db upgrade` find it: FLASK_APP, or a .flaskenv file with python-dotenv installed",
        ),
    )
