"""Prepared data directories: made once per user, kept in the cache, copied for each run."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
from filelock import FileLock, Timeout

if TYPE_CHECKING:
    from collections.abc import Callable

    from filelock import BaseFileLock

ROOM = "make room, or set TMPDIR and XDG_CACHE_HOME to directories with a gigabyte free"

_KEY = "key.json"
_PART = ".part"
_DIRECTORY = re.compile(r"[0-9a-f]{16}(\.part)?")
_KEPT_SECONDS = 30 * 86400
_BLOCK = 1 << 16
_ZEROS = bytes(_BLOCK)


def cached(key: tuple[str, ...], make: Callable[[Path], None]) -> Path:
    """Return the directory kept under `key`, calling `make` with an empty one in its place where there is none yet.

    Of several processes one makes it and the others wait; it appears whole or not at all.

    Raises:
        OSError: the cache cannot be written.
    """
    path = found(key)
    if path is not None:
        return path
    path = cache_path(key)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _lock(path):
        if not path.exists():
            part = path.with_suffix(_PART)
            shutil.rmtree(part, ignore_errors=True)  # a killed run left it
            part.mkdir(mode=0o700)
            try:
                make(part)
                (part / _KEY).write_text(json.dumps(key, indent=1), encoding="utf-8")
                part.rename(path)
            finally:
                shutil.rmtree(part, ignore_errors=True)
    return path


def found(key: tuple[str, ...]) -> Path | None:
    """Return the directory kept under `key` where there is one; it is then not pruned for 30 days."""
    path = cache_path(key)
    try:
        with _lock(path):
            os.utime(path / _KEY)
    except FileNotFoundError:
        return None
    except OSError:  # a cache that cannot be written is not pruned either
        return path if path.exists() else None
    return path


def prune() -> None:
    """Remove what no run has used for 30 days, as after an update of the server, and what killed runs left half made.

    What is being made or looked up at this moment is left: its lock is held.
    """
    oldest = time.time() - _KEPT_SECONDS
    for path in _servers().glob("*"):
        if _DIRECTORY.fullmatch(path.name):
            with contextlib.suppress(OSError, Timeout), _lock(path).acquire(timeout=0):
                part = path.with_suffix(_PART)
                if path == part or (path / _KEY).stat().st_mtime < oldest:
                    _remove(path, part)


def cache_path(key: tuple[str, ...]) -> Path:
    """Return where the directory for `key` is, or would be."""
    digest = hashlib.sha256(json.dumps(key).encode()).hexdigest()[:16]
    return _servers() / digest


def _servers() -> Path:
    return platformdirs.user_cache_path("pytest-stairway") / "servers"


def _lock(path: Path) -> BaseFileLock:
    return FileLock(path.with_suffix(".lock"), thread_local=False)


def _remove(path: Path, part: Path) -> None:
    """Remove a directory, which is whole or no longer there whenever this process is killed."""
    if path != part:
        shutil.rmtree(part, ignore_errors=True)
        path.rename(part)
    shutil.rmtree(part)


def copy_tree(source: Path, target: Path) -> None:
    """Copy a data directory with modes, and owners where permitted, leaving holes where there are only zeros.

    Most of a fresh data directory is preallocated: 190 MB of MySQL 9.7 are 46 MB of data and copy to tmpfs in 30 ms.

    Raises:
        OSError: a file cannot be copied; names the first.
    """
    try:
        shutil.copytree(source, target, symlinks=True, copy_function=_copy_file)
    except shutil.Error as error:  # it names every file; the first says why
        _source, failed, reason = error.args[0][0]
        raise OSError(f"{failed}: {reason}") from error
    if os.geteuid() == 0:
        for path in (source, *source.rglob("*")):
            status = path.lstat()
            if stat.S_ISSOCK(status.st_mode):
                continue
            os.chown(target / path.relative_to(source), status.st_uid, status.st_gid, follow_symlinks=False)


def _copy_file(source: str, target: str) -> None:
    if not stat.S_ISREG(Path(source).stat().st_mode):
        return  # the socket of a running server
    with Path(source).open("rb", buffering=0) as reader, Path(target).open("wb", buffering=0) as writer:
        size = os.fstat(reader.fileno()).st_size
        end = 0
        while (extent := _next_data(reader.fileno(), end, size)) is not None:
            start, end = extent
            for offset in range(start, end, _BLOCK):
                block = os.pread(reader.fileno(), min(_BLOCK, end - offset), offset)
                if block != _ZEROS[: len(block)]:
                    os.pwrite(writer.fileno(), block, offset)
        writer.truncate(size)
    shutil.copystat(source, target)


def _next_data(descriptor: int, offset: int, size: int) -> tuple[int, int] | None:
    """Return where data starts and ends at or after `offset`; the whole file on systems that cannot tell."""
    if offset >= size:
        return None
    if not hasattr(os, "SEEK_DATA"):
        return offset, size
    try:
        start = os.lseek(descriptor, offset, os.SEEK_DATA)
    except OSError as error:
        if error.errno == errno.ENXIO:
            return None
        raise
    return start, os.lseek(descriptor, start, os.SEEK_HOLE)
