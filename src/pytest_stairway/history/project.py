"""Finding the Alembic project that is to be verified."""

from __future__ import annotations

import contextlib
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from alembic.script import ScriptDirectory
from alembic.util import CommandError

from pytest_stairway.errors import ProjectError
from pytest_stairway.history.config_file import refuse_unreadable
from pytest_stairway.history.source import (
    FLASK_MIGRATE_DIRECTORY,
    INI,
    PYPROJECT,
    WAYS_OUT,
    Kind,
    Source,
    alembic_reads_toml,
    find_source,
    label,
    set_script_location,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic.config import Config

    from pytest_stairway.settings import Settings


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
        set_script_location(config, self.directory)
        return config

    def label(self, path: Path) -> str:
        """Name a file as it is typed from the root."""
        return label(path, self.root)

    def command(self, words: str) -> str:
        """Write an Alembic command ("merge a b") as a person types it for this project in its root."""
        if self.kind is Kind.FLASK_MIGRATE:
            directory = self.label(self.directory)
            return f"flask db {words}" + ("" if directory == FLASK_MIGRATE_DIRECTORY else f" -d {directory}")
        name = "alembic"
        if self.config_file.parent != self.working_directory or self.config_file.name not in (INI, PYPROJECT):
            name += f" -c {label(self.config_file, self.working_directory)}"
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
    return _locate(root, find_source(root, settings))


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
    name = label(source.file, root)
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
    read = config.get_alembic_option if alembic_reads_toml() else config.get_main_option
    return read("script_location")
