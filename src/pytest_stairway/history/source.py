"""Finding the file that configures Alembic: an ini file, a pyproject.toml, or that of Flask-Migrate."""

from __future__ import annotations

import configparser
import enum
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import alembic
from alembic.config import Config

from pytest_stairway.errors import ProjectError
from pytest_stairway.history.config_file import has_tool_alembic, refuse_unreadable, unparsable

if TYPE_CHECKING:
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
            set_script_location(config, self.file.parent)
        return config


def find_source(root: Path, settings: Settings) -> Source:
    """Find the file that the settings or Alembic's own variable name, or the one that is usual below `root`.

    Raises:
        ProjectError: there is none, or it does not configure Alembic.
    """
    section = settings.section
    if settings.config:
        return _given(root, settings.config, f"config ({settings.source('config') or 'settings'})", section)
    if name := os.environ.get(VARIABLE):
        return _given(root, name, f"the environment variable {VARIABLE}", section)
    return _searched(root, section)


def _given(root: Path, name: str, named_by: str, section: str) -> Source:
    file = (root / Path(name).expanduser()).resolve()
    if file.is_dir():
        inside = next((name for name in (INI, PYPROJECT) if (file / name).is_file()), INI)
        raise ProjectError(
            f"{label(file, root)} is a directory; {named_by} must name a file",
            fix=(f"pass --stairway-config {label(file / inside, root)}",),
        )
    if not file.is_file():
        raise ProjectError(
            f"{label(file, root)} does not exist; {named_by} names it",
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
    if not has_tool_alembic(file, label(file, root)):
        raise ProjectError(f"{label(file, root)} has no [tool.alembic]", fix=WAYS_OUT)
    if not alembic_reads_toml():
        raise ProjectError(
            f"Alembic {alembic.__version__} does not read [tool.alembic] of {label(file, root)}",
            fix=('pip install "alembic>=1.16"', WAYS_OUT[0].replace("pass", "or pass")),
        )
    ini = file.parent / INI
    return _ini(ini, section, root) if ini.is_file() else Source(file, Kind.PYPROJECT, "alembic", toml=file)


def _ini(file: Path, section: str, root: Path) -> Source:
    refuse_unreadable(file, label(file, root))
    beside = file.parent / PYPROJECT
    is_read = alembic_reads_toml() and beside.is_file()
    toml = beside if is_read and has_tool_alembic(beside, label(beside, root)) else None
    source = Source(file, Kind.INI, section, toml)
    try:
        ini = source.config().file_config
        has_location = ini.has_option(section, "script_location")
    except (configparser.Error, UnicodeDecodeError) as error:
        raise unparsable(label(file, root), error) from error
    if has_location or toml is not None:
        return source
    if not ini.has_section(section):
        located = [name for name in ini.sections() if ini.has_option(name, "script_location")]
        fix = tuple(f"pass --stairway-section {name}" for name in located) or WAYS_OUT
        raise ProjectError(f"{label(file, root)} has no [{section}] section", fix=fix)
    if (file.parent / "env.py").is_file():
        return Source(file, Kind.FLASK_MIGRATE, section)
    raise ProjectError(
        f"{label(file, root)} has no script_location in [{section}]",
        fix=(f"write script_location = %(here)s/<the directory of env.py> into [{section}]",),
    )


def set_script_location(config: Config, directory: Path) -> None:
    config.set_main_option("script_location", str(directory).replace("%", "%%"))


def alembic_reads_toml() -> bool:
    return hasattr(Config, "toml_file_name")  # new in Alembic 1.16


def label(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
