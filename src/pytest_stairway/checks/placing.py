"""Where the calls that restore what a downgrade changed belong: in the place of a statement, or after it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_stairway.checks.lost_attributes import fails_insert
from pytest_stairway.checks.wording import code
from pytest_stairway.schema.tokens import identifier_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_stairway.schema.change import Change
    from pytest_stairway.walk.failure import Statement

_NAME = r"(`(?:[^`]|``)+`|[\w$\u0080-\uffff]+)"
_ALTERS_COLUMN = re.compile(
    rf"\s*ALTER\s+TABLE\s+\S+\s+(?:(?:MODIFY|ALTER)(?:\s+COLUMN)?\s+{_NAME}"
    rf"|CHANGE(?:\s+COLUMN)?\s+{_NAME}\s+{_NAME})\s",
    re.IGNORECASE,
)
_FURTHER_ACTION = re.compile(r",\s*(?:ADD|ALTER|CHANGE|DROP|MODIFY|RENAME)\b", re.IGNORECASE)
_CREATES = re.compile(r"\s*(?:CREATE\s+TABLE\b|ALTER\s+TABLE\s+\S+\s+ADD\b)", re.IGNORECASE)


def placed(calls: Sequence[str], told: Sequence[tuple[Change, Statement | None]]) -> str:
    """Say where to write the calls that restore these changes, each with the last statement that names it.

    The calls were tried after the whole downgrade. They may stand in the place of a statement only if that statement
    does nothing but alter the column: in the place of one that adds or renames it, they would find no such column.
    """
    change, sent = told[0]
    if sent is None:
        return f"Add to its downgrade():\n{code(*calls)}"
    if all(statement is not None and _only_alters(statement.sql, each) for each, statement in told):
        return f"{_reason(change, sent.sql)}Instead:\n{code(*calls)}"
    if len(told) > 1:
        return f"Add at the end of its downgrade():\n{code(*calls)}"
    creating = "Create it as it was, or add" if change.attributes and _CREATES.match(sent.sql) else "Add"
    return f"{creating} after this line:\n{code(*calls)}"


def _only_alters(sql: str, change: Change) -> bool:
    found = _ALTERS_COLUMN.match(sql)
    if change.part != "column" or change.after is None or found is None or _FURTHER_ACTION.search(sql):
        return False
    column = change.column.casefold()
    return {_value(name).casefold() for name in found.groups() if name} == {column}


def _value(name: str) -> str:
    return identifier_value(name) if name.startswith("`") else name


def _reason(change: Change, sql: str) -> str:
    if fails_insert(change):
        return "DROP DEFAULT leaves a column without even DEFAULT NULL. "
    has_less = set((change.after or "").split()) <= set((change.before or "").split())
    words = sql.upper().split()
    if has_less and ("MODIFY" in words or "CHANGE" in words):
        return "MODIFY resets every attribute that it does not repeat. "
    return ""
