"""What a session makes once: in this process, or among the processes of pytest-xdist, in files of the run directory."""

from __future__ import annotations

import contextlib
import pickle
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from filelock import FileLock

from pytest_stairway.errors import StairwayError, own_failure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")


class Shared(Protocol):
    def once(self, name: str, make: Callable[[], T]) -> T:
        """Make a value, or return the one made before under this name; a StairwayError is raised again as well."""
        ...

    def keep(self, name: str, error: StairwayError) -> None:
        """Have `once()` raise this error, here and in other processes."""
        ...

    def knows(self, name: str) -> bool:
        """Tell whether a value was made under this name, or failed to be."""
        ...

    def claim(self, name: str, by: str) -> bool:
        """Tell whether `by` is the first to claim a name. It keeps the claim: a test may be run again."""
        ...


class InProcess:
    def __init__(self) -> None:
        self._made: dict[str, object] = {}
        self._claims: dict[str, str] = {}

    def once(self, name: str, make: Callable[[], T]) -> T:
        if name in self._made:
            return cast("T", _value(self._made[name]))
        return _attempt(make, partial(self._made.__setitem__, name))

    def keep(self, name: str, error: StairwayError) -> None:
        self._made[name] = error

    def knows(self, name: str) -> bool:
        return name in self._made

    def claim(self, name: str, by: str) -> bool:
        return self._claims.setdefault(name, by) == by


class AmongProcesses:
    """`directory` is private to this user: what lies there is trusted."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def once(self, name: str, make: Callable[[], T]) -> T:
        path = self._file(name)
        with FileLock(path.with_suffix(".lock")):
            if path.exists():
                return cast("T", _value(pickle.loads(path.read_bytes())))  # noqa: S301 - see the class
            return _attempt(make, partial(_keep, path))

    def keep(self, name: str, error: StairwayError) -> None:
        _keep(self._file(name), error)

    def knows(self, name: str) -> bool:
        return self._file(name).exists()

    def claim(self, name: str, by: str) -> bool:
        path = self._directory / f"{name}.claim"
        with contextlib.suppress(FileExistsError), path.open("x", encoding="utf-8") as file:
            file.write(by)
        return path.read_text(encoding="utf-8") == by

    def _file(self, name: str) -> Path:
        return self._directory / f"{name}.pickle"


def _attempt(make: Callable[[], T], keep: Callable[[object], None]) -> T:
    """Make a value and keep it, or why there is none: what is asked for again must not be tried again."""
    try:
        value = make()
    except StairwayError as error:
        keep(error)
        raise
    except Exception as error:
        keep(own_failure(error))
        raise
    keep(value)
    return value


def _keep(path: Path, outcome: object) -> None:
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(pickle.dumps(outcome))
    unfinished.replace(path)


def _value(outcome: object) -> object:
    if isinstance(outcome, StairwayError):
        raise outcome
    return outcome
