"""Finding the Alembic project that is to be verified."""

from __future__ import annotations

import configparser
import contextlib
import enum
import os
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import alembic
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from pytest_stairway.errors import ProjectError
from pytest_stairway.history.config_file import has_tool_alembic, refuse_unreadable, unparsable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.settings import Settings

INI = "alembic.ini"
PYPROJECT = "pyproject.toml"
FLASK_MIGRATE_DIRECTORY = "migrations"
VARIABLE = "ALEMBIC_CONFIG"
"""Where Alembic's command line looks for the name of its configuration file when no -c is given."""
WAYS_OUT = (
    "pass --stairway-config path/to/alembic.ini",
    'or set config = "path/to/alembic.ini" in [tool.stairway] of pyproject.toml',
)


class Kind(enum.StrEnum):
    """FLASK_MIGRATE is an alembic.ini without script_location beside env.py: `flask db` sets it to that directory."""

    INI = "alembic.ini"
    PYPROJECT = "pyproject.toml"
    FLASK_MIGRATE = "Flask-Migrate"


@dataclass(frozen=True, slots=True)
class Source:
    """A file that configures Alembic; `toml` is the pyproject.toml beside an ini file where it has [tool.alembic]."""

    file: Path
    kind: Kind
    section: str
    toml: Path | None = None

    def config(self) -> Config:
        ini = None if self.kind is Kind.PYPROJECT else str(self.file)
        config = Config(ini, ini_section=self.section)
        if self.toml is not None:
            config.toml_file_name = str(self.toml)
        if self.kind is Kind.FLASK_MIGRATE:
            _set_script_location(config, self.file.parent)
        return config


@dataclass(frozen=True, slots=True)
class Project:
    """An Alembic project, all paths absolute.

    `root` is where pytest's root is, `working_directory` where Alembic must be run so that relative paths of its
    configuration hold, `sys_path` what its `prepend_sys_path` names.
    """

    root: Path
    source: Source
    working_directory: Path
    directory: Path
    version_locations: tuple[Path, ...]
    recursive: bool = False
    sourceless: bool = False
    sys_path: tuple[str, ...] = ()

    @property
    def env_py(self) -> Path:
        return self.directory / "env.py"

    @property
    def config_file(self) -> Path:
        return self.source.file

    @property
    def kind(self) -> Kind:
        return self.source.kind

    @property
    def section(self) -> str:
        return self.source.section

    def alembic_config(self) -> Config:
        """Return a new Config, with script_location made absolute."""
        config = self.source.config()
        _set_script_location(config, self.directory)
        return config

    def label(self, path: Path) -> str:
        """Name a file as it is typed from the root."""
        return _label(path, self.root)

    def command(self, words: str) -> str:
        """Write an Alembic command ("merge a b") as a person types it for this project in its root."""
        if self.kind is Kind.FLASK_MIGRATE:
            directory = self.label(self.directory)
            return f"flask db {words}" + ("" if directory == FLASK_MIGRATE_DIRECTORY else f" -d {directory}")
        name = "alembic"
        if self.config_file.parent != self.working_directory or self.config_file.name not in (INI, PYPROJECT):
            name += f" -c {_label(self.config_file, self.working_directory)}"
        if self.section != "alembic":
            name += f" -n {self.section}"
        change = "" if self.working_directory == self.root else f"cd {self.label(self.working_directory)} && "
        return f"{change}{name} {words}"


def find_project(root: Path, settings: Settings) -> Project:
    """Find the project below `root`; a relative name of its configuration starts there. No revision file is read.

    Raises:
        ProjectError: no configuration, or one whose section or script directory cannot be found.
    """
    root = root.resolve()
    section = settings.section
    if settings.config:
        source = _given(root, settings.config, f"config ({settings.source('config') or 'settings'})", section)
    elif name := os.environ.get(VARIABLE):
        source = _given(root, name, f"the environment variable {VARIABLE}", section)
    else:
        source = _searched(root, section)
    return _locate(root, source)


def _given(root: Path, name: str, named_by: str, section: str) -> Source:
    file = (root / Path(name).expanduser()).resolve()
    if file.is_dir():
        inside = next((name for name in (INI, PYPROJECT) if (file / name).is_file()), INI)
        raise ProjectError(
            f"{_label(file, root)} is a directory; {named_by} must name a file",
            fix=(f"pass --stairway-config {_label(file / inside, root)}",),
        )
    if not file.is_file():
        raise ProjectError(
            f"{_label(file, root)} does not exist; {named_by} names it",
            tried=(str(file),),
            fix=(WAYS_OUT[0],),
        )
    return _pyproject(file, section, root) if file.name == PYPROJECT else _ini(file, section, root)


def _searched(root: Path, section: str) -> Source:
    ini, toml, flask = root / INI, root / PYPROJECT, root / FLASK_MIGRATE_DIRECTORY / INI
    if ini.is_file():
        return _ini(ini, section, root)
    if toml.is_file() and has_tool_alembic(toml, PYPROJECT):
        return _pyproject(toml, section, root)
    if flask.is_file():
        return _ini(flask, section, root)
    missing = "has no [tool.alembic]" if toml.is_file() else "not there"
    raise ProjectError(
        f"no Alembic project in {root}",
        tried=(f"{INI}: not there", f"{PYPROJECT}: {missing}", f"{FLASK_MIGRATE_DIRECTORY}/{INI}: not there"),
        fix=WAYS_OUT,
    )


def _pyproject(file: Path, section: str, root: Path) -> Source:
    """Read [tool.alembic]; an alembic.ini beside it, where Alembic looks for the URL, is read first as it is there."""
    if not has_tool_alembic(file, _label(file, root)):
        raise ProjectError(f"{_label(file, root)} has no [tool.alembic]", fix=WAYS_OUT)
    if not _alembic_reads_toml():
        raise ProjectError(
            f"Alembic {alembic.__version__} does not read [tool.alembic] of {_label(file, root)}",
            fix=('pip install "alembic>=1.16"', WAYS_OUT[0].replace("pass", "or pass")),
        )
    ini = file.parent / INI
    return _ini(ini, section, root) if ini.is_file() else Source(file, Kind.PYPROJECT, "alembic", toml=file)


def _ini(file: Path, section: str, root: Path) -> Source:
    refuse_unreadable(file, _label(file, root))
    beside = file.parent / PYPROJECT
    is_read = _alembic_reads_toml() and beside.is_file()
    toml = beside if is_read and has_tool_alembic(beside, _label(beside, root)) else None
    source = Source(file, Kind.INI, section, toml)
    try:
        ini = source.config().file_config
        has_location = ini.has_option(section, "script_location")
    except (configparser.Error, UnicodeDecodeError) as error:
        raise unparsable(_label(file, root), error) from error
    if has_location or toml is not None:
        return source
    if not ini.has_section(section):
        located = [name for name in ini.sections() if ini.has_option(name, "script_location")]
        fix = tuple(f"pass --stairway-section {name}" for name in located) or WAYS_OUT
        raise ProjectError(f"{_label(file, root)} has no [{section}] section", fix=fix)
    if (file.parent / "env.py").is_file():
        return Source(file, Kind.FLASK_MIGRATE, section)
    raise ProjectError(
        f"{_label(file, root)} has no script_location in [{section}]",
        fix=(f"write script_location = %(here)s/<the directory of env.py> into [{section}]",),
    )


def _locate(root: Path, source: Source) -> Project:
    """Load the script directory as Alembic does where it is run: beside its file, in the root, or further up.

    Applications that run Alembic themselves ship an ini file whose script_location starts at the top of their source.
    """
    places = tuple(dict.fromkeys((source.file.parent, root, *source.file.parent.parents)))
    if source.kind is Kind.FLASK_MIGRATE:
        places = (root,)
    errors = []
    for place in places:
        before = list(sys.path)
        with _as_run_in(place):
            config = source.config()
            try:
                location = _script_location(config)
                script = ScriptDirectory.from_config(config)
                locations = script._version_locations  # noqa: SLF001 - the public `versions` refuses more than one
            except CommandError:  # Alembic raises it where there is no location, or nothing at it
                errors.append(_not_there(location, place))
                continue
            except Exception as error:  # a package named in script_location is imported, and may raise anything
                raise _unlocatable(root, source, f"{type(error).__name__}: {error}") from error
            added = sys.path[: len(sys.path) - len(before)]
        project = Project(
            root=root,
            source=source,
            working_directory=place,
            directory=(place / script.dir).resolve(),
            version_locations=tuple(place / location for location in locations),
            recursive=getattr(script, "recursive_version_locations", False),  # new in Alembic 1.10
            sourceless=script.sourceless,
            sys_path=tuple(str(place / entry) for entry in added),
        )
        _refuse_without_env(project)
        return project
    raise _unlocatable(root, source, *tuple(dict.fromkeys(errors))[:2])


def _is_there(file: Path) -> bool:
    try:
        return file.is_file()
    except PermissionError:  # which is told when it is opened
        return True


def _not_there(location: str | None, place: Path) -> str:
    if not location:
        return "it has no script_location"
    where = "" if Path(location).is_absolute() else f"in {place}: "
    return f"{where}{location} does not exist"


def _refuse_without_env(project: Project) -> None:
    env = project.env_py
    if not _is_there(env):
        raise ProjectError(
            f"{project.label(project.directory)} has no env.py, which Alembic runs for every command",
            tried=(f"{env}: not there",),
            fix=(f"restore {project.label(env)}, or copy the one that `alembic init` writes", f"or {WAYS_OUT[0]}"),
        )
    refuse_unreadable(env, project.label(env))


def _unlocatable(root: Path, source: Source, *errors: str) -> ProjectError:
    name = _label(source.file, root)
    return ProjectError(
        f"the script directory that {name} names cannot be found",
        tried=errors,
        fix=(f"correct script_location in {name}, or pass --stairway-config path/to/alembic.ini",),
    )


@contextlib.contextmanager
def _as_run_in(directory: Path) -> Iterator[None]:
    """Be in a directory; what Alembic warns of while it reads its configuration, it says again when it runs."""
    sys_path = list(sys.path)
    with contextlib.chdir(directory), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            sys.path[:] = sys_path


def _script_location(config: Config) -> str | None:
    read = config.get_alembic_option if _alembic_reads_toml() else config.get_main_option
    return read("script_location")


def _set_script_location(config: Config, directory: Path) -> None:
    config.set_main_option("script_location", str(directory).replace("%", "%%"))


def _alembic_reads_toml() -> bool:
    return hasattr(Config, "toml_file_name")  # new in Alembic 1.16


def _label(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
