"""The words of what a server prints; nothing inside quotes or comments is mistaken for syntax."""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Sort(enum.Enum):
    WORD = enum.auto()
    STRING = enum.auto()
    IDENTIFIER = enum.auto()
    COMMENT = enum.auto()
    VERSIONED = enum.auto()
    OPEN = enum.auto()
    CLOSE = enum.auto()
    COMMA = enum.auto()
    EQUALS = enum.auto()


_TOKEN = re.compile(
    r"""
      (?P<STRING>     '(?:[^'\\]|\\.|'')*' | "(?:[^"\\]|\\.|"")*" )
    | (?P<IDENTIFIER> `(?:[^`]|``)*` )
    | (?P<VERSIONED>  /\*M?!\d* | \*/ )
    | (?P<COMMENT>    /\*.*?\*/ | --(?=\s)[^\n]* | \#[^\n]* )
    | (?P<OPEN>  \( ) | (?P<CLOSE> \) ) | (?P<COMMA> , ) | (?P<EQUALS> = )
    | (?P<WORD> (?: (?! \*/ | /\* | --\s ) [^\s'"`(),=\#] )+ | \S )
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """A piece of text and where it stands. `/*!80016` and its `*/` are VERSIONED: what they enclose is in force."""

    sort: Sort
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def is_word(self, *words: str) -> bool:
        return self.sort is Sort.WORD and self.text.upper() in words


def tokens(text: str) -> Iterator[Token]:
    """Cut the text into tokens; together with the blanks between them they are the whole text."""
    for found in _TOKEN.finditer(text):
        yield Token(Sort[found.lastgroup or Sort.WORD.name], found[0], found.start())


_ESCAPES = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a"}
_ESCAPED = re.compile(r"\\(.)|''|\"\"", re.DOTALL)


def string_value(literal: str) -> str:
    r"""Return what a quoted string means, whether it writes a quote as '' or as \' (the server prints both)."""
    quote = literal[0]

    def meant(found: re.Match[str]) -> str:
        if found[1] is not None:
            return _ESCAPES.get(found[1], found[1])
        return quote if found[0][0] == quote else found[0]

    return _ESCAPED.sub(meant, literal[1:-1])


def string_literal(value: str) -> str:
    r"""Write a string with '' for a quote and \\ for a backslash, in one line."""
    escaped = value.replace("\\", "\\\\").replace("'", "''").replace("\0", "\\0")
    return "'" + escaped.replace("\n", "\\n").replace("\r", "\\r") + "'"


def identifier_value(quoted: str) -> str:
    return quoted[1:-1].replace("``", "`")


def quote_identifier(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def with_databases_renamed(text: str, names: Mapping[str, str]) -> str:
    """Replace the quoted qualifiers `database`. that are among the names, outside strings and comments."""
    quoted = {quote_identifier(old): quote_identifier(new) for old, new in names.items()}
    if not any(each in text for each in quoted):
        return text
    kept: list[str] = []
    at = 0
    before = previous = Token(Sort.COMMA, "", 0)
    for token in tokens(text):
        if previous.text in quoted and token.text.startswith(".") and before.text != ".":
            kept += [text[at : previous.start], quoted[previous.text]]
            at = previous.end
        before, previous = previous, token
    return "".join([*kept, text[at:]])


def without_database(text: str, database: str) -> str:
    """Remove the qualifier `database`. (quoted or not) before a name, outside strings and comments."""
    quoted = quote_identifier(database)
    if quoted not in text and f"{database}." not in text:
        return text
    kept: list[str] = []
    at = 0
    before = previous = Token(Sort.COMMA, "", 0)
    for token in tokens(text):
        if previous.text == quoted and token.text.startswith(".") and before.text != ".":
            kept.append(text[at : previous.start])
            at = token.start + 1
        elif token.sort is Sort.WORD and token.text.startswith(f"{database}."):
            kept.append(text[at : token.start])
            at = token.start + len(database) + 1
        before, previous = previous, token
    return "".join([*kept, text[at:]])
