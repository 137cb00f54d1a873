"""A second database that stays one dirty downgrade behind the walk, so that none of them costs all upgrades again.

The walk goes on in the spare one, after the upgrades that it lacks; the database that was left dirty is made like it by
copying, and is the spare one of the next time. So each upgrade is run twice at most, however many downgrades fail.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_stairway.schema.read import SchemaReader
from pytest_stairway.servers.database import connect, create_database, drop_database
from pytest_stairway.walk import drivers
from pytest_stairway.walk.likeness import Dirty, Pattern, make_alike

if TYPE_CHECKING:
    from collections.abc import Collection

    from pytest_stairway.servers.interface import Server
    from pytest_stairway.walk.observer import State


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A database for a run of env.py, with what is `applied` in it; where that is nothing, it is new and empty.

    `state` is what it holds then.
    """

    name: str
    applied: tuple[str, ...] = ()
    state: State | None = None

    @property
    def is_new(self) -> bool:
        return not self.applied


@dataclass
class Spare:
    """The databases of one walk that no run of env.py is using."""

    server: Server
    _ready: Rebuilt | None = None
    _dirty: Dirty | None = None

    def take(self) -> Rebuilt:
        """Give the spare database, or a new one; whoever takes it drops it, or leaves it here again."""
        taken, self._ready = self._ready, None
        return taken or Rebuilt(create_database(self.server))

    def leave(self, dirty: Dirty) -> None:
        """Keep a database that was left dirty."""
        self._dirty = dirty

    def keeps(self, database: str) -> bool:
        return self._dirty is not None and database == self._dirty.database

    @property
    def waits(self) -> bool:
        """Whether a database was left dirty."""
        return self._dirty is not None

    def follow(self, pattern: Pattern | None, applied: Collection[str]) -> None:
        """Make the dirty database like the one that the walk goes on in; drop it where that cannot be proved."""
        if self._dirty is None:
            return
        state = make_alike(self.server, self._dirty, pattern) if pattern is not None else None
        if state is not None:
            self._ready = Rebuilt(self._dirty.database, tuple(applied), state)
        else:
            with drivers.opening():
                drop_database(self.server, self._dirty.database)
        self._dirty = None

    def is_as_known(self, ignored_table: str) -> bool:
        """Read the spare database, if there is one, in full: whether it holds what it is thought to hold."""
        if self._ready is None or self._ready.state is None:
            return True
        with drivers.opening():
            connection = connect(self.server.address)
        with contextlib.closing(connection):
            reader = SchemaReader(connection, self._ready.name, self.server.flavor, frozenset({ignored_table}))
            return reader.read() == self._ready.state.schema

    def drop(self) -> None:
        """Drop what is here."""
        names = [
            self._dirty.database if self._dirty is not None else None,
            self._ready.name if self._ready is not None else None,
        ]
        self._dirty = self._ready = None
        for name in names:
            if name is not None:
                with contextlib.suppress(Exception):  # a dead server has nothing left to drop
                    drop_database(self.server, name)
