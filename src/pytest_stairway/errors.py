"""What can go wrong outside the migrations themselves.

StairwayError
├── SettingsError          a setting or flag that cannot be used
├── ProjectError           the Alembic project cannot be found or read
├── ServerError            no server, or the server is gone
└── EnvironmentRefused     env.py cannot be run without leaving the disposable server

Each is a mistake that a person can repair, so each prints as what went wrong, what was tried and how to fix it, and
never as a traceback.
"""

from __future__ import annotations

import traceback
from pathlib import Path


class StairwayError(Exception):
    """A problem with what was tried to solve it and the ways out.

    `what` is one sentence without a full stop; `tried` and `fix` are printed one entry a line.
    """

    def __init__(self, what: str, *, tried: tuple[str, ...] = (), fix: tuple[str, ...] = ()) -> None:
        self.what = what
        self.tried = tried
        self.fix = fix
        super().__init__(what)

    def __str__(self) -> str:
        return "\n".join([f"stairway: {self.what}", *_block("tried", self.tried), *_block("fix", self.fix)])

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.what, self.tried, self.fix)


class SettingsError(StairwayError):
    pass


class ProjectError(StairwayError):
    pass


class ServerError(StairwayError):
    pass


class EnvironmentRefused(StairwayError):  # noqa: N818 - it names what happened to env.py
    pass


def own_failure(error: Exception) -> StairwayError:
    """Describe an exception that is this package's own fault."""
    frames = traceback.extract_tb(error.__traceback__)
    return StairwayError(
        f"pytest-stairway itself failed: {type(error).__name__}: {error}",
        tried=tuple(f"{Path(frame.filename).name}:{frame.lineno}: {frame.line}" for frame in frames[-4:]),
        fix=("report this as a bug of pytest-stairway, with these lines",),
    )


def _block(label: str, lines: tuple[str, ...]) -> list[str]:
    """Lines under a label that stands once, continuation lines of one entry kept in their column."""
    shown = [line for line in lines if line]
    return [f"  {'' if number else label:<8}{line}".replace("\n", "\n          ") for number, line in enumerate(shown)]


def _rebuild(kind: type[StairwayError], what: str, tried: tuple[str, ...], fix: tuple[str, ...]) -> StairwayError:
    return kind(what, tried=tried, fix=fix)
