"""What the words of a statement say about what it does, without a parse: one word too many costs a look, no more."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from pytest_stairway.walk.failure import Statement

_FIRST_WORD = re.compile(r"(?:\s+|/\*.*?\*/|--[^\n]*\n|#[^\n]*\n|\()*+([A-Za-z]+)", re.DOTALL)
_NAME = re.compile(r"[\w$\u0080-\uffff]+")
_QUOTED_NAME = re.compile(r"`((?:[^`]|``)+)`|\"((?:[^\"]|\"\")+)\"")
DDL_VERBS = frozenset({"alter", "create", "drop", "rename", "truncate"})
DML_VERBS = frozenset({"call", "delete", "execute", "insert", "load", "replace", "update", "with"})
_READING_VERBS = frozenset({"explain", "select", "set", "show"})
_IN_LISTING = frozenset({"sequence", "table", "tables", "view"})
"""Words without one of which CREATE and DROP make no table come or go, but an index."""

_FILLING = frozenset({"exchange", "import", "rename", "select", "values"})
"""Words without one of which no DDL puts rows into a table: CREATE TABLE ... SELECT, partitions, tablespaces."""

_ERROR_OF_DRIVER = re.compile(r"(?!\(\d)|\(2\d{3}\b")
"""What a server refuses has its number, which is not between 2000 and 2999: these are the client library's."""

OPAQUE_VERBS = frozenset({"begin", "call", "delimiter", "execute", "use"})
"""What does not name all that it touches."""

PLAIN_VERBS = (DDL_VERBS | DML_VERBS | {"select", "show"}) - OPAQUE_VERBS
"""What does what it says: not so `SET STATEMENT ... FOR DROP TABLE` or what stands in a versioned comment."""


def first_word(sql: str) -> str:
    """Give the statement's verb in lower case, comments and parentheses before it left out."""
    found = _FIRST_WORD.match(sql)
    return found[1].lower() if found else ""


def named_in(statements: Collection[Statement]) -> set[str]:
    """Collect every word of the statements in lower case: each may be the name of an object that they touch."""
    return {name.lower() for name in spelt_in(statements)}


def spelt_in(statements: Collection[Statement]) -> set[str]:
    """Collect every word of the statements as it is spelt there.

    Text in quotes is taken both as one name and as words, so that a stray quote in a string hides no name; a percent
    sign that is doubled both as it is and as one, since it depends on the driver's call whether it halves them.
    """
    names: set[str] = set()
    for statement in statements:
        if first_word(statement.sql) not in _READING_VERBS:
            names.update(_NAME.findall(statement.sql))
            for backticks, quotes in _QUOTED_NAME.findall(statement.sql):
                name = backticks.replace("``", "`") or quotes.replace('""', '"')
                names |= {name, name.replace("%%", "%")}
    return names


def reached_the_server(statement: Statement) -> bool:
    """Tell whether the server has counted a statement: it does where it refuses it, and not what was never sent."""
    return statement.error is None or _ERROR_OF_DRIVER.match(statement.error) is None


def may_come_or_go(sql: str) -> bool:
    """Tell whether DDL can make a table, view or sequence come or go: ALTER needs RENAME for it."""
    words = {word.lower() for word in _NAME.findall(sql)}
    return "rename" in words or (first_word(sql) in {"create", "drop"} and not words.isdisjoint(_IN_LISTING))


def may_fill(sql: str) -> bool:
    """Tell whether a statement can put rows into an empty table. `CREATE TABLE a TABLE b` does (MySQL 8.0.19)."""
    verb = first_word(sql)
    if verb not in DDL_VERBS:
        return verb not in _READING_VERBS
    words = [word.lower() for word in _NAME.findall(sql)]
    return words.count("table") > 1 or not _FILLING.isdisjoint(words)
