"""Creating and dropping tables, their options, and what is not a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_stairway.remedies.columns import sqlalchemy_column
from pytest_stairway.remedies.keys import creating_index, foreign_key_actions, is_plain
from pytest_stairway.remedies.python import bound_text, call, execute, text
from pytest_stairway.schema.model import Kind
from pytest_stairway.schema.tokens import quote_identifier, string_value
from pytest_stairway.schema.tolerances import looks_automatic

if TYPE_CHECKING:
    from collections.abc import Collection

    from pytest_stairway.remedies.target import Target
    from pytest_stairway.schema.change import Change
    from pytest_stairway.schema.model import Check, Column, ForeignKey, Index, Table


def table_calls(change: Change, target: Target, without: Collection[str] = ()) -> list[str]:
    """Create or drop a table; `without` names foreign keys that are added later, when what they refer to is there."""
    if change.before is None:
        return [f"op.drop_table({text(change.table)})"]
    table = target.table(change.before_definition)
    keys = [key for key in table.foreign_keys if key.name not in without]
    parts = _parts(table, keys, target)
    if parts is not None:
        indexes = [index for index in table.indexes if not index.kind and not _is_implicit(index, table)]
        return [call("op.create_table", parts), *(creating_index(table.name, index) for index in indexes)]
    sql = change.before_definition
    for key in table.foreign_keys:
        sql = sql.replace(f",\n  {key.definition}", "") if key.name in without else sql
    return [execute(sql)]


def _parts(table: Table, keys: list[ForeignKey], target: Target) -> list[str] | None:
    """Write what stands in op.create_table(); None where it could not say all."""
    columns = [_column(column, table, target) for column in table.columns]
    known = None not in columns and not (table.partitions or table.periods or table.unparsed)
    if not known or not all(map(is_plain, table.indexes)) or any(key.referenced_database for key in keys):
        return None
    options = {**table.options}
    comment = options.pop("COMMENT", None)
    checks = [check for check in table.checks if check.name and check.enforced and not check.other]
    if len(checks) != len(table.checks) or options != target.default_options:
        return None
    primary = table.primary_key
    if primary is not None and (primary.using or primary.comment or len(primary.columns) != len(primary.parts)):
        return None
    written = [text(table.name), *(column for column in columns if column is not None)]
    written += [f"sa.PrimaryKeyConstraint({_names(primary.columns)})"] if primary is not None else []
    written += [_unique(index) for index in table.indexes if index.kind]
    written += [_foreign_key(key, table) for key in keys]
    written += [_check(check, table) for check in checks]
    return written + ([f"comment={text(string_value(comment))}"] if comment else [])


def _column(column: Column, table: Table, target: Target) -> str | None:
    """Say of an integer key whether it counts: SQLAlchemy would let the first one do so."""
    of_key = table.primary_key is not None and column.name in table.primary_key.columns
    if column.auto_increment and not of_key:
        return None
    counts = of_key and "int" in column.type
    return sqlalchemy_column(column, target, *([f"autoincrement={column.auto_increment}"] if counts else []))


def _names(names: Collection[str]) -> str:
    return ", ".join(map(text, names))


def _unique(index: Index) -> str:
    return f"sa.UniqueConstraint({_names(index.columns)}, name={text(index.name)})"


def _foreign_key(key: ForeignKey, table: Table) -> str:
    columns = ", ".join(map(text, key.columns))
    referenced = ", ".join(text(f"{key.referenced_table}.{name}") for name in key.referenced_columns)
    name = [] if looks_automatic(table.name, key.name) else [f"name={text(key.name)}"]
    return (
        f"sa.ForeignKeyConstraint({', '.join([f'[{columns}]', f'[{referenced}]', *name, *foreign_key_actions(key)])})"
    )


def _check(check: Check, table: Table) -> str:
    name = [] if looks_automatic(table.name, check.name) else [f"name=op.f({text(check.name)})"]
    return f"sa.CheckConstraint({', '.join([bound_text(check.expression), *name])})"


def _is_implicit(index: Index, table: Table) -> bool:
    """Tell whether the server makes this index by itself for a foreign key of the same columns."""
    served = [key for key in table.foreign_keys if key.columns == index.columns]
    return index.name in {_name_of_its_index(key, table) for key in served}


def _name_of_its_index(key: ForeignKey, table: Table) -> str:
    return key.columns[0] if looks_automatic(table.name, key.name) else key.name


def option_calls(change: Change, _target: Target) -> list[str]:
    return [_alter(change, change.before_definition)] if change.before_definition else []


def partition_calls(change: Change, _target: Target) -> list[str]:
    return [_alter(change, change.before_definition or "REMOVE PARTITIONING")]


def object_calls(change: Change) -> list[str]:
    """Replace a view, trigger, routine, event or sequence; of the database, change the defaults."""
    if change.kind is Kind.DATABASE:
        return [execute(f"ALTER DATABASE {change.before_definition}")]
    if change.part != change.kind:
        return []
    drop = f"DROP {change.kind.upper()} IF EXISTS {quote_identifier(change.table)}"
    calls = [execute(drop)] if change.after is not None else []
    return calls + ([execute(change.before_definition)] if change.before_definition else [])


def _alter(change: Change, action: str) -> str:
    return execute(f"ALTER TABLE {quote_identifier(change.table)} {action}")
