"""Operations that undo a change, ready to paste into a revision file."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from pytest_stairway.schema.model import Kind
from pytest_stairway.schema.tokens import quote_identifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pytest_stairway.schema.diff import Change

_REFERENCES = re.compile(r"\) REFERENCES `((?:[^`]|``)+)` \(")
_CONSTRAINT_TYPES = {"foreign key": "foreignkey", "check": "check"}


def restoring(change: Change, together: Sequence[Change] = ()) -> list[str]:
    """Give the calls that turn what a change came to into what it was before; none where no one call would do.

    A primary key's takes in the columns that go `together` with it: only one ALTER TABLE can change both (1075).
    """
    if change.part == "primary key":
        return [_alter(change, ", ".join(_key_actions(change, together)))]
    if change.kind is not Kind.TABLE:
        return _restoring_object(change)
    give = {
        "table": _restoring_table,
        "column": _restoring_column,
        "option": _restoring_options,
        "index": _restoring_key,
        "foreign key": _restoring_key,
        "check": _restoring_key,
    }.get(change.part)
    return give(change) if give is not None else []


def going_with(change: Change, every: Sequence[Change]) -> list[Change]:
    """Return the changed columns of a changed primary key; none for any other change."""
    if change.part != "primary key":
        return []
    definitions = change.before_definition + change.after_definition
    return [
        other
        for other in every
        if (other.part, other.table) == ("column", change.table)
        and quote_identifier(other.object.removeprefix(f"{other.table}.")) in definitions
    ]


def in_order(every: Iterable[Change]) -> list[Change]:
    """Order changes so that what restores them runs in one revision, one after the other."""
    ranked = sorted(every, key=_rank)
    tables = [change for change in ranked if change.part == "table"]
    ordered = iter([*reversed(_targets_first(tables, missing=False)), *_targets_first(tables, missing=True)])
    return [next(ordered) if change.part == "table" else change for change in ranked]


def _targets_first(tables: Sequence[Change], *, missing: bool) -> list[Change]:
    """Put each table that is missing, or else extra, behind those that its foreign keys refer to."""
    left = {change.table.casefold(): change for change in tables if (change.after is None) is missing}
    ordered: list[Change] = []
    while left:
        free = [name for name, change in left.items() if _targets(change).isdisjoint(left.keys() - {name})]
        ordered += [left.pop(name) for name in free or list(left)]
    return ordered


def _targets(change: Change) -> set[str]:
    definition = change.before_definition or change.after_definition
    return {name.replace("``", "`").casefold() for name in _REFERENCES.findall(definition)}


_STEPS: tuple[Callable[[Change], bool], ...] = (
    lambda change: change.part == "foreign key" and change.before is None,
    lambda change: change.part == "table" and change.before is None,
    lambda change: change.part == "option",
    lambda change: change.part == "column" and change.after is None,
    lambda change: change.part == "column" and change.before is not None and "AUTO_INCREMENT" not in change.before,
    lambda change: change.part == "index" and change.before is not None,
    lambda change: change.part == "primary key",
    lambda change: change.part in ("index", "check"),
    lambda change: change.part == "column",
    lambda change: change.part == "table",
    lambda change: change.part == "foreign key",
)
"""What is restored after what: a foreign key goes before its index and its target, and comes after both (1553, 1824).

An index comes before the one that it replaces goes, and goes before its columns (1091); an AUTO_INCREMENT needs its key
(1075).
"""


def _rank(change: Change) -> int:
    if change.kind is not Kind.TABLE:
        return len(_STEPS)
    return next((at for at, holds in enumerate(_STEPS) if holds(change)), len(_STEPS))


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
    return [_alter(change, _column_action(change))]


def _column_action(change: Change) -> str:
    name = quote_identifier(change.object.removeprefix(f"{change.table}."))
    if change.before is None:
        return f"DROP COLUMN {name}"
    verb = "ADD" if change.after is None else "MODIFY"
    return f"{verb} COLUMN {name} {change.before_definition}"


def _key_actions(change: Change, columns: Sequence[Change]) -> list[str]:
    """Write what changes a primary key: what it is built on comes before it, what it was built on goes after it."""
    actions = [*change.along, *(_column_action(column) for column in columns if column.before is not None)]
    actions += ["DROP PRIMARY KEY"] if change.after is not None else []
    actions += [f"ADD {change.before_definition}"] if change.before is not None else []
    return actions + [_column_action(column) for column in columns if column.before is None]


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
    return f"op.drop_constraint({_text(name)}, {_text(table)}, type_={_text(_CONSTRAINT_TYPES[change.part])})"


def _drop_action(change: Change) -> str:
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
