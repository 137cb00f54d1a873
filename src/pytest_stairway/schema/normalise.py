"""One spelling for what a server, a connection or an operation spells in several ways."""

from __future__ import annotations

import decimal
import itertools
import re
from decimal import Decimal
from typing import TYPE_CHECKING

from pytest_stairway.schema.model import NO_DEFAULT, NULL_DEFAULT_NOT_PRINTED, Column, ForeignKey, Index
from pytest_stairway.schema.tokens import Sort, Token, string_literal, string_value, tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_stairway.flavor import Flavor
    from pytest_stairway.schema.tolerances import Tolerances

_NUMERIC = frozenset({"tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "float", "double", "bit", "year"})
_TEXTUAL = frozenset({"char", "varchar", "tinytext", "text", "mediumtext", "longtext"})
_PLAIN_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_MOMENT = re.compile(r"(?:DATE|TIME|TIMESTAMP)?\s*('[^']*')", re.IGNORECASE)
_INTRODUCER = re.compile(r"(?<![A-Za-z0-9_$])_(?!binary$)[a-z0-9]+$", re.IGNORECASE)
_AS_WITHOUT = {
    "InnoDB": {"TRANSACTIONAL": "0", "COMPRESSION": "NONE", "`PAGE_COMPRESSED`": "0", "PAGE_CHECKSUM": "1"},
    "Aria": {"TRANSACTIONAL": "1", "PAGE_CHECKSUM": "1"},
}
"""Options that say what the engine does without them."""

_CONNECTION_CHARSETS = frozenset({"utf8mb4", "utf8mb3", "utf8", "latin1"})
_NOW = re.compile(r"(?:now|current_timestamp|localtime|localtimestamp)(?:\((\d*)\))?", re.IGNORECASE)
_NEGATIVE = re.compile(r"-\s*\(\s*([\d.eE+]+)\s*\)")
_BITS = re.compile(r"b'([01]+)'", re.IGNORECASE)
_HEX = re.compile(r"(?:0x([0-9a-f]+)|x'([0-9a-f]+)')", re.IGNORECASE)
_DISPLAY_WIDTH = re.compile(r"^(?!tinyint\(1\))(tinyint|smallint|mediumint|int|bigint|year)\(\d+\)")
_NAMED_PARTITIONS = re.compile(
    r"(?P<head>.*?)\s*\((?P<list>PARTITION `?p\d+`? ENGINE = \w+(?:,\s*PARTITION `?p\d+`? ENGINE = \w+)*)\)", re.DOTALL
)


def expression(text: str, tolerances: Tolerances) -> str:
    r"""Write every string one way (the server prints a quote as '' or as \\'), without introducers if tolerated."""
    run = list(tokens(text))
    drops = _introduced(run) if tolerances.charset_introducers else {}
    written: list[str] = []
    end = 0
    gap = False
    for at, token in enumerate(run):
        gap = gap or token.start > end
        end = token.end
        piece = string_literal(string_value(token.text)) if token.sort is Sort.STRING else token.text
        piece = drops.get(at, piece)
        if piece:
            written.append(f" {piece}" if gap and written else piece)
            gap = False
    return "".join(written)


def _introduced(run: list[Token]) -> dict[int, str]:
    """Find what the creating connection's character set left behind, by position, with what remains of the token."""
    drops: dict[int, str] = {}
    for at, (token, following) in enumerate(itertools.pairwise(run)):
        if token.sort is not Sort.WORD:
            continue
        if following.sort is Sort.STRING and _INTRODUCER.search(token.text):
            drops[at] = _INTRODUCER.sub("", token.text)
        if token.is_word("CHARSET") and following.text.lower() in _CONNECTION_CHARSETS:
            drops[at] = drops[at + 1] = ""
    return drops


def body(text: str, tolerances: Tolerances) -> str:
    """Normalise a trigger, routine or event, whose body is the author's own text."""
    if not tolerances.body_formatting:
        return text
    return " ".join(token.text + "\n" * token.text.startswith(("--", "#")) for token in tokens(text))


def column_type(text: str, tolerances: Tolerances) -> str:
    if not tolerances.display_width or "zerofill" in text:
        return text
    return _DISPLAY_WIDTH.sub(r"\1", text, count=1)


def default(column: Column, tolerances: Tolerances, flavor: Flavor) -> str:
    """Write the value of a DEFAULT clause one way: numbers by value, `now()` as CURRENT_TIMESTAMP, text untouched.

    A string keeps its quotes, so that 'uuid()' and uuid() stay apart; nothing is trimmed or lower-cased. What goes
    without saying is empty: NULL of a nullable column, nothing of a NOT NULL one. The lack that does not is named.
    """
    base = column.type.split("(")[0].split(" ")[0]
    text = expression(column.default, tolerances)
    if text == NO_DEFAULT:
        hidden = base in NULL_DEFAULT_NOT_PRINTED and not flavor.prints_null_default_of_text
        return "none" if column.nullable and not column.generated and not hidden else ""
    if text == "NULL" or (tolerances.default_spellings and _without_parentheses(text).upper() == "NULL"):
        return ""
    if not tolerances.default_spellings:
        return text
    return _value(_NEGATIVE.sub(r"-\1", _without_parentheses(text)), base)


def _value(text: str, base: str) -> str:
    """Write the value of a default for a column of this base type, or its expression as it is."""
    if found := _NOW.fullmatch(text):
        return f"CURRENT_TIMESTAMP({int(found[1] or 0)})"
    if base in _NUMERIC:
        return _number(text)
    if base in ("binary", "varbinary"):
        return _bytes(text, padded=base == "binary")
    if base in _TEXTUAL and _PLAIN_NUMBER.fullmatch(text):
        return string_literal(text)
    if base in ("date", "datetime", "timestamp", "time") and (found := _MOMENT.fullmatch(text)):
        return _moment(found[1], base)
    return text


def on_update(column: Column) -> str:
    found = _NOW.fullmatch(column.on_update)
    return f"CURRENT_TIMESTAMP({int(found[1] or 0)})" if found else column.on_update


def _without_parentheses(text: str) -> str:
    """Remove the pairs that enclose the whole text."""
    while text.startswith("("):
        depth = 0
        run = list(tokens(text))
        for token in run:
            depth += (token.sort is Sort.OPEN) - (token.sort is Sort.CLOSE)
            if depth == 0:
                break
        if token is not run[-1]:
            break
        text = text[1:-1].strip()
    return text


def _number(text: str) -> str:
    """Return the value that a number, a quoted number, bits, hexadecimal digits, true or false stand for."""
    if found := _BITS.fullmatch(text):
        return str(int(found[1], 2))
    if found := _HEX.fullmatch(text):
        return str(int(found[1] or found[2], 16))
    if text.lower() in ("true", "false"):
        return str(int(text.lower() == "true"))
    try:
        value = Decimal(string_value(text).strip() if text.startswith("'") else text)
    except decimal.InvalidOperation:
        return text
    return str(value.normalize() + 0)


def _bytes(text: str, *, padded: bool) -> str:
    """Return the bytes as a string literal; BINARY(n) is filled up with zero bytes, which the server prints or not."""
    if found := _HEX.fullmatch(text):
        text = string_literal(bytes.fromhex(found[1] or found[2]).decode("latin-1"))
    if padded and text.startswith("'"):
        return string_literal(string_value(text).rstrip("\0"))
    return text


def _moment(text: str, base: str) -> str:
    value = string_value(text)
    if base in ("datetime", "timestamp") and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        value += " 00:00:00"
    return string_literal(re.sub(r"\.0*$|(\.\d*?)0+$", r"\1", value))


def actions(key: ForeignKey, tolerances: Tolerances) -> tuple[str, str]:
    """Return what happens on delete and on update, "" for what InnoDB does where nothing is said."""
    same = ("RESTRICT", "NO ACTION") if tolerances.restrict_is_no_action else ()
    return ("" if key.on_delete in same else key.on_delete, "" if key.on_update in same else key.on_update)


def algorithm(index: Index, engine: str, tolerances: Tolerances, flavor: Flavor) -> str:
    """Return the USING clause, "" where it is the engine's own: InnoDB has no hash index, but MariaDB prints HASH."""
    if not tolerances.explicit_server_defaults:
        return index.using
    if index.using == "HASH" and index.kind == "UNIQUE" and flavor.has_hash_unique_keys:
        return "HASH"
    own = {"MEMORY": ("HASH",), "INNODB": ("BTREE", "HASH")}.get(engine.upper(), ("BTREE",))
    return "" if index.using in own else index.using


def options(printed: Mapping[str, str], tolerances: Tolerances) -> dict[str, str]:
    kept = dict(printed)
    if tolerances.explicit_server_defaults:
        if kept.get("ENGINE") == "InnoDB" and kept.get("ROW_FORMAT") == "DYNAMIC":
            del kept["ROW_FORMAT"]
        if kept.get("ENGINE") == "InnoDB" and kept.get("ROW_FORMAT") == "COMPRESSED" and "KEY_BLOCK_SIZE" in kept:
            del kept["ROW_FORMAT"]
        unsaid = _AS_WITHOUT.get(kept.get("ENGINE", ""), {})
        kept = {name: value for name, value in kept.items() if unsaid.get(name) != value.strip("'")}
    return kept


def partitions(text: str, tolerances: Tolerances) -> str:
    text = " ".join(text.split()) if "'" not in text else text
    if not tolerances.default_partitions:
        return text
    if found := _NAMED_PARTITIONS.fullmatch(text):
        names = re.findall(r"PARTITION `?(p\d+)`?", found["list"])
        if names == [f"p{number}" for number in range(len(names))]:
            text = f"{found['head']} PARTITIONS {len(names)}"
    return text.removesuffix(" PARTITIONS 1")
