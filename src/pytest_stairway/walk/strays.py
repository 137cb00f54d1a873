"""Constraints and indexes that revision files add to the models' tables, by mentioning their columns.

`CheckConstraint(User.role.in_(ROLES), name="role")` at the top of a revision file attaches itself to the table of
`User` (SQLAlchemy documentation, "Constraints API"): the models, as the application sees them, do not have it.
"""

from __future__ import annotations

import contextlib
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Constraint, Index, Table, event

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from types import FrameType


class Strays:
    def __init__(self, version_locations: Collection[Path]) -> None:
        self._locations = frozenset(version_locations)
        self._found: list[tuple[Table, Constraint | Index]] = []

    @contextlib.contextmanager
    def noted(self) -> Iterator[None]:
        """Note what revision files attach, while they are imported and while they run."""
        # SQLAlchemy 1.4 cannot remove one listener from two classes: each has a function of its own.
        listeners = tuple((kind, partial(self._attached)) for kind in (Constraint, Index))
        for kind, listener in listeners:
            event.listen(kind, "after_parent_attach", listener)
        try:
            yield
        finally:
            for kind, listener in listeners:
                event.remove(kind, "after_parent_attach", listener)

    @contextlib.contextmanager
    def removed(self) -> Iterator[None]:
        """Take what was noted off its tables meanwhile."""
        held = [(of, item) for table, item in self._found for of in [_collection(table, item)] if item in of]
        for of, item in held:
            of.discard(item)
        try:
            yield
        finally:
            for of, item in held:
                of.add(item)

    def _attached(self, item: Constraint | Index, parent: object) -> None:
        if isinstance(parent, Table):
            file = _caller()
            if any(file.is_relative_to(place) for place in self._locations):
                self._found.append((parent, item))


def _collection(table: Table, item: Constraint | Index) -> set[Any]:
    return table.indexes if isinstance(item, Index) else table.constraints


def _caller() -> Path:
    """Give the file of the innermost frame that is neither SQLAlchemy's nor Alembic's, nor of what they generate."""
    frame = sys._getframe(2)  # noqa: SLF001 - the documented way to the caller's frames
    while frame.f_back is not None and _is_library(frame):
        frame = frame.f_back
    return Path(frame.f_code.co_filename)


def _is_library(frame: FrameType) -> bool:
    package = frame.f_globals.get("__name__", "").partition(".")[0]
    return package in {"sqlalchemy", "alembic"} or frame.f_code.co_filename.startswith("<")
