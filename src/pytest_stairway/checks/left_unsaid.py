"""What a revision leaves out though the models say it, and why: faults of autogenerate that raise no error."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from pytest_stairway.checks.lost_attributes import column_of
from pytest_stairway.history.operations import Operation, literal, operations
from pytest_stairway.schema.tokens import identifier_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.checks.interface import Subject
    from pytest_stairway.schema.change import Change

_COLLATION = {"character set", "collation"}


def why_unsaid(subject: Subject, change: Change) -> str:
    """Say why drift is there, on a line of its own; "" where the revisions do not tell."""
    if change.part == "foreign key" and change.after is None:
        return _left_for_later(subject, change)
    if change.after is not None and "%%" in change.after_definition:
        return _doubled_percent(subject, change)
    if change.part == "column" and change.attributes and set(change.attributes) <= _COLLATION:
        return _enum_without_collation(subject, change)
    return ""


def _left_for_later(subject: Subject, change: Change) -> str:
    """Look for `use_alter=True` inside `op.create_table()`.

    SQLAlchemy leaves such a foreign key out of CREATE TABLE; `MetaData.create_all()` adds it when every table is there.
    """
    found = re.search(r"FOREIGN KEY \(([^)]*)\)", change.before_definition)
    columns = [identifier_value(name) for name in re.findall(r"`(?:[^`]|``)+`", found[1])] if found else []
    for place, operation, calls in _calls(subject, change.table, {"create_table"}):
        for call in calls:
            later = any(each.arg == "use_alter" and literal(each.value) is True for each in call.keywords)
            if later and call.args and literal(call.args[0]) == columns:
                line = operation.line + call.lineno - 1
                return (
                    f"\n{place}:{line} has it with use_alter=True, and op.create_table() leaves it out for that "
                    "without an error: only MetaData.create_all() adds it later"
                )
    return ""


def _doubled_percent(subject: Subject, change: Change) -> str:
    """Look for `%%`, which autogenerate writes for each % of a CHECK or a generated column."""
    if change.after_definition.replace("%%", "%") != change.before_definition:
        return ""
    for place, operation, _ in _calls(subject, change.table, {"create_table", "add_column", "create_check_constraint"}):
        for number, text in enumerate(operation.source.splitlines(), operation.line):
            if "%%" in text:
                return (
                    f"\n{place}:{number} has each % twice: autogenerate writes it so, and the server takes it as it is"
                )
    return ""


def _enum_without_collation(subject: Subject, change: Change) -> str:
    """Look for the column's ENUM: its `repr()`, which autogenerate writes, has no charset and collation."""
    name, models = change.column, subject.walked.models
    column = column_of(models.schema, change.table, name) if models is not None else None
    if column is None or column.inherits_collation:
        return ""
    for place, operation, calls in _calls(subject, change.table, {"create_table", "add_column", "alter_column"}):
        for call in calls:
            if len(call.args) > 1 and literal(call.args[0]) == name and _is_bare_enum(call.args[1]):
                line = operation.line + call.args[1].lineno - 1
                return (
                    f"\nthe ENUM in {place}:{line} says neither charset= nor collation=: autogenerate leaves both out"
                )
    return ""


def _is_bare_enum(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute | ast.Name)
        and (node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id) in {"ENUM", "Enum"}
        and not {"charset", "collation"} & {keyword.arg for keyword in node.keywords}
    )


def _calls(subject: Subject, table: str, names: set[str]) -> Iterator[tuple[str, Operation, list[ast.Call]]]:
    """Give the upgrades' operations on a table, the last first, with their file and the calls in them."""
    for revision in reversed(subject.history.revisions):
        for operation in reversed(operations(revision.path)):
            if operation.function == "upgrade" and operation.name in names and operation.table == table:
                tree = ast.parse(operation.source.strip(), mode="eval")
                calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
                yield str(subject.location(revision.path)), operation, calls
