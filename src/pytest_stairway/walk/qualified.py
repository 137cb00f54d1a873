"""Statements that name the database they work in, and so may leave the project's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_stairway.walk.failure import Statement

_IDENTIFIER = r"(?:`(?:[^`]|``)+`|[\w$\u0080-\uffff]+)"
_OBJECTS = "TABLE|VIEW|TRIGGER|PROCEDURE|FUNCTION|EVENT|SEQUENCE"
_OPTIONAL = r"(?:IF\s+(?:NOT\s+)?EXISTS\s+)?"
_OF_OBJECT = re.compile(
    rf"\s*(?:CREATE|ALTER|DROP|RENAME|TRUNCATE)\b(?:(?!\b(?:{_OBJECTS})\b)[^('\"])*"
    rf"(?:\b(?:{_OBJECTS})|\bINDEX\s+{_OPTIONAL}{_IDENTIFIER}(?:\s+USING\s+\w+)?\s+ON)\s+"
    rf"{_OPTIONAL}({_IDENTIFIER})\s*\.\s*{_IDENTIFIER}",
    re.IGNORECASE,
)
_NO_NAME = r"(?!(?:DEFAULT|CHARACTER|CHARSET|COLLATE|ENCRYPTION|READ|COMMENT)\b)"
"""ALTER DATABASE may leave the name out and begin with an option: it then alters the database of the connection."""
_OF_DATABASE = re.compile(
    r"\s*(?:CREATE|ALTER|DROP)\s+(?:OR\s+REPLACE\s+)?(?:DATABASE|SCHEMA)\s+"
    rf"{_OPTIONAL}{_NO_NAME}({_IDENTIFIER})",
    re.IGNORECASE,
)
_OWN_PREFIX = "stairway_"
"""Begins the name of every database that the suite makes: the project's own stands there under such a name."""


def databases_changed(statements: Iterable[Statement]) -> dict[str, Statement]:
    """Give the databases that DDL names, each with the first statement that does so, the project's own left out."""
    found: dict[str, Statement] = {}
    for statement in statements:
        match = _OF_DATABASE.match(statement.sql) or _OF_OBJECT.match(statement.sql)
        if match is not None and statement.error is None:
            name = match[1].strip("`").replace("``", "`")
            if not name.startswith(_OWN_PREFIX):
                found.setdefault(name, statement)
    return found
