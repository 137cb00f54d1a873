"""Adding, dropping and changing a column."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_stairway.remedies.python import bound_text, call, execute, text
from pytest_stairway.remedies.types import is_json_alias, sqlalchemy_type
from pytest_stairway.schema.model import NO_DEFAULT, NULL_DEFAULT_NOT_PRINTED
from pytest_stairway.schema.tokens import quote_identifier, string_value

if TYPE_CHECKING:
    from pytest_stairway.remedies.target import Target
    from pytest_stairway.schema.change import Change
    from pytest_stairway.schema.model import Column

_NOW = re.compile(r"(?:now|current_timestamp)(?:\((\d*)\))?", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def column_calls(change: Change, target: Target) -> list[str]:
    """Give the calls that make `before` of `after`."""
    table, name = text(change.table), own_name(change)
    if change.before is None:
        return [f"op.drop_column({table}, {text(name)})"]
    wanted = target.column(change.table, name, change.before_definition)
    return [_making(change, wanted, target), *_dropping_default(change, wanted, target)]


def column_action(change: Change) -> str:
    """Write what ALTER TABLE does to the column, one action."""
    name = quote_identifier(own_name(change))
    if change.before is None:
        return f"DROP COLUMN {name}"
    if change.after is None:
        return f"ADD COLUMN {name} {change.before_definition}"
    if (
        "stored" in change.attributes and " GENERATED ALWAYS AS " in change.before_definition
    ):  # no MODIFY does that (3106)
        return f"DROP COLUMN {name}, ADD COLUMN {name} {change.before_definition}"
    if "name" in change.attributes:  # in letter case alone, which CHANGE does not tell apart where it looks for it
        return f"CHANGE COLUMN {name} {name} {change.before_definition}"
    return f"MODIFY COLUMN {name} {change.before_definition}"


def renaming_column(table: str, column: Column, new_name: str, target: Target) -> str:
    """Rename a column, by `op.alter_column()` where that can repeat every attribute: it sends CHANGE, as MODIFY."""
    kind, arguments = sqlalchemy_type(column), _arguments(column, target)
    if kind is None or arguments is None or column.auto_increment:
        old, new = quote_identifier(column.name), quote_identifier(new_name)
        return execute(f"ALTER TABLE {quote_identifier(table)} RENAME COLUMN {old} TO {new}")
    existing = [
        f"existing_type={kind}",
        f"existing_nullable={column.nullable}",
        *(f"existing_{each}" for each in arguments),
    ]
    return call("op.alter_column", [text(table), text(column.name), f"new_column_name={text(new_name)}", *existing])


def own_name(change: Change) -> str:
    """Give the column's name as it should be."""
    name = change.column
    if "name" in change.attributes and change.before is not None:
        return change.before[: len(name)]
    return name


def sqlalchemy_column(column: Column, target: Target, *extra: str) -> str | None:
    """Write a `sa.Column()`, with `extra` arguments; None where SQLAlchemy would not make this very column."""
    kind, arguments = sqlalchemy_type(column), _arguments(column, target)
    if kind is None or arguments is None:
        return None
    nullable = [] if column.nullable else ["nullable=False"]
    return f"sa.Column({', '.join([text(column.name), kind, *extra, *nullable, *arguments])})"


def _making(change: Change, wanted: Column, target: Target) -> str:
    if change.after is None:
        column = sqlalchemy_column(wanted, target) if not wanted.auto_increment else None
        if column is not None:
            return call("op.add_column", [text(change.table), column])
    elif (altering := _altering(change, wanted, target)) is not None:
        return altering
    return execute(f"ALTER TABLE {quote_identifier(change.table)} {column_action(change)}")


def _altering(change: Change, wanted: Column, target: Target) -> str | None:
    """Write `op.alter_column()`, which repeats every attribute: it sends MODIFY, which resets all others."""
    kind, arguments = sqlalchemy_type(wanted), _arguments(wanted, target)
    if kind is None or arguments is None or wanted.auto_increment or "name" in change.attributes:
        return None
    found = target.column(change.table, wanted.name, change.after_definition)
    existing = sqlalchemy_type(found)
    if existing is None or found.generated:
        return None
    types = [f"existing_type={kind}"] if kind == existing else [f"type_={kind}", f"existing_type={existing}"]
    said = [text(change.table), text(wanted.name), *types, f"nullable={wanted.nullable}", *arguments]
    if not any(argument.startswith("server_default=") for argument in arguments) and found.default not in ("", "NULL"):
        said.append("server_default=None")
    if found.comment and not wanted.comment:
        said.append("comment=None")
    return call("op.alter_column", said)


def _arguments(column: Column, target: Target) -> list[str] | None:
    """Write default and comment as keyword arguments; None where the column has what SQLAlchemy cannot say."""
    beyond = (column.generated, column.column_format, column.storage, column.srid, *column.other)
    if any(beyond) or not column.visible or (column.check and not is_json_alias(column)):
        return None
    if _lacks_default(column, target):
        return None
    default = server_default(column)
    if default is None:
        return None
    arguments = [f"server_default={default}"] if default else []
    return arguments + ([f"comment={text(column.comment)}"] if column.comment else [])


def server_default(column: Column) -> str | None:
    """Write a server default, "" where there is none, None where it cannot be said exactly."""
    now, update = _NOW.fullmatch(column.default), _NOW.fullmatch(column.on_update)
    if column.on_update:
        if update is None or not (now or column.default == "NULL"):
            return None
        default = _now(now) if now else "NULL"
        return f"sa.text({text(f'{default} ON UPDATE {_now(update)}')})"
    if now:
        return f"sa.text({text(_now(now))})"
    return "" if column.default in (NO_DEFAULT, "NULL") else _default_value(column.default)


def _default_value(printed: str) -> str | None:
    if printed.startswith("'"):
        return text(string_value(printed))
    if _NUMBER.fullmatch(printed):
        return text(printed)
    if printed.endswith(")") and "'" not in printed:
        return f"sa.text({bound_text(_in_parentheses(printed))})"
    return None


def _now(found: re.Match[str]) -> str:
    return f"CURRENT_TIMESTAMP({found[1]})" if int(found[1] or 0) else "CURRENT_TIMESTAMP"


def _in_parentheses(expression: str) -> str:
    """Write an expression as MySQL demands it; MariaDB prints it bare."""
    return expression if expression.startswith("(") else f"({expression})"


def _lacks_default(column: Column, target: Target) -> bool:
    """Tell whether a nullable column has not even DEFAULT NULL, so that MySQL demands a value (1364)."""
    if column.default != NO_DEFAULT or not column.nullable or column.generated or column.on_update:
        return False
    return target.flavor.prints_null_default_of_text or column.type.split("(")[0] not in NULL_DEFAULT_NOT_PRINTED


def _dropping_default(change: Change, wanted: Column, target: Target) -> list[str]:
    """Take away the DEFAULT NULL that ADD and MODIFY give a nullable column of which they say nothing."""
    if not _lacks_default(wanted, target):
        return []
    name = quote_identifier(wanted.name)
    return [execute(f"ALTER TABLE {quote_identifier(change.table)} ALTER COLUMN {name} DROP DEFAULT")]
