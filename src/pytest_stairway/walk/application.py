"""The Flask application that a Flask-Migrate env.py asks for, found and entered as `flask db` does."""

from __future__ import annotations

import contextlib
import importlib
import os
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url

from pytest_stairway.errors import EnvironmentRefused, ProjectError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from alembic.config import Config

    from pytest_stairway.walk.connections import ConnectionGuard

_FILES = ("wsgi.py", "app.py")
"""Where Flask looks when it is not told (Flask documentation, "Application Discovery")."""
_DATABASE, _BINDS = "SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_BINDS"
_FOR_TESTS = "or name what makes it for tests: app = \"package.module:create_app('testing')\" in [tool.stairway]"


@dataclass
class Application:
    """`path` is what `flask --app` takes; None leaves it to FLASK_APP, `.flaskenv`, and the files Flask looks for.

    It is loaded once: a factory may register what cannot be registered twice.
    """

    path: str | None = None
    _loaded: Any = field(default=None, repr=False)

    @property
    def is_loaded(self) -> bool:
        """Whether it was made before, or the test run is in the context of one."""
        return self._loaded is not None or bool(_flask().current_app)

    def load(self, guard: ConnectionGuard) -> None:
        """Make the application. It may connect to its database meanwhile, and even create its tables.

        What `guard` refused is what happened, even if the application made something else of it.

        Raises:
            ProjectError: Flask is not installed, finds no application, or that raises something.
            EnvironmentRefused: it connects to what is neither MySQL nor MariaDB.
        """
        from flask.cli import NoAppException, ScriptInfo, load_dotenv  # noqa: PLC0415 - see `_flask`

        load_dotenv()
        path = self.path or os.environ.get("FLASK_APP")
        try:
            self._loaded = ScriptInfo(app_import_path=path).load_app()
        except (Exception, SystemExit) as error:  # the application is the project's: it may raise anything
            if guard.refusal is not None:
                raise _refused(path, guard.refusal, error) from error
            if isinstance(error, NoAppException):
                raise _not_found(path, error) from error
            raise _not_made(path, error) from error

    @contextlib.contextmanager
    def context(self) -> Iterator[None]:
        """Push the context of the application that was loaded, unless the test run is in one already."""
        if _flask().current_app:
            yield
            return
        with self._loaded.app_context():
            yield


def _flask() -> ModuleType:
    """Import Flask, which only projects that use it have.

    Raises:
        ProjectError: it is not installed.
    """
    try:
        return importlib.import_module("flask")
    except ModuleNotFoundError as error:
        raise ProjectError(
            "the project uses Flask-Migrate, and Flask is not installed in this environment",
            tried=(str(error),),
            fix=("install the application with its requirements into the environment that pytest runs in",),
        ) from None


@contextlib.contextmanager
def migrating(config: Config, url: URL) -> Iterator[Config]:
    """Prepare Flask-Migrate as `flask db` does: functions registered with `@migrate.configure` have their say.

    Each of its databases that is SQLite, where nothing says otherwise, is the scratch database meanwhile.
    """
    current_app = _flask().current_app
    extension = current_app.extensions.get("migrate")
    if extension is None:
        yield config
        return
    with _instead_of_sqlite(extension.db, current_app.config, url):
        yield extension.migrate.call_configure_callbacks(config)


@contextlib.contextmanager
def _instead_of_sqlite(db: Any, settings: dict[str, Any], url: URL) -> Iterator[None]:
    """Flask-SQLAlchemy 3 keeps the engines that it made; earlier ones look at the settings again each time."""
    own = {name: settings[name] for name in (_DATABASE, _BINDS) if settings.get(name)}
    engines = getattr(db, "engines", {})
    replaced = {key: engine for key, engine in engines.items() if engine.dialect.name == "sqlite"}
    text = url.render_as_string(hide_password=False)
    settings.update({name: _replaced(value, text) for name, value in own.items()})
    engines.update({key: create_engine(url) for key in replaced})
    try:
        yield
    finally:
        settings.update(own)
        for key, engine in replaced.items():
            engines[key].dispose()
            engines[key] = engine


def _replaced(value: Any, url: str) -> Any:
    """Put a URL in the place of SQLite's, in the setting of the database or in that of the binds."""
    if isinstance(value, dict):
        return {name: _replaced(each, url) if isinstance(each, str | URL) else each for name, each in value.items()}
    return url if make_url(value).get_backend_name() == "sqlite" else value


def _refused(path: str | None, error: EnvironmentRefused, raised: BaseException) -> EnvironmentRefused:
    """Add to a refusal which line of the application it met; `raised` is what became of it there."""
    stacks = (raised.__traceback__,) if raised is error else (raised.__traceback__, error.__traceback__)
    frames = [frame for stack in stacks for frame in traceback.extract_tb(stack)]
    line = next((frame for frame in reversed(frames) if not _is_of_library(Path(frame.filename))), frames[-1])
    return EnvironmentRefused(
        error.what.replace("env.py", f"the Flask application {path or ''}".rstrip()),
        tried=(f"making it: {_label(line.filename)}:{line.lineno}: {line.line}",),
        fix=(
            "configure it for MySQL or MariaDB where pytest is run, by the variables or the file that it reads",
            _FOR_TESTS,
        ),
    )


def _label(file: str) -> str:
    """Shorten the path of a file below the directory that the walk runs in."""
    path = Path(file)
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _is_of_library(file: Path) -> bool:
    """Tell the frames of Flask, SQLAlchemy and ours from those of an application, which may itself be installed."""
    return any(part.startswith(("flask", "sqlalchemy", "pytest_stairway", "importlib")) for part in file.parts[-3:])


def _not_made(path: str | None, error: BaseException) -> ProjectError:
    frames = traceback.extract_tb(error.__traceback__)
    line = next((frame for frame in reversed(frames) if frame.line), frames[-1])  # exit() is frozen
    words = str(error).strip().splitlines()[:1]
    return ProjectError(
        f"the Flask application {path or ''} cannot be made: {': '.join([type(error).__name__, *words])}".replace(
            "  ", " "
        ),
        tried=(f"{_label(line.filename)}:{line.lineno}: {line.line}",),
        fix=(
            "make `flask db current` work first",
            _FOR_TESTS,
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
