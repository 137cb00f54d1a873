"""The directory of one run: who owns it, and what must be ended when its owner is gone.

A run notes each thing that outlives a process *before* making it: a directory (the data directory of a local server or
the one that a container is given) or the fact that it labels containers. Its owner holds a file lock for as long as it
lives, so that a later run can tell live from left over. A process needs no note of its own: a server has the unique
name of its data directory on its command line, a worker of pytest-xdist keeps a file of the run directory open. No
recycled process id can fake either.
"""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import re
import secrets
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from pytest_stairway.errors import ServerError
from pytest_stairway.servers.interface import UnavailableError

if TYPE_CHECKING:
    import psutil
    from filelock import BaseFileLock

DATA = "data"
SOCKET = "mysqld.sock"

_NOTES = "notes.jsonl"
_RUN = re.compile(r"[0-9a-f]{8}")
_WORKER = "worker-"

_TMPFS = Path("/dev/shm")  # noqa: S108 - each directory in it is made by mkdir, mode 0700, under a random name
_ID_BYTES = 4
_FREE_BYTES = 1 << 30
# sun_path holds 104 bytes on macOS, 108 on Linux, with its end.
_SOCKET_BYTES = 100
_KILL_SECONDS = 10.0
# An engine makes the container that it was asked for although the process that asked is gone: 0.07 s later, measured.
_ENGINE_SECONDS = 2.0
_POLL_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class RunDirectory:
    """`path` ends in the run's id: eight hexadecimal digits that mark everything the run makes."""

    path: Path
    _lock: BaseFileLock | None = field(default=None, repr=False, compare=False)

    @classmethod
    def create(cls, base: Path | None = None) -> RunDirectory:
        """Make a directory below `base`, by default one per user in the temporary directory, and own it.

        Raises:
            ServerError: the directory cannot be made, or somebody else's is in its place.
        """
        base = base or Path(tempfile.gettempdir()) / f"pytest-stairway-{_user()}"
        path = base / secrets.token_hex(_ID_BYTES)
        try:
            _make_base(base)
            with _base_lock(base):
                path.mkdir(mode=0o700)
                lock = _owner_lock(path)
                lock.acquire(timeout=0)
        except OSError as error:
            raise ServerError(
                "the directory of this run cannot be made",
                tried=(f"{base}: {error}",),
                fix=("set TMPDIR to a directory that you may write and that has room",),
            ) from error
        return cls(path, lock)

    @classmethod
    def join(cls, path: Path) -> RunDirectory:
        """Join a run that another process owns, and be ended with it.

        Raises:
            ServerError: the run has ended already.
        """
        try:
            os.open(path / f"{_WORKER}{os.getpid()}", os.O_CREAT | os.O_WRONLY, 0o600)  # until this process ends
        except OSError as error:
            raise ServerError("the run that this worker belongs to is over", tried=(str(error),)) from error
        return cls(path)

    @property
    def id(self) -> str:
        return self.path.name

    @property
    def database_prefix(self) -> str:
        return f"stairway_{self.id}_"

    def scratch_directory(self) -> Path:
        """Make a private directory for one server, on tmpfs where that has a gigabyte free.

        Its path is short enough for a socket in it.
        """
        name = f"pytest-stairway-{self.id}-{secrets.token_hex(_ID_BYTES)}"
        candidates = [base / name for base in _scratch_bases(self.path)]
        path = next(path for path in candidates if len(os.fsencode(path / SOCKET)) < _SOCKET_BYTES)
        self._note("directory", str(path))
        path.mkdir(mode=0o700)
        return path

    def note_container(self, state: str) -> None:
        """Say that a container labelled with this run's id is "asked" for, or that the engine has "answered"."""
        self._note("container", state)

    def note_given_server(self) -> None:
        """Say that there may be something of this run on the server given by URL."""
        self._note("given server", self.id)

    @property
    def has_server(self) -> bool:
        """Tell whether a server was started for this run, or one was given, by whichever process and however far."""
        return (self.path / _NOTES).exists()

    def clean(self) -> None:
        """End everything that was noted, by whichever process, and remove the directory.

        Raises:
            OSError: something could not be removed.
            UnavailableError: containers were noted and no engine answers; the directory then stays for a later sweep.
        """
        if self.path.exists():
            end_processes(self._workers())
            directories = [Path(directory) for directory in self._noted("directory")]
            for directory in directories:
                end_processes(servers_in(directory))
            self._remove_containers()
            for directory in directories:
                remove_tree(directory)
            with _base_lock(self.path.parent):
                shutil.rmtree(self.path)
        self.disown()

    def disown(self) -> None:
        """Let whoever comes next take the run for dead."""
        if self._lock is not None:
            self._lock.release()

    def sweep(self) -> None:
        """End what runs of this user left whose owner is dead. What cannot be ended now is left to a later sweep."""
        for run in self._dead_runs():
            with contextlib.suppress(OSError, UnavailableError):
                run.clean()
            run.disown()

    def _dead_runs(self) -> list[RunDirectory]:
        """Become the owner of each run that has none, so that of several sweeps one cleans it."""
        base, dead = self.path.parent, []
        with _base_lock(base):
            for path in base.iterdir():
                if _RUN.fullmatch(path.name) and path != self.path:
                    with contextlib.suppress(Timeout, OSError):
                        lock = _owner_lock(path)
                        lock.acquire(timeout=0)
                        dead.append(RunDirectory(path, lock))
        return dead

    def _remove_containers(self) -> None:
        notes = self._noted("container")
        if notes:
            from pytest_stairway.servers import removal  # noqa: PLC0415 - an engine is asked only where one was used

            last = (self.path / _NOTES).stat().st_mtime
            cut_off = notes.count("asked") > notes.count("answered")
            removal.remove_containers(self.id, until=last + _ENGINE_SECONDS if cut_off else 0.0)

    def _workers(self) -> list[psutil.Process]:
        """Find the workers that are still there: those of a controller that was killed may go on for seconds."""
        import psutil  # noqa: PLC0415 - needed only when something was left

        found = []
        for path in self.path.glob(f"{_WORKER}*"):
            with contextlib.suppress(psutil.Error, ValueError):
                worker = psutil.Process(int(path.name.removeprefix(_WORKER)))
                opened = {Path(file.path) for file in worker.open_files()}
                if worker.pid != os.getpid() and path.resolve() in opened:
                    found.append(worker)
        return found

    def _note(self, kind: str, value: str) -> None:
        # One short write in append mode is atomic, also between the processes of pytest-xdist.
        with (self.path / _NOTES).open("a", encoding="utf-8") as notes:
            notes.write(json.dumps({"kind": kind, "value": value}) + "\n")

    def _noted(self, kind: str) -> list[str]:
        try:
            lines = (self.path / _NOTES).read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        notes = [_parsed(line) for line in lines]
        return [note["value"] for note in notes if note.get("kind") == kind]


def servers_in(directory: Path) -> list[psutil.Process]:
    """Find the servers whose data directory lies in this directory."""
    import psutil  # noqa: PLC0415 - needed only when something was left

    option = f"--datadir={directory}{os.sep}"
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if any(argument.startswith(option) for argument in process.info["cmdline"] or ())
    ]


def end_processes(processes: list[psutil.Process]) -> None:
    """Kill these, and wait until they are gone."""
    import psutil  # noqa: PLC0415 - see servers_in()

    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    deadline = time.monotonic() + _KILL_SECONDS
    while time.monotonic() < deadline and any(map(_runs, processes)):
        time.sleep(_POLL_SECONDS)


def _runs(process: psutil.Process) -> bool:
    """Tell whether a process still holds its files: one that nobody has reaped no longer does."""
    import psutil  # noqa: PLC0415 - see servers_in()

    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def remove_tree(directory: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(directory)


def _parsed(line: str) -> dict[str, str]:
    """Read a note; a torn one, as a full disk leaves it, was never followed by the thing it announces."""
    try:
        note: dict[str, str] = json.loads(line)
    except ValueError:
        return {}
    return note


def _scratch_bases(run: Path) -> tuple[Path, ...]:
    tmpfs = os.access(_TMPFS, os.W_OK | os.X_OK) and shutil.disk_usage(_TMPFS).free >= _FREE_BYTES
    return (*((_TMPFS,) if tmpfs else ()), run, Path("/tmp"))  # noqa: S108 - as for _TMPFS; short where TMPDIR is not


def _make_base(base: Path) -> None:
    with contextlib.suppress(FileExistsError):
        base.mkdir(mode=0o700, parents=True)
    if base.is_symlink() or not base.is_dir() or base.stat().st_uid != os.getuid():
        raise PermissionError(f"{base} is not a directory of this user")


def _owner_lock(path: Path) -> BaseFileLock:
    return FileLock(path / "owner.lock", thread_local=False)


def _base_lock(base: Path) -> BaseFileLock:
    """Lock creation against sweeping: a new directory must never be seen before its owner's lock is held."""
    return FileLock(base / "base.lock", thread_local=False)


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else getpass.getuser()
