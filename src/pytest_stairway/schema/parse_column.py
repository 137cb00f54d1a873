"""One column line of SHOW CREATE TABLE."""

from __future__ import annotations

from dataclasses import dataclass
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
    type_text = _type(cursor)
    fields: dict[str, Any] = {}
    while not cursor.done:
        _read_attribute(cursor, fields)
    if type_text.split("(")[0] in _CHARACTER_TYPES:
        fields |= _collation(fields.get("charset", ""), fields.get("collation", ""), inherited)
    return Column(name, type_text, definition, position, **fields)


def _collation(charset: str, collation: str, inherited: Inherited) -> dict[str, Any]:
    """Complete what the column says about its collation by what the table says."""
    if not charset and not collation:
        return {"charset": inherited.charset, "collation": inherited.collation}
    charset, collation = collation_of(charset, collation, inherited.defaults)
    return {"charset": charset, "collation": collation, "inherits_collation": collation == inherited.collation}


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


_ATTRIBUTES: tuple[tuple[tuple[str, ...], str, Callable[[Cursor], Any]], ...] = (
    (("NOT", "NULL"), "nullable", lambda _: False),
    (("NULL",), "nullable", lambda _: True),
    (("DEFAULT",), "default", Cursor.expression),
    (("CHARACTER", "SET"), "charset", _word),
    (("COLLATE",), "collation", _word),
    (("ON", "UPDATE"), "on_update", Cursor.expression),
    (("AUTO_INCREMENT",), "auto_increment", lambda _: True),
    (("COMMENT",), "comment", Cursor.string),
    (("INVISIBLE",), "visible", lambda _: False),
    (("CHECK",), "check", Cursor.group),
    (("GENERATED", "ALWAYS", "AS", "ROW"), "generated", lambda cursor: f"ROW {_word(cursor)}"),
    (("GENERATED", "ALWAYS", "AS"), "generated", Cursor.group),
    (("VIRTUAL",), "stored", lambda _: "VIRTUAL"),
    (("STORED",), "stored", lambda _: "STORED"),
    (("PERSISTENT",), "stored", lambda _: "STORED"),
    (("COLUMN_FORMAT",), "column_format", _word),
    (("STORAGE",), "storage", _word),
    (("SRID",), "srid", _word),
)
"""Words, the field of Column they set, and how its value is read. Servers and versions print them in various orders."""


def _read_attribute(cursor: Cursor, fields: dict[str, Any]) -> None:
    """Read the next attribute into the fields of a Column.

    One without a field is kept in `other`: COMPRESSED, WITHOUT SYSTEM VERSIONING, NOT SECONDARY, engine attributes.
    """
    for words, field, read in _ATTRIBUTES:
        if cursor.accept(*words):
            fields[field] = read(cursor)
            return
    token = cursor.peek()
    text = f"({cursor.group()})" if token is not None and token.sort is Sort.OPEN else cursor.take().text
    fields["other"] = (*fields.get("other", ()), text)
