"""Reading commits by git. Neither the work tree nor the index is touched."""

from __future__ import annotations

import hashlib
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_stairway.errors import ProjectError
from pytest_stairway.history.base_ref import REMOTE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pytest_stairway.history.base_ref import BaseRef

REGULAR_FILES = frozenset({"100644", "100755"})
# A hook runs with these set for the repository's top; they would hold for the directory that we run git in.
HOOK_VARIABLES = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"})


class GitError(Exception):
    """git refused. `stderr` is what it said, which may be nothing."""

    def __init__(self, stderr: str) -> None:
        super().__init__(stderr)
        self.stderr = stderr


@dataclass(frozen=True, slots=True)
class Repository:
    """The work tree around `directory`, with its top; `is_shallow` tells that commits are missing."""

    directory: Path
    top: Path
    is_shallow: bool

    @classmethod
    def around(cls, directory: Path) -> Repository:
        """Find the work tree that holds a directory.

        Raises:
            ProjectError: there is none, git is missing, or git does not trust it.
        """
        try:
            answer = _git(directory, "rev-parse", "--show-toplevel", "--is-shallow-repository")
        except GitError as error:
            raise _unusable(directory, error.stderr) from error
        top, shallow = os.fsdecode(answer).splitlines()
        return cls(directory, Path(top).resolve(), shallow == "true")

    def git(self, *words: str, given: bytes = b"") -> bytes:
        return _git(self.top, *words, given=given)

    def commit(self, name: str) -> str | None:
        if name.startswith("-"):  # git would take it for an option
            return None
        try:
            return self.git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").decode().strip()
        except GitError:
            return None

    def fetch(self, ref: BaseRef) -> str | None:
        """Write the command that fetches the base branch, and in a shallow clone all that is missing.

        None where the clone has no remote.
        """
        remotes = self.git("remote").decode().split()
        if not remotes:
            return None
        remote, _, branch = ref.name.partition("/")
        if remote not in remotes or not branch:
            remote, branch = REMOTE if REMOTE in remotes else remotes[0], ref.name
        unshallow = "--unshallow " if self.is_shallow else ""
        return f"git fetch {unshallow}{remote} +refs/heads/{branch}:refs/remotes/{remote}/{branch}"

    def files(self, commit: str, places: Sequence[str]) -> Iterator[tuple[str, str]]:
        """List path and object id of the files that a commit has below some places ("." is all of it)."""
        below = () if "." in places else tuple(f"{place}/" for place in places)
        listing = self.git("ls-tree", "-r", "-z", "--full-tree", commit, "--", *below)
        for entry in listing.split(b"\0")[:-1]:
            meta, _, path = entry.partition(b"\t")
            mode, _, object_id = meta.decode().split()
            if mode in REGULAR_FILES:
                yield os.fsdecode(path), object_id

    def contents(self, object_ids: Iterable[str]) -> list[bytes]:
        """Read objects, by one process for all of them."""
        asked = "".join(f"{object_id}\n" for object_id in object_ids).encode()
        answer = self.git("cat-file", "--batch", given=asked) if asked else b""
        found = []
        position = 0
        while position < len(answer):
            header_end = answer.index(b"\n", position)
            size = int(answer[position:header_end].split()[-1])
            found.append(answer[header_end + 1 : header_end + 1 + size])
            position = header_end + size + 2  # a newline stands before and after
        return found

    def declaring(self, commit: str) -> list[str]:
        """List the Python files of a commit that assign `down_revision`."""
        try:
            listing = self.git("grep", "-l", "-z", "-E", r"^down_revision\b", commit, "--", "*.py")
        except GitError:  # that is how it says that there is none
            return []
        return [os.fsdecode(entry).partition(":")[2] for entry in listing.split(b"\0")[:-1]]


def blob_id(content: bytes) -> str:
    """Compute the id that git gives to a file's content; a repository of SHA-256 ids has no such object."""
    return hashlib.sha1(b"blob %d\0%b" % (len(content), content), usedforsecurity=False).hexdigest()


def _git(directory: Path, *words: str, given: bytes = b"") -> bytes:
    environment = {name: value for name, value in os.environ.items() if name not in HOOK_VARIABLES}
    try:
        done = subprocess.run(  # noqa: S603 - words are ours, names of refs are looked at in commit()
            ["git", *words],  # noqa: S607 - the one that the user has
            cwd=directory,
            env=environment | {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"},
            input=given,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise ProjectError(
            "git cannot be run, which reads the base branch",
            tried=(f"git: {error.strerror}",),
            fix=("install git", "or leave out the base branch"),
        ) from error
    if done.returncode != 0:
        raise GitError(done.stderr.decode(errors="replace").strip())
    return done.stdout


def _unusable(directory: Path, stderr: str) -> ProjectError:
    first = stderr.partition("\n")[0]
    if "dubious ownership" in stderr:
        return ProjectError(
            "git does not trust the repository, which another user owns",
            tried=(f"{directory}: {first}",),
            fix=(f"git config --global --add safe.directory {first.rpartition(' at ')[2].strip(chr(39))}",),
        )
    return ProjectError(
        "the base branch cannot be read: the migrations are in no git repository",
        tried=(f"{directory}: {first}",),
        fix=("run the tests in a clone", "or leave out base and --stairway-base"),
    )
