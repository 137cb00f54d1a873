"""The revisions of a project as a graph, from its files alone."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import warnings
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_stairway.errors import ProjectError
from pytest_stairway.history.graph import ancestors, find_cycles, upgrade_order
from pytest_stairway.history.revision import Revision, Unreadable
from pytest_stairway.history.revision_file import read_revision_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pytest_stairway.history.project import Project

__all__ = ["History", "Revision", "Unreadable", "read_history"]

REVISION_FILE = re.compile(r"(?!\.\#|__init__).*\.py$")  # which names Alembic loads


@dataclass(frozen=True, slots=True)
class History:
    """All revisions of a project, base to heads in the order in which `alembic upgrade heads` applies them.

    Where several files declare one id, the last counts, as for Alembic; `duplicates` holds all of them. Dependencies
    named by a branch label are ids here. What leads to no revision stays as it is written (`missing_parents`).
    Cycles are in the order of upgrades; a history that has one is in the order of its files. `engine` names the
    database that sees it so, where env.py migrates several.
    """

    revisions: tuple[Revision, ...]
    project: Project
    unreadable: tuple[Unreadable, ...]
    duplicates: tuple[tuple[Revision, ...], ...]
    cycles: tuple[tuple[str, ...], ...]
    _by_id: Mapping[str, Revision] = field(repr=False, compare=False)
    engine: str | None = None

    @classmethod
    def of(cls, project: Project, files: Sequence[Revision | Unreadable]) -> History:
        """Link what was read from the files, given in the order in which Alembic loads them."""
        groups: dict[str, list[Revision]] = {}
        for revision in _resolved([file for file in files if isinstance(file, Revision)]):
            groups.setdefault(revision.id, []).append(revision)
        by_id = {id_: group[-1] for id_, group in groups.items()}
        cycles = find_cycles({id_: revision.parents for id_, revision in by_id.items()})
        order = tuple(by_id) if cycles else upgrade_order(_needed_parents(by_id))
        return cls(
            revisions=tuple(by_id[id_] for id_ in order),
            project=project,
            unreadable=tuple(file for file in files if isinstance(file, Unreadable)),
            duplicates=tuple(tuple(group) for group in groups.values() if len(group) > 1),
            cycles=cycles,
            _by_id=by_id,
        )

    def get(self, id_: str) -> Revision | None:
        return self._by_id.get(id_)

    def refuse_empty(self) -> None:
        """Raise where there is no revision: a run that looks at nothing must not pass for one that found nothing.

        Raises:
            ProjectError: names where revisions were looked for.
        """
        if self.revisions or self.unreadable:
            return
        project = self.project
        name = project.label(project.config_file)
        raise ProjectError(
            f"{name} leads to no revisions",
            tried=tuple(_emptiness(place, project) for place in project.version_locations),
            fix=(
                f"write the first: {project.command('revision --autogenerate -m first')}",
                f"or correct script_location or version_locations in {name}",
            ),
        )

    @property
    def heads(self) -> tuple[Revision, ...]:
        """The revisions that are no other's down revision, as `alembic heads` lists them; dependencies do not count."""
        followed = {parent for revision in self.revisions for parent in revision.down_revisions}
        return tuple(revision for revision in self.revisions if revision.id not in followed)

    @property
    def engines(self) -> tuple[str, ...]:
        """The databases that the files have functions for, where env.py migrates several; empty where it does not."""
        return tuple(dict.fromkeys(own.engine for revision in self.revisions for own in revision.of_engines))

    def for_engine(self, engine: str) -> History:
        """Return the history as one database sees it."""
        return replace(self._with([revision.for_engine(engine) for revision in self.revisions]), engine=engine)

    def _with(self, revisions: Sequence[Revision]) -> History:
        return replace(self, revisions=tuple(revisions), _by_id={revision.id: revision for revision in revisions})

    @property
    def branches(self) -> dict[str, tuple[Revision, ...]]:
        """The heads of each branch label, as `alembic upgrade label@head` looks for them: what follows the label."""
        labelled = {label: revision.id for revision in self.revisions for label in revision.branch_labels}
        lines = {head.id: {revision.id for revision in self.ancestors(head.id)} for head in self.heads}
        return {
            label: tuple(head for head in self.heads if bearer in lines[head.id]) for label, bearer in labelled.items()
        }

    def branch(self, label: str) -> History:
        """Return the part of the history that one branch needs: its line, and what that depends on.

        Raises:
            ProjectError: no revision has the label; names those that there are.
        """
        branches = self.branches
        if label not in branches:
            names = ", ".join(sorted(branches))
            raise ProjectError(
                f'no revision of {self.project.label(self.project.config_file)} has the branch label "{label}"',
                fix=(f"name one of {names}" if names else "no branch is labelled: leave branch out",),
            )
        parents = {revision.id: revision.parents for revision in self.revisions}
        needed = {id_ for head in branches[label] for id_ in ancestors(parents, head.id)}
        return self._with([revision for revision in self.revisions if revision.id in needed])

    @property
    def bases(self) -> tuple[Revision, ...]:
        return tuple(revision for revision in self.revisions if not revision.down_revisions)

    def children(self, id_: str) -> tuple[Revision, ...]:
        """Return the revisions that have `id_` as a down revision."""
        return tuple(revision for revision in self.revisions if id_ in revision.down_revisions)

    def ancestors(self, id_: str) -> tuple[Revision, ...]:
        """Return what `id_` follows by its down revisions, itself included, in order."""
        seen = ancestors({revision.id: revision.down_revisions for revision in self.revisions}, id_)
        return tuple(revision for revision in self.revisions if revision.id in seen)

    @property
    def missing_parents(self) -> tuple[tuple[Revision, str], ...]:
        """Each revision with each of its parents that is no revision of a readable file."""
        return tuple(
            (revision, parent)
            for revision in self.revisions
            for parent in revision.parents
            if parent not in self._by_id
        )


def read_history(project: Project) -> History:
    """Read every revision file of the project. Imports only files whose variables are no literals.

    Raises:
        ProjectError: a directory of revisions cannot be listed.
    """
    with _sys_path(project.sys_path), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape in a migration is no error of the session that reads it
        return History.of(project, [read_revision_file(path) for path in _revision_files(project)])


def _revision_files(project: Project) -> tuple[Path, ...]:
    """List what Alembic loads: each file once, whatever it is reached by, location by location, sorted by name."""
    found: dict[Path, None] = {}
    for location in project.version_locations:
        for folder, folders, names in os.walk(location, onerror=partial(_refuse_unlistable, project)):
            folders.sort()
            if folder.endswith("__pycache__"):
                continue
            if project.sourceless:
                _refuse_bytecode(Path(folder), project)
            found.update((_target(Path(folder, name)), None) for name in sorted(names) if REVISION_FILE.match(name))
            if not project.recursive:
                break
    return tuple(found)


def _target(path: Path) -> Path:
    """Follow symbolic links; one that leads nowhere, or to itself, stands for itself and cannot be read."""
    return path.resolve() if path.is_file() else path


def _emptiness(location: Path, project: Project) -> str:
    name = project.label(location)
    if not location.is_dir():
        return f"{name}: not there"
    if any(REVISION_FILE.match(path.name) for path in location.rglob("*.py")):
        return f"{name}: revisions only below it, which recursive_version_locations = true finds"
    return f"{name}: no revision file in it"


def _refuse_unlistable(project: Project, error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):  # `refuse_empty()` is about those
        name = project.label(Path(error.filename))
        raise ProjectError(
            f"{name} cannot be listed",
            tried=(f"{error.filename}: {error.strerror}",),
            fix=(f"let this user read {name}",),
        ) from error


def _refuse_bytecode(folder: Path, project: Project) -> None:
    """Raise where Alembic loads a revision from its .pyc file, for want of the .py: findings name lines of that one."""
    sources = {path.name.partition(".")[0] for path in folder.glob("*.py")}
    for path in sorted((*folder.glob("*.py[co]"), *folder.glob("__pycache__/*.py[co]"))):
        name = path.name.partition(".")[0]
        if name not in sources and REVISION_FILE.match(path.name[:-1]):
            raise ProjectError(
                f"{project.label(path)} is a revision without its source, which Alembic loads by sourceless = true",
                tried=(f"{folder / name}.py: not there",),
                fix=(
                    "verify the revisions where their .py files are, before these are taken away",
                    f"or delete {project.label(path)} if it is left over from a revision that is gone",
                ),
            )


@contextlib.contextmanager
def _sys_path(entries: tuple[str, ...]) -> Iterator[None]:
    before = list(sys.path)
    sys.path[:0] = entries
    try:
        yield
    finally:
        sys.path[:] = before


def _resolved(revisions: Sequence[Revision]) -> Iterator[Revision]:
    """Replace branch labels in `depends_on` by the ids that bear them.

    Alembic takes whole ids and branch labels in files, neither partial ids nor label@head (KeyError), and in
    `down_revision` ids only.
    """
    labels = {label: revision.id for revision in revisions for label in revision.branch_labels}
    ids = {revision.id for revision in revisions}
    for revision in revisions:
        depends_on = tuple(name if name in ids else labels.get(name, name) for name in revision.depends_on)
        yield revision if depends_on == revision.depends_on else replace(revision, depends_on=depends_on)


def _needed_parents(by_id: Mapping[str, Revision]) -> dict[str, tuple[str, ...]]:
    """Give the parents of each revision without the dependencies that its own line has already, as Alembic does."""
    lines = {id_: revision.down_revisions for id_, revision in by_id.items()}
    parents = dict(lines)
    for id_, revision in by_id.items():
        if revision.depends_on:
            line = ancestors(lines, id_) - {id_}
            had = {name for ancestor in line for name in by_id[ancestor].depends_on}
            needed = (name for name in revision.depends_on if name not in had)
            parents[id_] = tuple(dict.fromkeys((*revision.down_revisions, *needed)))
    return parents
