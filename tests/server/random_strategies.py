"""Hypothesis strategies for whole schemas that the given server accepts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.server.random_schema import Check, Column, ForeignKey, Index, Part, Schema, Stored, Table
from tests.server.random_types import Family, families

if TYPE_CHECKING:
    from pytest_stairway.flavor import Flavor

Draw = st.DrawFn

COMMENTS = ("", "x", "it''s", "a, b)", "é")
CHARSETS = (
    "CHARACTER SET latin1",
    "CHARACTER SET latin2",
    "CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
    "CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
)
TABLE_CHARSETS = ("", "CHARSET=latin1", "COLLATE=utf8mb4_spanish_ci")
EXPRESSIONS = ("n > 0", "n >= 0", "n <> 5", "n IN (1, 2)", "n BETWEEN 1 AND 5", "coalesce(n, 0) < 9", "k <> 'it''s'")
ACTIONS = ("", "CASCADE", "SET NULL", "RESTRICT", "NO ACTION")
OPTIONS = (
    ("COMMENT", ("'x'", "'it''s'")),
    ("ROW_FORMAT", ("COMPACT", "REDUNDANT")),
    ("STATS_PERSISTENT", ("0", "1")),
    ("STATS_SAMPLE_PAGES", ("5", "6")),
)
PARTITIONS = (
    "PARTITION BY HASH (id) PARTITIONS 2",
    "PARTITION BY HASH (id) PARTITIONS 3",
    "PARTITION BY KEY (id) PARTITIONS 2",
    "PARTITION BY RANGE (id) (PARTITION low VALUES LESS THAN (5), PARTITION high VALUES LESS THAN MAXVALUE)",
    "PARTITION BY LIST (id) (PARTITION few VALUES IN (1, 2), PARTITION more VALUES IN (3))",
)
STORED = (
    ("view", ("VIEW {name} AS SELECT 'x' AS s", "VIEW {name} AS SELECT 'X' AS s", "VIEW {name} AS SELECT 2 AS s")),
    (
        "procedure",
        ("PROCEDURE {name}() SELECT 1", "PROCEDURE {name}(a INT) SELECT 1", "PROCEDURE {name}() COMMENT 'x' SELECT 1"),
    ),
    (
        "function",
        (
            "FUNCTION {name}() RETURNS INT DETERMINISTIC RETURN 1",
            "FUNCTION {name}() RETURNS INT DETERMINISTIC RETURN 2",
            "FUNCTION {name}() RETURNS BIGINT NO SQL RETURN 1",
        ),
    ),
    (
        "event",
        (
            "EVENT {name} ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1",
            "EVENT {name} ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 2",
            "EVENT {name} ON SCHEDULE EVERY 2 DAY DISABLE DO SELECT 1",
        ),
    ),
)
SEQUENCE = ("sequence", ("SEQUENCE {name}", "SEQUENCE {name} START WITH 5", "SEQUENCE {name} CACHE 7"))
TRIGGER = tuple(
    f"TRIGGER {{name}} {when} ON {{table}} FOR EACH ROW {body}"
    for when, body in (
        ("BEFORE INSERT", "SET NEW.n = 1"),
        ("BEFORE INSERT", "SET NEW.n = 2"),
        ("BEFORE UPDATE", "SET NEW.n = 1"),
        ("AFTER DELETE", "BEGIN END"),
    )
)
NAMES = ("a", "B b", "größe", "key", "x`y", "user_id", "Mixed", "1st", "a,b)")


@dataclass(frozen=True, slots=True)
class Scope:
    """What is drawn: for `flavor`, and if `declarative` only what SQLAlchemy's own constructs can declare."""

    flavor: Flavor
    declarative: bool = False

    @property
    def families(self) -> tuple[Family, ...]:
        return families(self.flavor)

    @property
    def hiding(self) -> str:
        return "IGNORED" if self.flavor.is_mariadb else "INVISIBLE"


@st.composite
def columns(draw: Draw, name: str, scope: Scope, among: tuple[Family, ...]) -> Column:
    family = draw(st.sampled_from(among))
    column = Column(
        name,
        family,
        draw(st.sampled_from(family.types))[0],
        charset=draw(st.sampled_from(("", *CHARSETS))) if family.charset else "",
        comment=draw(st.sampled_from(COMMENTS)),
    )
    if family.expressions:
        return replace(column, generated=draw(st.sampled_from(family.expressions)), stored=draw(st.booleans()))
    column = replace(
        column,
        default=draw(st.sampled_from(("", *(spelling for group in family.defaults for spelling in group)))),
        nullable=family.key != "spatial" and draw(st.booleans()),
        extra=draw(st.sampled_from(family.extras or ("",))),
    )
    can_update = family.now and (column.nullable or column.default or not scope.declarative)
    column = replace(column, updated=bool(can_update) and draw(st.booleans()))
    hidden = not scope.declarative and can_hide(column) and draw(st.booleans())
    return replace(column, visible=not hidden)


def can_hide(column: Column) -> bool:
    """MariaDB wants a default for a column that INSERT does not see (4108)."""
    return column.nullable or bool(column.default)


@st.composite
def parts(draw: Draw, column: Column) -> Part:
    if column.family.key == "prefix":
        return Part(column.name, length=draw(st.sampled_from((5, 9))))
    return Part(column.name, descending=column.family.key == "whole" and draw(st.booleans()))


@st.composite
def indexes(draw: Draw, scope: Scope, name: str, table: Table) -> Index:
    own = [column for column in table.columns if column.family.key in ("whole", "prefix")]
    texts = [column for column in table.columns if column.family.name in ("string", "text")]
    points = [column for column in table.columns if column.family.key == "spatial"]
    kinds = [""] * 2 + (
        [] if table.partitions else ["UNIQUE", *["FULLTEXT"] * bool(texts), *["SPATIAL"] * bool(points)]
    )
    kind = draw(st.sampled_from(kinds))
    if kind == "FULLTEXT":
        return Index(name, (Part(draw(st.sampled_from(texts)).name),), kind)
    if kind == "SPATIAL":
        return Index(name, (Part(draw(st.sampled_from(points)).name),), kind)
    chosen = draw(st.lists(st.sampled_from(own), max_size=3, unique=True)) if own else []
    some = tuple(draw(parts(column)) for column in chosen) or (Part("n"),)
    if scope.declarative:
        mixed = any(part.length for part in some)  # SQLAlchemy cannot write a length beside DESC
        return Index(name, tuple(replace(part, descending=part.descending and not mixed) for part in some), kind)
    comment = draw(st.sampled_from(COMMENTS))
    return Index(name, some, kind, comment, draw(st.sampled_from(("", scope.hiding))))


@st.composite
def foreign_keys(draw: Draw, names: tuple[str, str], parents: tuple[Table, ...]) -> ForeignKey:
    """Draw one to a table that can be referred to; the columns are named after the first name."""
    parent = draw(st.sampled_from(parents))
    referenced = draw(st.sampled_from(parent.targets))
    own = tuple(f"{names[0]}_{column}" for column in referenced)
    actions = draw(st.sampled_from(ACTIONS)), draw(st.sampled_from(ACTIONS))
    return ForeignKey(names[1], own, parent.name, referenced, *actions)


@st.composite
def tables(draw: Draw, scope: Scope, name: str, parents: tuple[Table, ...]) -> Table:
    names = draw(st.permutations(NAMES))[: draw(st.integers(0, 4))]
    partitions = draw(st.sampled_from(("", "", *PARTITIONS)))
    among = tuple(family for family in scope.families if not (partitions and family.key == "spatial"))
    table = Table(
        name,
        primary_key=draw(st.sampled_from((("id",), ("id", "k")))),
        auto_increment=draw(st.booleans()),
        columns=tuple(draw(columns(each, scope, among)) for each in names),
        charset=draw(st.sampled_from(TABLE_CHARSETS)),
        options=tuple((key, draw(st.sampled_from(values))) for key, values in OPTIONS if draw(st.booleans())),
        partitions=partitions,
    )
    table = replace(
        table,
        indexes=tuple(draw(indexes(scope, f"ix_{number}", table)) for number in range(draw(st.integers(0, 3)))),
        checks=tuple(draw(checks(scope, f"ck_{name}_{number}")) for number in range(draw(st.integers(0, 2)))),
    )
    referable = tuple(parent for parent in parents if not parent.partitions)
    if table.partitions or not referable:
        return table
    keys = [
        draw(foreign_keys((f"f{number}", draw(st.sampled_from((f"fk_{name}_{number}", "")))), referable))
        for number in range(draw(st.integers(0, 2)))
    ]
    return with_foreign_keys(scope, table, keys)


def with_foreign_keys(scope: Scope, table: Table, keys: list[ForeignKey]) -> Table:
    integer = next(family for family in scope.families if family.name == "integer")
    own = [Column(name, integer, "INT") for key in keys for name in key.columns]
    return replace(table, columns=(*table.columns, *own), foreign_keys=tuple(keys))


@st.composite
def checks(draw: Draw, scope: Scope, name: str) -> Check:
    enforced = scope.flavor.is_mariadb or scope.declarative or draw(st.booleans())
    return Check(draw(st.sampled_from((name, ""))), draw(st.sampled_from(EXPRESSIONS)), enforced=enforced)


@st.composite
def stored(draw: Draw, scope: Scope, number: int, among: list[Table]) -> Stored:
    table = draw(st.sampled_from(among)).name.replace("`", "``")
    trigger = ("trigger", tuple(variant.replace("{table}", f"`{table}`") for variant in TRIGGER))
    kinds = (*STORED, trigger, *((SEQUENCE,) if scope.flavor.is_mariadb else ()))
    kind, variants = draw(st.sampled_from(kinds))
    return Stored(kind, f"{kind} {number}", variants, draw(st.integers(0, len(variants) - 1)))


@st.composite
def schemas(draw: Draw, scope: Scope) -> Schema:
    """Draw up to three tables, each of which may refer to those before it, and what stands beside tables."""
    drawn: list[Table] = []
    for name in ("users", "Order `s`", "größen")[: draw(st.integers(1, 3))]:
        drawn.append(draw(tables(scope, name, tuple(drawn))))
    if scope.declarative:
        return Schema(tuple(drawn))
    beside = tuple(draw(stored(scope, number, drawn)) for number in range(draw(st.integers(0, 2))))
    return Schema(tuple(drawn), beside)
