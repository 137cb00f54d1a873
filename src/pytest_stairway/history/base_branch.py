"""The revisions of the base branch, read by git from its commits."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_stairway.errors import ProjectError
from pytest_stairway.history.base_ref import named_base
from pytest_stairway.history.git import GitError, Repository, blob_id
from pytest_stairway.history.revision import Revision, Unreadable
from pytest_stairway.history.revision_file import read_revision_source
from pytest_stairway.history.revisions import REVISION_FILE, History

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_stairway.history.base_ref import BaseRef
    from pytest_stairway.settings import Settings


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The revisions of one commit, as if its files lay in this work tree; `sources` holds their bytes by id."""

    commit: str
    history: History
    sources: Mapping[str, bytes] = field(repr=False)

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all its revisions, those that unreadable files seem to declare included."""
        unreadable = {file.id for file in self.history.unreadable if file.id is not None}
        return frozenset(unreadable | {revision.id for revision in self.history.revisions})


@dataclass(frozen=True, slots=True)
class Base:
    """The base branch: `merge_base` is where this branch left it, `tip` is where it stands now."""

    name: str
    source: str
    merge_base: Snapshot
    tip: Snapshot


@dataclass(frozen=True, slots=True)
class NoBase:
    """Nothing to compare with. `is_named` tells a base that could not be read from none at all."""

    reason: str
    is_named: bool = False


NOBODY_ASKED = NoBase(
    'no base branch is named: set base = "origin/main" in [tool.stairway], or pass --stairway-base origin/main'
)


def find_base(history: History, settings: Settings, environment: Mapping[str, str]) -> Base | NoBase:
    """Read the base branch that the settings or the CI service name.

    Raises:
        ProjectError: the settings name one, and it cannot be read. Where the CI service names it, that is a reason.
    """
    ref = named_base(settings, environment)
    if ref is None:
        return NOBODY_ASKED
    try:
        return _read_base(history, ref)
    except ProjectError as error:
        if ref.is_asked_for:
            raise
        return NoBase("; ".join([error.what, *error.fix]), is_named=True)


def _read_base(history: History, ref: BaseRef) -> Base:
    repository = Repository.around(history.project.directory)
    name = _existing(repository, ref)
    tip = repository.commit(name) or ""
    before = _merge_base(repository, ref, name)
    reader = _Reader(repository, history)
    try:
        merge_base = reader.snapshot(before)
        return Base(name, ref.source, merge_base, merge_base if before == tip else reader.snapshot(tip))
    except GitError as error:  # a partial clone whose remote does not answer, or a damaged one
        raise ProjectError(
            f"git cannot read the revisions of the base branch {name}",
            tried=tuple(error.stderr.splitlines()[:3]),
            fix=("repair the clone, or clone it anew",),
        ) from error


def _existing(repository: Repository, ref: BaseRef) -> str:
    for name in ref.candidates:
        if repository.commit(name) is not None:
            return name
    fetch = repository.fetch(ref)
    fix = (f"fetch it: {fetch}",) if fetch else ("name a branch that `git branch --all` lists",)
    raise ProjectError(
        f"the base branch {ref} is not in this clone",
        tried=tuple(f"{name}: git knows no such commit" for name in ref.candidates),
        fix=fix,
    )


def _merge_base(repository: Repository, ref: BaseRef, name: str) -> str:
    """Return the commit at which this branch left the base.

    Raises:
        ProjectError: there is none in this clone.
    """
    try:
        return repository.git("merge-base", "HEAD", name).decode().strip()
    except GitError as error:
        tried = (f"git merge-base HEAD {name}: {error.stderr or 'no commit in common'}",)
        if repository.is_shallow:
            fetch = repository.fetch(ref)
            raise ProjectError(
                f"this clone is shallow: it does not reach back to where this branch left {name}",
                tried=tried,
                fix=(f"fetch what is missing: {fetch}",) if fetch else ("clone it whole",),
            ) from error
        raise ProjectError(
            f"HEAD and the base branch {name} have no commit in common",
            tried=tried,
            fix=(f"name the branch that this one goes to instead of {ref}",),
        ) from error


class _Reader:
    """Reads snapshots. What a commit has in common with the work tree, or with another commit, is parsed once."""

    def __init__(self, repository: Repository, history: History) -> None:
        self._repository = repository
        self._history = history
        self._parsed: dict[bytes, Revision | Unreadable] = {
            revision.path.read_bytes(): revision for revision in history.revisions
        }
        self._sources = {blob_id(source): source for source in self._parsed}

    def snapshot(self, commit: str) -> Snapshot:
        files = self._files(commit)
        read = [(self._parse(self._repository.top / path, source), source) for path, source in self._contents(files)]
        return Snapshot(
            commit,
            History.of(self._history.project, [file for file, _ in read]),
            {file.id: source for file, source in read if isinstance(file, Revision)},
        )

    def _files(self, commit: str) -> list[tuple[str, str]]:
        """List the revision files of a commit, in the order in which Alembic loads them.

        Where none of today's directories has any there, they were elsewhere.
        """
        project = self._history.project
        places = [
            place.resolve().relative_to(self._repository.top).as_posix()
            for place in project.version_locations
            if place.resolve().is_relative_to(self._repository.top)
        ]
        found = self._below(commit, places, recursive=project.recursive) if places else []
        return found or self._below(commit, self._former_places(commit), recursive=False)

    def _below(self, commit: str, places: Sequence[str], *, recursive: bool) -> list[tuple[str, str]]:
        listed = dict(self._repository.files(commit, places)) if places else {}
        found: dict[str, str] = {}
        for place in places:
            for path in sorted(listed):
                folder, _, name = path.rpartition("/")
                is_there = (folder or ".") == place or (recursive and path.startswith(f"{place}/"))
                if is_there and REVISION_FILE.match(name) and not folder.endswith("__pycache__"):
                    found[path] = listed[path]
        return list(found.items())

    def _former_places(self, commit: str) -> list[str]:
        """Find the directories of a commit that declare revisions of this history: those with most of them first."""
        declared: dict[str, set[str]] = {}
        ours = {revision.id for revision in self._history.revisions}
        paths = {path.rpartition("/")[0] or ".": None for path in self._repository.declaring(commit)}
        for folder in paths:
            files = self._below(commit, [folder], recursive=False)
            read = [self._parse(Path(path), source) for path, source in self._contents(files)]
            declared[folder] = {file.id for file in read if file.id is not None} & ours
        places: list[str] = []
        seen: set[str] = set()
        for folder in sorted(declared, key=lambda folder: (-len(declared[folder]), folder)):
            if declared[folder] - seen:
                places.append(folder)
                seen |= declared[folder]
        return places

    def _contents(self, files: Sequence[tuple[str, str]]) -> list[tuple[str, bytes]]:
        """Give the bytes of files that are listed with their object ids; what was read before is not read again."""
        missing = list(dict.fromkeys(object_id for _, object_id in files if object_id not in self._sources))
        self._sources.update(zip(missing, self._repository.contents(missing), strict=True))
        return [(path, self._sources[object_id]) for path, object_id in files]

    def _parse(self, path: Path, source: bytes) -> Revision | Unreadable:
        known = self._parsed.get(source)
        if known is None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # an invalid escape in a migration is no error of the session
                known = self._parsed[source] = read_revision_source(path, source)
        return replace(known, path=path)
