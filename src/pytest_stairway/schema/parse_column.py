"""One column line of SHOW CREATE TABLE."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pytest_stairway.schema.cursor import Cursor
from pytest_stairway.schema.model import Column
from pytest_stairway.schema.tokens import Sort

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


_CHARACTER_TYPES = frozenset({"char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"})
_TYPE_WORDS = ("UNSIGNED", "ZEROFILL", "SIGNED")


@dataclass(frozen=True, slots=True)
class Inherited:
    """The table's character set and collation, and the default collation of each character set of the server."""

    charset: str
    collation: str
    defaults: Mapping[str, str]


def collation_of(charset: str, collation: str, defaults: Mapping[str, str]) -> tuple[str, str]:
    """Complete a charset or a collation by the other. `utf8` is written `utf8mb3`, which it means on every server."""
    charset = "utf8mb3" if charset == "utf8" else charset
    collation = collation.replace("utf8_", "utf8mb3_", 1) if collation.startswith("utf8_") else collation
    charset = charset or collation.split("_")[0]
    return charset, collation or defaults.get(charset, "")


def parse_column(cursor: Cursor, position: int, inherited: Inherited) -> Column:
    """Read a whole column line; what has no field of its own ends in `other`.

    Raises:
        UnexpectedToken: this is no column.
    """
    name = cursor.identifier()
    definition = cursor.to_end()
    column = Column(name, _type(cursor), definition, position)
    own = {"charset": "", "collation": ""}
    while not cursor.done:
        if cursor.accept("CHARACTER", "SET"):
            own["charset"] = cursor.take().text
        elif cursor.accept("COLLATE"):
            own["collation"] = cursor.take().text
        else:
            column = _attribute(cursor, column)
    if column.type.split("(")[0] not in _CHARACTER_TYPES:
        return column
    charset, collation = inherited.charset, inherited.collation
    if own["charset"] or own["collation"]:
        charset, collation = collation_of(own["charset"], own["collation"], inherited.defaults)
    return replace(column, charset=charset, collation=collation, inherits_collation=collation == inherited.collation)


def _type(cursor: Cursor) -> str:
    words = [cursor.take(Sort.WORD).text]
    token = cursor.peek()
    if token is not None and token.sort is Sort.OPEN:
        words[0] += f"({cursor.group()})"
    while (token := cursor.peek()) is not None and token.is_word(*_TYPE_WORDS):
        words.append(cursor.take().text)
    return " ".join(words)


def _word(cursor: Cursor) -> str:
    return cursor.take(Sort.WORD).text


_ATTRIBUTES: tuple[tuple[str, str, Callable[[Cursor], Any]], ...] = (
    ("NOT NULL", "nullable", lambda _: False),
    ("NULL", "nullable", lambda _: True),
    ("DEFAULT", "default", Cursor.expression),
    ("ON UPDATE", "on_update", Cursor.expression),
    ("AUTO_INCREMENT", "auto_increment", lambda _: True),
    ("COMMENT", "comment", Cursor.string),
    ("INVISIBLE", "visible", lambda _: False),
    ("CHECK", "check", Cursor.group),
    ("GENERATED ALWAYS AS ROW", "generated", lambda cursor: f"ROW {_word(cursor)}"),
    ("GENERATED ALWAYS AS", "generated", Cursor.group),
    ("VIRTUAL", "stored", lambda _: "VIRTUAL"),
    ("STORED", "stored", lambda _: "STORED"),
    ("PERSISTENT", "stored", lambda _: "STORED"),
    ("COLUMN_FORMAT", "column_format", _word),
    ("STORAGE", "storage", _word),
    ("SRID", "srid", _word),
)
"""Words, the field of Column they set, and how its value is read. Servers and versions print them in various orders."""


def _attribute(cursor: Cursor, column: Column) -> Column:
    """Read the next attribute.

    One without a field is kept in `other`: COMPRESSED, WITHOUT SYSTEM VERSIONING, NOT SECONDARY, engine attributes.
    """
    for words, field, read in _ATTRIBUTES:
        if cursor.accept(*words.split()):
            return replace(column, **{field: read(cursor)})
    token = cursor.peek()
    text = f"({cursor.group()})" if token is not None and token.sort is Sort.OPEN else cursor.take().text
    return replace(column, other=(*column.other, text))
