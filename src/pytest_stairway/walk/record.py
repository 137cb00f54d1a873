"""What a walk saw. Checks read nothing else, and workers of one session share it as a file."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_stairway.findings import Location
    from pytest_stairway.flavor import Flavor
    from pytest_stairway.schema.diff import DeclaredNames
    from pytest_stairway.schema.model import Schema


class Direction(enum.StrEnum):
    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement that a step sent: `seconds` on the server, `error` as the server worded it."""

    sql: str
    location: Location
    seconds: float = 0.0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class LockWait:
    """A statement that waited until the lock timeout, and what the other connections of the walk held meanwhile."""

    waiting: Statement
    holding: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception that a migration ended with. `errno` is the server's error number."""

    error: str
    location: Location
    errno: int | None = None
    statement: str | None = None
    not_implemented: bool = False
    lock_wait: LockWait | None = None


@dataclass(frozen=True, slots=True)
class Versions:
    """The rows of the version table after a step, and those that say what is applied.

    `uncommitted` is set where the migration left a transaction open in which the row would be lost.
    """

    found: tuple[str, ...]
    expected: tuple[str, ...]
    uncommitted: bool = False
    error: str | None = None

    @property
    def right(self) -> bool:
        return self.found == self.expected and not self.uncommitted and self.error is None


@dataclass(frozen=True, slots=True)
class Step:
    """One `upgrade()` or `downgrade()` of one revision, with the schema on both sides of it."""

    revision: str
    direction: Direction
    statements: tuple[Statement, ...]
    before: Schema
    after: Schema
    versions: Versions
    seconds: float
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class ChangedValue:
    """A value that a round trip changed, `key` naming the row in SQL terms (`id = 1`)."""

    key: str
    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowLoss:
    """What a round trip did to rows that earlier migrations had put into a table.

    `dropped_by_upgrade` is set where the upgrade itself dropped what is lost: the table, or the columns.
    """

    table: str
    rows: int
    gone: tuple[str, ...] = ()
    changed: tuple[ChangedValue, ...] = ()
    dropped_by_upgrade: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """A revision's way up, down and up again. What was not done is None; `blocked` says why nothing was."""

    revision: str
    up: Step | None = None
    down: Step | None = None
    again: Step | None = None
    losses: tuple[RowLoss, ...] = ()
    unread: tuple[str, ...] = ()
    blocked: str | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(step for step in (self.up, self.down, self.again) if step is not None)


@dataclass(frozen=True, slots=True)
class Models:
    """The schema that env.py's models create, beside the names that they declare and what env.py leaves out.

    `excluded` holds (type, table, name) of what `include_object` or `include_name` refuse, `failures` tables that
    the server would not create, with its words; `sources` the model's file and line of a table where they are known.
    """

    schema: Schema
    declared: DeclaredNames
    excluded: frozenset[tuple[str, str | None, str]] = frozenset()
    failures: tuple[tuple[str, str], ...] = ()
    sources: tuple[tuple[str, Location], ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """A whole walk. `models` is None where `models_unavailable` says why.

    `committed` is the version table as env.py left it when it had ended.
    """

    origin: str
    flavor: Flavor
    visits: tuple[Visit, ...]
    migrated: Schema
    committed: Versions
    models: Models | None = None
    models_unavailable: str | None = None
    output: str = field(default="", repr=False)
    seconds: float = 0.0

    def visit(self, revision: str) -> Visit | None:
        return next((visit for visit in self.visits if visit.revision == revision), None)
