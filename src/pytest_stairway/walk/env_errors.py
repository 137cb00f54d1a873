"""What env.py, or a file that it or Alembic imports, raised: where, and what to do about it."""

from __future__ import annotations

import configparser
import os
import re
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy.exc import NoSuchModuleError, SQLAlchemyError

from pytest_stairway.errors import EnvironmentRefused, ProjectError, StairwayError
from pytest_stairway.history.source import Kind
from pytest_stairway.history.syntax import syntax_problem
from pytest_stairway.passwords import hide_passwords
from pytest_stairway.walk.connections import DIALECTS, wrong_dialect
from pytest_stairway.walk.recorder import server_error

if TYPE_CHECKING:
    from pytest_stairway.history.project import Project
    from pytest_stairway.walk.variables import AskedFor

MOST_LINES = 8
"""Of an error message of env.py's that is quoted."""

_DISTRIBUTIONS = {
    "MySQLdb": "mysqlclient",
    "dateutil": "python-dateutil",
    "decouple": "python-decouple",
    "dotenv": "python-dotenv",
    "mysql": "mysql-connector-python",
    "yaml": "PyYAML",
}
_READS_CONNECTION = re.compile(r"""\battributes\s*(?:\.get\(|\[)\s*["']connection["']""")
_IN_XA_TRANSACTION, _UNKNOWN_DATABASE = 1399, 1049
_WORKS_ALONE = "make `{upgrade}` work on an empty database first"
_GIVE = "give env.py what it reads: {setting} and x = [...] in [tool.stairway]"


def env_error(error: BaseException, project: Project, asked: AskedFor) -> StairwayError:
    """Explain what a run of env.py ended with; `asked` are the environment variables that it looked up."""
    raised = raised_in(error, project)
    dialect = _dialect_without_driver(error)
    if dialect is not None and dialect not in DIALECTS:
        return refused_at(wrong_dialect(dialect, asked).with_traceback(error.__traceback__), project)
    if isinstance(error, ImportError):
        return ProjectError(
            f"env.py cannot be imported: {error}",
            tried=(
                raised,
                f"importing from {project.root} and sys.path, prepend_sys_path of the Alembic config included",
            ),
            fix=_ways_to_import(error, project),
        )
    for explain in (
        _syntax_error,
        _interpolation_error,
        _logging_error,
        _unknown_driver,
        _not_configured,
        _two_phases,
        _another_database,
    ):
        known = explain(error, project)
        if known is not None:
            return known
    attribute = _missing_attribute(error)
    if attribute is not None:
        return ProjectError(
            f'env.py reads config.attributes["{attribute}"], and nobody put it there',
            tried=(raised,),
            fix=(f'set attributes = {{ {attribute} = "..." }} in [tool.stairway], as the application does',),
        )
    works_alone = _WORKS_ALONE.format(upgrade=project.command("upgrade heads"))
    if isinstance(error, CommandError):
        return ProjectError(f"Alembic stopped: {error}", tried=(raised,), fix=(works_alone,))
    return ProjectError(
        f"env.py raised {_first_line(error)}",
        tried=(raised, *_other_lines(error)),
        fix=_ways_to_run(error, asked, works_alone),
    )


def _ways_to_run(error: BaseException, asked: AskedFor, works_alone: str) -> tuple[str, ...]:
    if (attribute := _missing_on_config(error)) is not None:
        return (
            "set in conftest.py what the project's own command sets before it calls Alembic:",
            f"alembic.config.Config.{attribute} = ...",
            "whatever database it names, env.py's connections go to the disposable one",
        )
    if (variable := _missing_variable(error)) is not None:
        return (
            f"set {variable} where pytest is run; if env.py takes the database's URL from it, set",
            f'url_variables = ["{variable}"] in [tool.stairway], and it is that of the scratch database',
        )
    return (
        works_alone,
        *_wants_connection(error),
        f"or {_GIVE.format(setting=asked.setting(str(error)))}",
        *asked.beforehand(str(error)),
    )


def nested(error: BaseException | None, project: Project) -> ProjectError:
    """Explain what an Alembic command inside env.py does; `error` is what env.py then raised."""
    return ProjectError(
        f"{project.label(project.env_py)} runs another Alembic command,"
        " which takes alembic.context away from the one that runs env.py",
        tried=(raised_in(error, project) if error is not None else "", "Alembic then stops with a KeyError itself"),
        fix=(
            "let env.py migrate by context.run_migrations() alone, and call command.upgrade(), command.stamp()",
            "and the like where the application starts",
        ),
    )


def refused_at(error: StairwayError, project: Project) -> StairwayError:
    """Add to a refusal the line of the project that it met."""
    if not isinstance(error, EnvironmentRefused):
        return error
    return EnvironmentRefused(error.what, tried=(raised_in(error, project), *error.tried), fix=error.fix)


def loading_error(error: BaseException, project: Project) -> ProjectError:
    """Explain what a revision file raised while Alembic imported it."""
    fix = "repair it there; `{history}` must work first".format(history=project.command("history"))
    return ProjectError(
        f"Alembic cannot load the revisions: {_first_line(error)}",
        tried=(raised_in(error, project), *_other_lines(error)),
        fix=_ways_to_import(error, project) if isinstance(error, ImportError) else (fix,),
    )


def raised_in(error: BaseException, project: Project) -> str:
    """Name the innermost line of the project's own files that an exception passed; it may itself be installed."""
    places = (project.directory, *project.version_locations)
    own = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if any(Path(frame.filename).is_relative_to(place) for place in places)
        or (Path(frame.filename).is_relative_to(project.root) and "site-packages" not in frame.filename)
    ]
    if not own:
        return ""
    return hide_passwords(f"{project.label(Path(own[-1].filename))}:{own[-1].lineno}: {own[-1].line}")


def _ways_to_import(error: ImportError, project: Project) -> tuple[str, ...]:
    name = error.name or ""
    top, _, submodule = name.partition(".")
    if not isinstance(error, ModuleNotFoundError):
        return ("correct the import, or install the version that has this name",)
    if submodule:  # the package itself was found, or Python would name that
        return (f"correct the import: {top} is there, and has no module {submodule}",)
    for place in (project.root, project.working_directory, project.root / "src"):
        if (place / top).is_dir() or (place / f"{top}.py").is_file():
            return (f"let Alembic find {project.label(place / top)}: {_sys_path_setting(place, project)}",)
    return (
        f"install it into this environment: pip install {_DISTRIBUTIONS.get(name, name)}",
        f"or, if it is your own, name the directory that holds it: {_sys_path_setting(None, project)}",
    )


def _sys_path_setting(place: Path | None, project: Project) -> str:
    entry = "path/to/directory" if place is None else os.path.relpath(place, project.working_directory)
    value, section = entry, f"[{project.section}]"
    if project.kind is Kind.PYPROJECT:
        value, section = f'["{entry}"]', "[tool.alembic]"
    return f"prepend_sys_path = {value} in {section} of {project.label(project.config_file)}"


def _dialect_without_driver(error: BaseException) -> str | None:
    """Give the dialect whose driver could not be imported."""
    if isinstance(error, ModuleNotFoundError):
        for frame in traceback.extract_tb(error.__traceback__):
            parts = Path(frame.filename).parts
            if "dialects" in parts[:-2] and "sqlalchemy" in parts:
                return parts[parts.index("dialects") + 1]
    return None


def _syntax_error(error: BaseException, project: Project) -> ProjectError | None:
    """Explain a file that Python cannot parse: env.py, or one that it imports."""
    if not isinstance(error, SyntaxError) or not error.filename or not Path(error.filename).is_file():
        return None
    file = Path(error.filename).resolve()
    problem = syntax_problem(file.read_bytes(), error)
    reason, *quoted = problem.reason.splitlines()
    where = project.label(file) if problem.line is None else f"{project.label(file)}:{problem.line}"
    what = f"{project.label(file)} cannot be parsed"
    if file != project.env_py:
        what += ", so env.py cannot be run"
    return ProjectError(what, tried=(f"{where}: {reason}", *quoted), fix=(problem.remedy,))


def _interpolation_error(error: BaseException, project: Project) -> ProjectError | None:
    """Explain a value of alembic.ini without showing it: it may be a URL with a password."""
    if not isinstance(error, configparser.InterpolationError):
        return None
    return ProjectError(
        f"{error.option} in [{error.section}] of {project.label(project.config_file)} holds a % that means nothing",
        tried=(raised_in(error, project),),
        fix=("write %% where % itself is meant, as in a password; %(here)s is the directory of the file",),
    )


def _logging_error(error: BaseException, project: Project) -> ProjectError | None:
    """Explain a config file that logging cannot be configured from, by `fileConfig` in env.py."""
    if not isinstance(error, KeyError) or not any(
        frame.name == "fileConfig" for frame in traceback.extract_tb(error.__traceback__)
    ):
        return None
    return ProjectError(
        f"env.py configures logging from {project.label(project.config_file)}, which has no [{error.args[0]}]",
        tried=(raised_in(error, project),),
        fix=(
            "add the sections [loggers], [handlers] and [formatters], as `alembic init` writes them",
            "or let env.py call fileConfig() only where the file has them",
        ),
    )


def _unknown_driver(error: BaseException, project: Project) -> ProjectError | None:
    """Explain a drivername that SQLAlchemy does not know: `mysql+pymsql`."""
    if not isinstance(error, NoSuchModuleError):
        return None
    name = str(error).rpartition(":")[2].replace(".", "+")
    return ProjectError(
        f"SQLAlchemy knows no dialect {name}",
        tried=(raised_in(error, project),),
        fix=(
            "correct the beginning of the URL, as in mysql+pymysql://, or driver in [tool.stairway]",
            "or install the package that brings the dialect",
        ),
    )


def _two_phases(error: BaseException, project: Project) -> ProjectError | None:
    """Explain `USE_TWOPHASE = True` of Alembic's template `multidb`."""
    if server_error(error)[0] != _IN_XA_TRANSACTION:
        return None
    return ProjectError(
        "env.py migrates in two-phase (XA) transactions, in which MySQL and MariaDB refuse DDL",
        tried=(raised_in(error, project), f"the server: {server_error(error)[1]}"),
        fix=(
            "set USE_TWOPHASE = False in env.py, and begin no transaction by begin_twophase():",
            'DDL commits, and so cannot be part of one (MySQL manual, "XA Transaction States")',
        ),
    )


def _not_configured(error: BaseException, project: Project) -> ProjectError | None:
    """Explain what Alembic raises where env.py asks for what only `context.configure()` makes."""
    if not str(error).startswith("No context has been configured yet"):
        return None
    return ProjectError(
        "env.py uses the migration context before context.configure()",
        tried=(raised_in(error, project),),
        fix=("call context.configure(connection=connection, target_metadata=target_metadata) before that line",),
    )


def _another_database(error: BaseException, project: Project) -> ProjectError | None:
    """Explain a database beside the project's own, which Alembic itself is to write to: `version_table_schema`."""
    number, text = server_error(error)
    found = re.search(r"database '([^']+)'", text)
    if number != _UNKNOWN_DATABASE or found is None:
        return None
    return ProjectError(
        f"env.py works in a database beside the project's own: {text}",
        tried=(raised_in(error, project),),
        fix=(
            f'name it in [tool.stairway], and it is made for the walk: databases = ["{found[1]}"]',
            "or leave version_table_schema out of context.configure()",
        ),
    )


def _missing_variable(error: BaseException) -> str | None:
    """Name the environment variable that os.environ does not have."""
    frames = traceback.extract_tb(error.__traceback__)
    if isinstance(error, KeyError) and frames and frames[-1].filename in {os.__file__, "<frozen os>"}:
        return str(error.args[0])
    return None


def _missing_attribute(error: BaseException) -> str | None:
    """Name the key that config.attributes does not have; what makes a connection has a setting of its own."""
    if not isinstance(error, KeyError) or not error.args:
        return None
    name = str(error.args[0])
    frames = traceback.extract_tb(error.__traceback__)
    reads = frames and re.search(rf"""\battributes\[["']{re.escape(name)}["']\]""", frames[-1].line or "")
    return name if reads and name not in {"connection", "connectable", "engine"} else None


def _missing_on_config(error: BaseException) -> str | None:
    """Name the attribute that env.py expects on Alembic's Config, where the project's own command sets it."""
    return error.name if isinstance(error, AttributeError) and isinstance(error.obj, Config) else None


def _wants_connection(error: BaseException) -> tuple[str, ...]:
    """Name the setting for an env.py that stops because nobody put a connection into the config's attributes."""
    if isinstance(error, SQLAlchemyError) or "connect" not in str(error).lower():
        return ()
    files = {frame.filename for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_file()}
    if not any(_READS_CONNECTION.search(Path(file).read_text(encoding="utf-8", errors="replace")) for file in files):
        return ()
    return ('or set connection = "connection" (or "engine") in [tool.stairway]: it is config.attributes["connection"]',)


def _first_line(error: BaseException) -> str:
    text = hide_passwords(str(error)).strip().splitlines()
    return f"{type(error).__name__}: {text[0]}" if text else type(error).__name__


def _other_lines(error: BaseException) -> list[str]:
    """Give what a longer message goes on to say: pydantic names the missing settings there, SQLAlchemy its own page."""
    return [] if isinstance(error, SQLAlchemyError) else hide_passwords(str(error)).strip().splitlines()[1:MOST_LINES]
