"""What a database looks like: raw texts first, structure only where somebody asks."""

from __future__ import annotations

import enum
import functools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

NO_DEFAULT = ""
"""A column without a DEFAULT clause; `DEFAULT NULL` is the text `NULL`. On MySQL an INSERT tells them apart (1364)."""

NULL_DEFAULT_NOT_PRINTED = frozenset(
    {"tinytext", "text", "mediumtext", "longtext", "tinyblob", "blob", "mediumblob", "longblob"}
)
"""Types of which MySQL prints no DEFAULT NULL, whether they have it or not; MariaDB does."""

UNREADABLE = "-- unreadable: "
"""Begins the text of an object that the server could not show; its error message follows."""

DefaultCollations = tuple[tuple[str, str], ...]
"""(character set, its default collation) of one server, from information_schema.CHARACTER_SETS."""


class Kind(enum.StrEnum):
    """DATABASE is the one object named "": the default character set and collation."""

    DATABASE = "database"
    TABLE = "table"
    VIEW = "view"
    TRIGGER = "trigger"
    PROCEDURE = "procedure"
    FUNCTION = "function"
    PACKAGE = "package"
    PACKAGE_BODY = "package body"
    LIBRARY = "library"
    EVENT = "event"
    SEQUENCE = "sequence"


@dataclass(frozen=True, slots=True)
class Schema:
    """A snapshot: every object with its CREATE text as the server prints it.

    Left out of the texts: the database's own name, AUTO_INCREMENT counters, DEFINER, creation times. Two snapshots are
    *identical* when `==`; whether they are *equivalent* is for `schema.diff` to say. `counters` are the AUTO_INCREMENT
    values above 1: of a database the current ones, of models those they want to start with. `others` are the databases
    beside the project's own, by name.
    """

    objects: Mapping[tuple[Kind, str], str]
    others: Mapping[str, Schema] = field(default_factory=dict, kw_only=True)
    collations: DefaultCollations = field(default=(), compare=False, repr=False)
    counters: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

    def names(self, kind: Kind) -> tuple[str, ...]:
        return tuple(sorted(name for each, name in self.objects if each is kind))

    def referencing(self, tables: Collection[str]) -> set[str]:
        """Return the tables that have a foreign key to one of these, names compared without regard to case."""
        wanted = {name.casefold() for name in tables}
        return {
            name
            for (kind, name), text in self.objects.items()
            if kind is Kind.TABLE and not wanted.isdisjoint(_referenced_tables(text))
        }


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `type` is printed as the server does, with length, UNSIGNED, ZEROFILL and ENUM values.

    `charset` and `collation` are the effective ones, empty where the type has none. `generated` is the expression of a
    generated column, `stored` how it is kept (VIRTUAL, STORED). `other` holds attributes this parser has no field for.
    `definition` is all that stands after the name, ready for ADD or MODIFY COLUMN.
    """

    name: str
    type: str
    definition: str
    position: int
    charset: str = ""
    collation: str = ""
    inherits_collation: bool = True
    nullable: bool = True
    default: str = NO_DEFAULT
    on_update: str = ""
    auto_increment: bool = False
    generated: str = ""
    stored: str = ""
    visible: bool = True
    comment: str = ""
    column_format: str = ""
    storage: str = ""
    srid: str = ""
    check: str = ""
    other: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexPart:
    """A column name or, where `expression`, the text of a functional part; `length` is that of a prefix."""

    text: str
    expression: bool = False
    length: int | None = None
    descending: bool = False
    other: str = ""


@dataclass(frozen=True, slots=True)
class Index:
    """A key: `kind` is PRIMARY, UNIQUE, FULLTEXT, SPATIAL, VECTOR or empty; not `visible` is INVISIBLE or IGNORED."""

    name: str
    kind: str
    parts: tuple[IndexPart, ...]
    definition: str
    using: str = ""
    comment: str = ""
    visible: bool = True
    key_block_size: str = ""
    parser: str = ""
    other: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The whole columns it begins with: what a foreign key can be served by."""
        whole = []
        for part in self.parts:
            if part.expression or part.length is not None:
                break
            whole.append(part.text)
        return tuple(whole)


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """`referenced_database` is empty for the own database; an action is empty where the server prints none."""

    name: str
    columns: tuple[str, ...]
    referenced_table: str
    referenced_columns: tuple[str, ...]
    definition: str
    referenced_database: str = ""
    on_delete: str = ""
    on_update: str = ""
    other: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    expression: str
    definition: str
    enforced: bool = True
    other: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """A PERIOD FOR line (MariaDB: SYSTEM_TIME or an application-time period)."""

    definition: str


@dataclass(frozen=True, slots=True)
class Table:
    """What SHOW CREATE TABLE says. `unparsed` are the raw lines that nothing here understands."""

    name: str
    columns: tuple[Column, ...]
    primary_key: Index | None = None
    indexes: tuple[Index, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    checks: tuple[Check, ...] = ()
    periods: tuple[Period, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    partitions: str = ""
    unparsed: tuple[str, ...] = ()


_REFERENCES = re.compile(r"\) REFERENCES `((?:[^`]|``)+)` \(")


@functools.lru_cache(maxsize=8192)
def _referenced_tables(text: str) -> frozenset[str]:
    """Read targets without a parse: one match too many, from inside a comment, costs a re-read and nothing else."""
    return frozenset(found.replace("``", "`").casefold() for found in _REFERENCES.findall(text))
