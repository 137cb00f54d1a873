"""Writes an Alembic project whose migrations are right: what the benchmarks run.

    python -m benchmarks.history DIRECTORY [--revisions 100] [--tables 20]

Five kinds of revision take turns on one table after the other. Every downgrade takes back what its upgrade did, rows
included, and the models are what all upgrades together make. Statements have no parameters, so that the text of each is
all that it takes to send it again.
"""

from __future__ import annotations

import argparse
import compileall
import itertools
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of revision, as source with `{table}` and `{parent}` in it.

    `columns` are the columns of the table in the models from then on, by name: those that are new, and those that are
    not what they were.
    """

    name: str
    upgrade: str
    downgrade: str
    columns: tuple[tuple[str, str], ...] = ()
    constraints: tuple[str, ...] = ()


CREATE_TABLE = Kind(
    "create table",
    upgrade="""\
        op.create_table(
            "{table}",
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("name", sa.String(80), nullable=False),
            sa.Column("price", sa.Numeric(10, 2), nullable=True),
            sa.Column("created_at", sa.DateTime(), server_default=sa.func.now(), nullable=False),
            sa.PrimaryKeyConstraint("id"),
        )
        """,
    downgrade="""\
        op.drop_table("{table}")
        """,
    columns=(
        ("id", "Integer, primary_key=True"),
        ("name", "String(80), nullable=False"),
        ("price", "Numeric(10, 2)"),
        ("created_at", "DateTime, server_default=func.now(), nullable=False"),
    ),
)
ADD_COLUMNS = Kind(
    "add columns",
    upgrade="""\
        op.add_column("{table}", sa.Column("note", sa.Text(), nullable=True))
        op.add_column("{table}", sa.Column("weight", sa.Integer(), server_default="0", nullable=False))
        """,
    downgrade="""\
        op.drop_column("{table}", "weight")
        op.drop_column("{table}", "note")
        """,
    columns=(("note", "Text"), ("weight", 'Integer, server_default="0", nullable=False')),
)
ADD_KEYS = Kind(
    "add keys",
    upgrade="""\
        op.create_unique_constraint("uq_{table}_name", "{table}", ["name"])
        op.create_index("ix_{table}_weight", "{table}", ["weight"])
        """,
    downgrade="""\
        op.drop_index("ix_{table}_weight", table_name="{table}")
        op.drop_constraint("uq_{table}_name", "{table}", type_="unique")
        """,
    constraints=('UniqueConstraint("name", name="uq_{table}_name")', 'Index("ix_{table}_weight", "weight")'),
)
ADD_FOREIGN_KEY = Kind(
    "add foreign key",
    upgrade="""\
        op.add_column("{table}", sa.Column("parent_id", sa.Integer(), nullable=True))
        op.create_foreign_key("fk_{table}_parent", "{table}", "{parent}", ["parent_id"], ["id"])
        """,
    downgrade="""\
        op.drop_constraint("fk_{table}_parent", "{table}", type_="foreignkey")
        op.drop_column("{table}", "parent_id")
        """,
    columns=(("parent_id", 'ForeignKey("{parent}.id", name="fk_{table}_parent")'),),
)
CHANGE_DATA = Kind(
    "change data",
    upgrade="""\
        op.execute("INSERT INTO {table} (id, name, price) VALUES (1, 'first', 1.00), (2, 'second', 2.50)")
        op.alter_column(
            "{table}", "name", existing_type=sa.String(80), type_=sa.String(120), existing_nullable=False
        )
        op.execute("UPDATE {table} SET weight = id * 10")
        """,
    downgrade="""\
        op.alter_column(
            "{table}", "name", existing_type=sa.String(120), type_=sa.String(80), existing_nullable=False
        )
        op.execute("DELETE FROM {table} WHERE id IN (1, 2)")
        """,
    columns=(("name", "String(120), nullable=False"),),
)
KINDS = (CREATE_TABLE, ADD_COLUMNS, ADD_KEYS, ADD_FOREIGN_KEY, CHANGE_DATA)

INI = """\
[alembic]
script_location = %(here)s/migrations
prepend_sys_path = %(here)s
"""
# What pytest-alembic's documentation asks for, and what most projects have anyway: a connection that is given is used.
ENV = """\
from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from models import metadata

engine = context.config.attributes.get("connection")
if engine is None:
    engine = create_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()
"""
REVISION = '''\
"""{message}

Revision ID: {id}
Revises: {down}
Create Date: 2026-01-01 00:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = {id!r}
down_revision = {down!r}
branch_labels = None
depends_on = None


def upgrade():
{upgrade}

def downgrade():
{downgrade}'''
MODELS = """\
from sqlalchemy import (
    Column, DateTime, ForeignKey, Index, Integer, MetaData, Numeric, String, Table, Text, UniqueConstraint, func
)

metadata = MetaData()
"""
SUITE_TEST = """\
from pytest_stairway.suite import *
"""
# An empty database for each test, on the server at SERVER_URL; connections are kept as the pool named POOL keeps them.
PEER_TEST = """\
import os
import secrets

import pytest
import sqlalchemy.pool
from pytest_alembic.tests import (
    test_model_definitions_match_ddl,
    test_single_head_revision,
    test_up_down_consistency,
    test_upgrade,
)
from sqlalchemy import create_engine


@pytest.fixture
def alembic_engine():
    server = create_engine(os.environ["SERVER_URL"])
    name = f"peer_{secrets.token_hex(4)}"
    with server.begin() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine = create_engine(server.url.set(database=name), poolclass=getattr(sqlalchemy.pool, os.environ["POOL"]))
    yield engine
    engine.dispose()
    with server.begin() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name}")
    server.dispose()
"""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of the five kinds: each is done to the first of `tables`, and the first creates the others as well."""

    tables: tuple[str, ...]
    parent: str
    kinds: tuple[Kind, ...]


def write(directory: Path, revisions: int, tables: int | None = None) -> None:
    """Write the project into an empty directory, with one table for every five revisions unless `tables` says more.

    Raises:
        ValueError: fewer tables than that.
    """
    versions = directory / "migrations" / "versions"
    versions.mkdir(parents=True)
    turns = _turns(revisions, tables)
    for number, (message, text) in enumerate(_revisions(turns), 1):
        (versions / f"{number:04}_{message.replace(' ', '_')}.py").write_text(text, encoding="utf-8")
    for path, text in (
        ("alembic.ini", INI),
        ("migrations/env.py", ENV),
        ("models.py", _models(turns)),
        ("test_suite.py", SUITE_TEST),
        ("test_peer.py", PEER_TEST),
    ):
        (directory / path).write_text(text, encoding="utf-8")
    compileall.compile_dir(directory, quiet=1)  # or else whoever comes first would do it for the others


def tables_of(revisions: int) -> int:
    """Give the number of tables that a history has at least."""
    return -(-revisions // len(KINDS))


def _turns(revisions: int, tables: int | None) -> tuple[Turn, ...]:
    number = tables_of(revisions)
    tables = number if tables is None else tables
    if tables < number:
        raise ValueError(f"{revisions} revisions make at least {number} tables")
    names = [f"item_{n:03}" for n in range(1, tables + 1)]
    firsts = [n * tables // number for n in range(number + 1)]
    return tuple(
        Turn(
            tables=tuple(names[first:end]),
            parent=names[firsts[max(n - 1, 0)]],
            kinds=KINDS[: revisions - n * len(KINDS)],
        )
        for n, (first, end) in enumerate(itertools.pairwise(firsts))
    )


def _revisions(turns: tuple[Turn, ...]) -> Iterator[tuple[str, str]]:
    """Give each revision's message and its file."""
    number, down = 0, None
    for turn in turns:
        for kind in turn.kinds:
            number += 1
            tables = turn.tables if kind is CREATE_TABLE else turn.tables[:1]
            yield (
                f"{kind.name} {tables[0]}",
                REVISION.format(
                    message=f"{kind.name} {tables[0]}",
                    id=f"{number:04}",
                    down=down,
                    upgrade="".join(_body(kind.upgrade, table, turn.parent) for table in tables),
                    downgrade="".join(_body(kind.downgrade, table, turn.parent) for table in reversed(tables)),
                ),
            )
            down = f"{number:04}"


def _body(source: str, table: str, parent: str) -> str:
    return textwrap.indent(textwrap.dedent(source).format(table=table, parent=parent), "    ")


def _models(turns: tuple[Turn, ...]) -> str:
    return MODELS + "".join(
        _table(table, turn.parent, turn.kinds if table == turn.tables[0] else (CREATE_TABLE,))
        for turn in turns
        for table in turn.tables
    )


def _table(table: str, parent: str, kinds: tuple[Kind, ...]) -> str:
    columns = {name: source for kind in kinds for name, source in kind.columns}
    parts = [f'Column("{name}", {source})' for name, source in columns.items()]
    parts += [source for kind in kinds for source in kind.constraints]
    lines = "".join(f"    {part},\n" for part in parts).format(table=table, parent=parent)
    return f'\nTable(\n    "{table}",\n    metadata,\n{lines})\n'


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--revisions", type=int, default=100)
    parser.add_argument("--tables", type=int)
    arguments = parser.parse_args()
    write(arguments.directory, arguments.revisions, arguments.tables)


if __name__ == "__main__":
    main()
