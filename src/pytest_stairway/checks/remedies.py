"""Operations that undo a change, ready to paste into a revision file."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from pytest_stairway.schema.model import Kind
from pytest_stairway.schema.tokens import quote_identifier

if TYPE_CHECKING:
    from pytest_stairway.schema.diff import Change

_CONSTRAINT_TYPES = {"foreign key": "foreignkey", "check": "check"}


def restoring(change: Change) -> list[str]:
    """Give the calls that turn what a change came to into what it was before; none where no one call would do."""
    if change.kind is not Kind.TABLE:
        return _restoring_object(change)
    give = {
        "table": _restoring_table,
        "column": _restoring_column,
        "option": _restoring_options,
        "primary key": _restoring_key,
        "index": _restoring_key,
        "foreign key": _restoring_key,
        "check": _restoring_key,
    }.get(change.part)
    return give(change) if give is not None else []


def _restoring_object(change: Change) -> list[str]:
    drop = f"DROP {change.kind.upper()} IF EXISTS {quote_identifier(change.table)}"
    calls = [_execute(drop)] if change.after is not None else []
    return calls + ([_execute(change.before_definition)] if change.before_definition else [])


def _restoring_table(change: Change) -> list[str]:
    if change.before is None:
        return [f"op.drop_table({_text(change.table)})"]
    return [_execute(change.before_definition)]


def _restoring_column(change: Change) -> list[str]:
    name = change.object.removeprefix(f"{change.table}.")
    if change.before is None:
        return [f"op.drop_column({_text(change.table)}, {_text(name)})"]
    verb = "ADD" if change.after is None else "MODIFY"
    return [_alter(change, f"{verb} COLUMN {quote_identifier(name)} {change.before_definition}")]


def _restoring_options(change: Change) -> list[str]:
    return [_alter(change, change.before_definition)] if change.before_definition else []


def _restoring_key(change: Change) -> list[str]:
    """Drop and add in one ALTER TABLE: no foreign key is then without an index in between (1553).

    A foreign key itself takes two: MySQL refuses to reuse its name in one statement (1826), MariaDB as well (1005).
    """
    if change.before is None:
        return [_dropping(change)]
    add = f"ADD {change.before_definition}"
    if change.after is None:
        return [_alter(change, add)]
    if change.part == "foreign key":
        return [_dropping(change), _alter(change, add)]
    return [_alter(change, f"{_drop_action(change)}, {add}")]


def _dropping(change: Change) -> str:
    name, table = _own_name(change.after_definition), change.table
    if change.part == "index":
        return f"op.drop_index({_text(name)}, table_name={_text(table)})"
    if change.part in _CONSTRAINT_TYPES:
        return f"op.drop_constraint({_text(name)}, {_text(table)}, type_={_text(_CONSTRAINT_TYPES[change.part])})"
    return _alter(change, "DROP PRIMARY KEY")


def _drop_action(change: Change) -> str:
    if change.part == "primary key":
        return "DROP PRIMARY KEY"
    sort = {"index": "INDEX", "check": "CONSTRAINT"}[change.part]
    return f"DROP {sort} {quote_identifier(_own_name(change.after_definition))}"


def _own_name(definition: str) -> str:
    """Read the name of a key or constraint, the first quoted word of its definition."""
    found = re.search(r"`((?:[^`]|``)+)`", definition)
    return found[1].replace("``", "`") if found else ""


def _alter(change: Change, action: str) -> str:
    return _execute(f"ALTER TABLE {quote_identifier(change.table)} {action}")


def _execute(sql: str) -> str:
    """Write op.execute(), which makes text() of a string: a colon before a word would begin a bind parameter."""
    escaped = re.sub(r"(?<!:):(?=\w)", r"\:", sql)
    return f"op.execute({_text(escaped)})"


def _text(value: str) -> str:
    """Write a Python literal: a CREATE TABLE over several lines stays readable where its text needs no escapes."""
    if "\n" in value and "\\" not in value and '"""' not in value and not value.endswith('"'):
        return f'"""{value}"""'
    return json.dumps(value, ensure_ascii=False)
