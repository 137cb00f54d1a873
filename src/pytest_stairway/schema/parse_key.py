"""Keys and constraints of SHOW CREATE TABLE. Each reader returns None for a line that is not of its kind."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_stairway.schema.model import Check, ForeignKey, Index, IndexPart
from pytest_stairway.schema.tokens import Sort

if TYPE_CHECKING:
    from pytest_stairway.schema.cursor import Cursor

_KINDS = ("PRIMARY", "UNIQUE", "FULLTEXT", "SPATIAL", "VECTOR")


def parse_index(cursor: Cursor) -> Index | None:
    kind = next((word for word in _KINDS if cursor.accept(word)), "")
    if not cursor.accept("KEY"):
        return None
    name = kind if kind == "PRIMARY" else cursor.identifier()
    using = cursor.take(Sort.WORD).text if cursor.accept("USING") else ""
    parts = tuple(_part(item) for item in cursor.group_items())
    index = Index(name, kind, parts, cursor.whole(), using=using)
    while not cursor.done:
        index = _index_option(cursor, index)
    return index


def _part(cursor: Cursor) -> IndexPart:
    token = cursor.peek()
    if token is not None and token.sort is Sort.OPEN:
        part = IndexPart(cursor.group(), expression=True)
    else:
        part = IndexPart(cursor.identifier())
        token = cursor.peek()
        if token is not None and token.sort is Sort.OPEN:
            part = replace(part, length=int(cursor.group()))
    descending = cursor.accept("DESC")
    cursor.accept("ASC")
    return replace(part, descending=descending, other=cursor.rest())


def _index_option(cursor: Cursor, index: Index) -> Index:
    if cursor.accept("USING"):
        return replace(index, using=cursor.take(Sort.WORD).text)
    if cursor.accept("COMMENT"):
        return replace(index, comment=cursor.string())
    if cursor.accept("INVISIBLE") or cursor.accept("IGNORED"):
        return replace(index, visible=False)
    if cursor.accept("KEY_BLOCK_SIZE"):
        return replace(index, key_block_size=cursor.value())
    if cursor.accept("WITH", "PARSER"):
        return replace(index, parser=cursor.identifier())
    return replace(index, other=(*index.other, cursor.take().text))


def parse_foreign_key(cursor: Cursor) -> ForeignKey | None:
    name = cursor.identifier() if cursor.accept("CONSTRAINT") else ""
    if not cursor.accept("FOREIGN", "KEY"):
        return None
    columns = tuple(item.identifier() for item in cursor.group_items())
    if not cursor.accept("REFERENCES"):
        return None
    database, table = "", cursor.identifier()
    if cursor.accept("."):
        database, table = table, cursor.identifier()
    referenced = tuple(item.identifier() for item in cursor.group_items())
    key = ForeignKey(name, columns, table, referenced, cursor.whole(), referenced_database=database)
    while not cursor.done:
        if cursor.accept("ON", "DELETE"):
            key = replace(key, on_delete=_action(cursor))
        elif cursor.accept("ON", "UPDATE"):
            key = replace(key, on_update=_action(cursor))
        else:
            key = replace(key, other=(*key.other, cursor.take().text))
    return key


def _action(cursor: Cursor) -> str:
    for words in (("NO", "ACTION"), ("SET", "NULL"), ("SET", "DEFAULT")):
        if cursor.accept(*words):
            return " ".join(words)
    return cursor.take(Sort.WORD).text


def parse_check(cursor: Cursor) -> Check | None:
    name = cursor.identifier() if cursor.accept("CONSTRAINT") else ""
    if not cursor.accept("CHECK"):
        return None
    check = Check(name, cursor.group(), cursor.whole())
    while not cursor.done:
        if cursor.accept("NOT", "ENFORCED"):
            check = replace(check, enforced=False)
        else:
            check = replace(check, other=(*check.other, cursor.take().text))
    return check
