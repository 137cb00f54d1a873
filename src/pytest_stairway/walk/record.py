"""What a walk saw. Checks read nothing else, and workers of one session share it as a file."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_stairway.findings import Location
    from pytest_stairway.flavor import Flavor
    from pytest_stairway.remedies.remedy import Remedy
    from pytest_stairway.schema.change import Change
    from pytest_stairway.schema.diff import DeclaredNames
    from pytest_stairway.schema.model import Schema
    from pytest_stairway.walk.failure import Failure, Statement


class Direction(enum.StrEnum):
    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"


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


class LeakKind(enum.StrEnum):
    VARIABLE = "variable"
    DATABASE = "database"
    TEMPORARY_TABLE = "temporary table"
    LOCK = "lock"


@dataclass(frozen=True, slots=True)
class Leak:
    """What a step left behind in its session, and the statement that did it; values are as the server shows them."""

    kind: LeakKind
    name: str
    before: str | None
    after: str
    statement: Statement


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
    leaks: tuple[Leak, ...] = ()

    @property
    def keeps_from_versions(self) -> bool:
        """Tell whether what it left behind is why Alembic cannot update its version table."""
        return bool(self.leaks) and self.versions.error is not None


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
class Proof:
    """A remedy that was tried on the server, and what either direction of it ran into, in words; "" where it holds."""

    remedy: Remedy
    upgrade: str = ""
    downgrade: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """A revision's way up, down and up again. What was not done is None; `blocked` says why nothing was.

    `unrestored` is what the downgrade did not restore, with the calls that would.
    """

    revision: str
    up: Step | None = None
    down: Step | None = None
    again: Step | None = None
    losses: tuple[RowLoss, ...] = ()
    unread: tuple[str, ...] = ()
    unrestored: tuple[Proof, ...] = ()
    blocked: str | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(step for step in (self.up, self.down, self.again) if step is not None)


@dataclass(frozen=True, slots=True)
class Uncreated:
    """A table of the models that the server would not create; "" stands for what MetaData does beside its tables."""

    table: str
    failure: Failure


@dataclass(frozen=True, slots=True)
class IgnoredOptions:
    """Options (name without its dialect, value) of one object of a table that the dialect in use does not read."""

    table: str
    label: str
    options: tuple[tuple[str, int | str], ...]


@dataclass(frozen=True, slots=True)
class Models:
    """The schema that env.py's models create, beside the names that they declare and what env.py leaves out.

    `excluded` holds (type, table, name) of what `include_object` or `include_name` refuse, `only_in_database` the
    patterns of what the settings say is meant to be in the database alone. `elsewhere` are the tables of the models
    whose `schema=` is another database than the project's own.
    """

    schema: Schema
    declared: DeclaredNames
    excluded: frozenset[tuple[str, str | None, str]] = frozenset()
    only_in_database: tuple[str, ...] = ()
    uncreated: tuple[Uncreated, ...] = ()
    elsewhere: tuple[str, ...] = ()
    ignored: tuple[IgnoredOptions, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What differs and is not told, because env.py's hooks or a pattern of the settings say so; sorted.

    `pattern` is None for the hooks.
    """

    pattern: str | None
    objects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowsApart:
    """A table that has not as many rows after all migrations as where the application was installed, by their keys."""

    table: str
    migrated: tuple[str, ...]
    installed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Installed:
    """How what `by` installs differs from what was migrated, what is drift left out; changes have it as `before`.

    `unavailable` says why it was not installed.
    """

    by: str
    changes: tuple[Change, ...] = ()
    rows: tuple[RowsApart, ...] = ()
    unavailable: str | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """Where the project's code defines a table that env.py's models lack.

    `module` is the name to import it by, "" where that is not known; `imported` tells whether the walk did.
    """

    location: Location
    module: str
    imported: bool


@dataclass(frozen=True, slots=True)
class Record:
    """A whole walk. `models` is None where `models_unavailable` says why.

    `committed` is the version table as env.py left it when it had ended. `drift` is what separates the migrated schema
    from the models, with the migrations that would end it, in the order in which they run; it is empty where not every
    upgrade ran, and so is `left_out`. `sources` gives the models' file and line of the tables that are spoken of, where
    they are known.
    `below_start` are revisions that the walk starts above: they have no visits. `definitions` tell of tables that the
    models lack, `dialect` is what SQLAlchemy calls the one of env.py's URL.
    `transactional_ddl` is what env.py says of it.
    """

    origin: str
    flavor: Flavor
    visits: tuple[Visit, ...]
    migrated: Schema
    committed: Versions
    models: Models | None = None
    models_unavailable: str | None = None
    drift: tuple[Proof, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    sources: tuple[tuple[str, Location], ...] = ()
    definitions: tuple[tuple[str, Definition], ...] = ()
    below_start: tuple[str, ...] = ()
    installed: Installed | None = None
    dialect: str = ""
    transactional_ddl: bool = False
    output: str = field(default="", repr=False)
    seconds: float = 0.0

    @property
    def is_migrated(self) -> bool:
        """Whether every upgrade ran."""
        return all(visit.up is not None and visit.up.failure is None for visit in self.visits)

    def visit(self, revision: str) -> Visit | None:
        return next((visit for visit in self.visits if visit.revision == revision), None)
