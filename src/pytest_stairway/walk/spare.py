"""A second database that stays one dirty downgrade behind the walk, so that none of them costs all upgrades again.

The walk goes on in the spare one, after the upgrades that it lacks; the database that was left dirty is made like it by
copying, and is the spare one of the next time. So each upgrade is run twice at most, however many downgrades fail.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_stairway.servers.database import create_database, drop_database
from pytest_stairway.walk import drivers
from pytest_stairway.walk.likeness import Pattern, make_alike

if TYPE_CHECKING:
    from collections.abc import Collection

    from pytest_stairway.servers.interface import Server


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A database for a run of env.py, with what is `applied` in it; where that is nothing, it is new and empty."""

    name: str
    applied: tuple[str, ...] = ()

    @property
    def is_new(self) -> bool:
        return not self.applied


@dataclass
class Spare:
    """The databases of one walk that no run of env.py is using."""

    server: Server
    _ready: Rebuilt | None = None
    _dirty: str | None = None
    _suspects: frozenset[str] = frozenset()

    def take(self) -> Rebuilt:
        """Give the spare database, or a new one; whoever takes it drops it, or leaves it here again."""
        taken, self._ready = self._ready, None
        return taken or Rebuilt(create_database(self.server))

    def leave(self, database: str, suspects: Collection[str]) -> None:
        """Keep a database that was left dirty, where these words name all that made it so."""
        self._dirty, self._suspects = database, frozenset(suspects)

    def keeps(self, database: str) -> bool:
        return database == self._dirty

    def follow(self, pattern: Pattern | None, applied: Collection[str]) -> None:
        """Make the dirty database like the one that the walk goes on in; drop it where that cannot be proved."""
        if self._dirty is None:
            return
        if pattern is not None and make_alike(self.server, self._dirty, pattern, self._suspects):
            self._ready = Rebuilt(self._dirty, tuple(applied))
        else:
            with drivers.opening():
                drop_database(self.server, self._dirty)
        self._dirty = None

    def drop(self) -> None:
        """Drop what is here."""
        names = [self._dirty, self._ready.name if self._ready is not None else None]
        self._dirty = self._ready = None
        for name in names:
            if name is not None:
                with contextlib.suppress(Exception):  # a dead server has nothing left to drop
                    drop_database(self.server, name)
