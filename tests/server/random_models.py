"""Random schemas as SQLAlchemy models."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.ext.compiler import compiles

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

    from tests.server.random_schema import Column, Index, Schema, Table


class AsWritten(sa.String):
    """A type, or an attribute after it, for which SQLAlchemy has no word."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


@compiles(AsWritten)
def _as_written(written: AsWritten, *_: Any, **__: Any) -> str:
    return written.text


def metadata(schema: Schema) -> sa.MetaData:
    models = sa.MetaData()
    for table in schema.tables:
        _table(models, table)
    return models


def _table(models: sa.MetaData, table: Table) -> None:
    fixed = [
        sa.Column("id", sa.Integer, nullable=False, autoincrement=table.auto_increment),
        sa.Column("k", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("n", sa.Integer),
        sa.PrimaryKeyConstraint(*table.primary_key),
    ]
    own = [_column(column) for column in table.columns]
    made = sa.Table(table.name, models, *fixed, *own, **_options(table))
    for index in table.indexes:
        _index(made, index)
    for key in table.foreign_keys:
        targets = [models.tables[key.table].c[name] for name in key.referenced]
        actions = {"ondelete": key.on_delete or None, "onupdate": key.on_update or None}
        made.append_constraint(sa.ForeignKeyConstraint(key.columns, targets, name=key.name or None, **actions))
    for check in table.checks:
        made.append_constraint(sa.CheckConstraint(check.expression, name=check.name or None))


def _options(table: Table) -> dict[str, Any]:
    written = dict(table.options)
    comment = written.pop("COMMENT", "''")[1:-1].replace("''", "'")
    options: dict[str, Any] = {"comment": comment or None}
    options |= {f"mysql_{name.lower()}": value for name, value in written.items()}
    if table.charset:
        name, _, value = table.charset.partition("=")
        options[{"CHARSET": "mysql_default_charset", "COLLATE": "mysql_collate"}[name]] = value
    if found := re.fullmatch(r"PARTITION BY (.*?)(?: PARTITIONS (\d+))?", table.partitions):
        options["mysql_partition_by"] = found[1]
        options |= {"mysql_partitions": found[2]} if found[2] else {}
    return options


def _column(column: Column) -> sa.Column[Any]:
    comment = column.comment.replace("''", "'") or None
    if column.generated:
        computed = sa.Computed(column.generated, persisted=column.stored)
        return sa.Column(column.name, _type(column), computed, comment=comment)
    default = None
    if column.default or column.updated:
        update = f" ON UPDATE {column.family.now}" if column.updated else ""
        default = sa.text(f"{column.default or 'NULL'}{update}")
    return sa.Column(column.name, _type(column), nullable=column.nullable, server_default=default, comment=comment)


def _type(column: Column) -> TypeEngine[Any]:
    found = re.fullmatch(r"(\w+)(?:\((.*)\))?((?: \w+)*)", column.type)
    kind = getattr(mysql, found[1], None) if found else None
    if found is None or kind is None or column.extra:
        return AsWritten(f"{column.type} {column.charset} {column.extra}".strip())
    text = (found[2] or "").replace("''", r"\'")
    arguments = ast.literal_eval(f"[{text}]")
    flags = {word.lower(): True for word in found[3].split()}
    if found[1] in ("DATETIME", "TIME", "TIMESTAMP") and arguments:
        return kind(fsp=arguments[0])
    charset = re.fullmatch(r"CHARACTER SET (\w+)(?: COLLATE (\w+))?", column.charset)
    strings = {"charset": charset[1], "collation": charset[2]} if charset else {}
    return kind(*arguments, **flags, **strings)


def _index(table: sa.Table, index: Index) -> None:
    parts = [table.c[part.column].desc() if part.descending else table.c[part.column] for part in index.parts]
    lengths = {part.column: part.length for part in index.parts if part.length}
    prefix = index.kind if index.kind != "UNIQUE" else None
    options = {"mysql_length": lengths or None, "mysql_prefix": prefix or None}
    sa.Index(index.name, *parts, unique=index.kind == "UNIQUE", **{k: v for k, v in options.items() if v})
