"""SHOW CREATE TABLE taken apart, without reflection (MySQL manual 15.1.20 "CREATE TABLE"; MariaDB "CREATE TABLE").

What is not understood is kept as text, in `other` of the object or in `Table.unparsed`, and is compared as text.
"""

from __future__ import annotations

import functools
from types import MappingProxyType

from pytest_stairway.schema.cursor import Cursor, UnexpectedToken, split_at_commas
from pytest_stairway.schema.model import Check, Column, DefaultCollations, ForeignKey, Index, Period, Table
from pytest_stairway.schema.parse_column import Inherited, collation_of, parse_column
from pytest_stairway.schema.parse_key import parse_check, parse_foreign_key, parse_index
from pytest_stairway.schema.tokens import Sort, Token, identifier_value, tokens

_WITHOUT_EQUALS = ("TABLESPACE", "ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE", "STORAGE")
_FLAGS = (("WITH", "SYSTEM", "VERSIONING"), ("START", "TRANSACTION"))


@functools.lru_cache(maxsize=1024)
def parse_table(text: str, collations: DefaultCollations = ()) -> Table:
    """Take the text of SHOW CREATE TABLE apart.

    `collations` gives the collation that a character set without COLLATE means (MySQL prints none for the default).
    """
    head, body, tail = _sections(list(tokens(text)))
    defaults = dict(collations)
    options, partitions, unknown = _options(Cursor(text, tail), defaults)
    inherited = Inherited(options.get("CHARSET", ""), options.get("COLLATE", ""), defaults)
    items = [_item(text, run, position, inherited) for position, run in enumerate(split_at_commas(body))]
    indexes = [item for item in items if isinstance(item, Index)]
    names = [token for token in head if token.sort is Sort.IDENTIFIER]
    return Table(
        name=identifier_value(names[-1].text) if names else "",
        columns=tuple(item for item in items if isinstance(item, Column)),
        primary_key=next((index for index in indexes if index.kind == "PRIMARY"), None),
        indexes=tuple(index for index in indexes if index.kind != "PRIMARY"),
        foreign_keys=tuple(item for item in items if isinstance(item, ForeignKey)),
        checks=tuple(item for item in items if isinstance(item, Check)),
        periods=tuple(item for item in items if isinstance(item, Period)),
        options=MappingProxyType(options),
        partitions=partitions,
        unparsed=(*(item for item in items if isinstance(item, str)), *unknown),
    )


def _sections(run: list[Token]) -> tuple[list[Token], list[Token], list[Token]]:
    """Cut at the first parenthesis and its partner."""
    depth = 0
    opened = len(run)
    for at, token in enumerate(run):
        if token.sort is Sort.OPEN:
            opened = at if depth == 0 else opened
            depth += 1
        elif token.sort is Sort.CLOSE:
            depth -= 1
            if depth == 0:
                return run[:opened], run[opened + 1 : at], run[at + 1 :]
    return run[:opened], run[opened + 1 :], []


def _item(
    text: str, run: list[Token], position: int, inherited: Inherited
) -> Column | Index | ForeignKey | Check | Period | str:
    """Read one line of the body; a line of no known form comes back as it is."""
    whole = Cursor(text, run).whole()
    try:
        if run[0].sort is Sort.IDENTIFIER:
            return parse_column(Cursor(text, run), position, inherited)
        if run[0].is_word("PERIOD"):
            return Period(whole)
        for parse in (parse_foreign_key, parse_check, parse_index):
            if (found := parse(Cursor(text, run))) is not None:
                return found
    except UnexpectedToken:
        pass
    return whole


def _options(cursor: Cursor, defaults: dict[str, str]) -> tuple[dict[str, str], str, list[str]]:
    """Read what follows the body: options by their upper-case name, the text of PARTITION BY, what is unknown."""
    options: dict[str, str] = {}
    partitions = ""
    unknown: list[str] = []
    while not cursor.done:
        if cursor.starts("PARTITION", "BY"):
            partitions = cursor.rest().removesuffix("*/").rstrip()
        elif flag := next((words for words in _FLAGS if cursor.accept(*words)), None):
            options[" ".join(flag)] = ""
        elif (option := _option(cursor)) is not None:
            options[option[0]] = option[1]
        else:
            unknown.append(cursor.rest())
    if "CHARSET" in options:
        charset, collation = options["CHARSET"], options.get("COLLATE", "")
        options["CHARSET"], options["COLLATE"] = collation_of(charset, collation, defaults)
    return options, partitions, unknown


def _option(cursor: Cursor) -> tuple[str, str] | None:
    """Read `NAME=value`, where the name may be two words (DEFAULT CHARSET, DATA DIRECTORY) or quoted (MariaDB)."""
    name: list[str] = []
    for ahead in range(3):
        token = cursor.peek(ahead)
        if token is None or token.sort not in (Sort.WORD, Sort.IDENTIFIER, Sort.EQUALS):
            return None
        if token.sort is Sort.EQUALS:
            break
        name.append(token.text.upper() if token.sort is Sort.WORD else token.text)
        if name == [token.text.upper()] and name[0] in _WITHOUT_EQUALS:
            break
    else:
        return None
    for _ in name:
        cursor.take()
    return " ".join(name).removeprefix("DEFAULT "), cursor.value()
