"""What a column has beyond its type, in SQL and as arguments of `op.alter_column()`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_stairway.remedies.columns import server_default
from pytest_stairway.remedies.python import text
from pytest_stairway.schema.model import NO_DEFAULT
from pytest_stairway.schema.tokens import string_literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.schema.model import Column


@dataclass(frozen=True, slots=True)
class Attribute:
    """`argument` is what has `op.alter_column()` repeat it, "" where that cannot."""

    sql: str
    argument: str = ""


def lost_attributes(had: Column, has: Column) -> tuple[Attribute, ...]:
    """Return what one column has and the other is without, as if nothing had been said of it."""
    kept = {attribute.sql for attribute in _attributes(has)}
    named = {attribute.sql.split(" ")[0] for attribute in _attributes(has)}
    return tuple(each for each in _attributes(had) if each.sql not in kept and each.sql.split(" ")[0] not in named)


def _attributes(column: Column) -> Iterator[Attribute]:
    if column.collation and not column.inherits_collation:
        collation = f"a type with collation={text(column.collation)}"
        yield Attribute(f"CHARACTER SET {column.charset} COLLATE {column.collation}", collation)
    if not column.nullable:
        yield Attribute("NOT NULL", "existing_nullable=False")
    yield from _defaults(column)
    if column.auto_increment:
        yield Attribute("AUTO_INCREMENT", "existing_autoincrement=True")
    if column.comment:
        yield Attribute(f"COMMENT {string_literal(column.comment)}", f"existing_comment={text(column.comment)}")
    yield from (Attribute(sql) for sql in _beyond_alter_column(column))


def _defaults(column: Column) -> Iterator[Attribute]:
    """Give DEFAULT and ON UPDATE, which are one server default to Alembic."""
    written = server_default(column)
    argument = f"existing_server_default={written}" if written else ""
    if column.default not in (NO_DEFAULT, "NULL"):
        yield Attribute(f"DEFAULT {column.default}", argument)
    if column.on_update:
        yield Attribute(f"ON UPDATE {column.on_update}", argument)


def _beyond_alter_column(column: Column) -> Iterator[str]:
    said = (
        (column.generated, f"GENERATED ALWAYS AS ({column.generated})"),
        (not column.visible, "INVISIBLE"),
        (column.srid, f"SRID {column.srid}"),
        (column.storage, f"STORAGE {column.storage}"),
        (column.column_format, f"COLUMN_FORMAT {column.column_format}"),
        (column.check, f"CHECK ({column.check})"),
    )
    yield from (sql for is_set, sql in said if is_set)
