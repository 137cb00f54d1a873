"""Looks at the database between steps, through a connection of its own, and reads no more than a step touched."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pytest_stairway.schema.model import Kind, Schema
from pytest_stairway.schema.read import SchemaReader
from pytest_stairway.walk.rows import TableRows, read_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    import pymysql

    from pytest_stairway.flavor import Flavor
    from pytest_stairway.walk.record import Statement

_WORD = re.compile(r"`((?:[^`]|``)+)`|([\w$]+)")
_DDL_COUNTERS = (
    "Com_alter_db", "Com_alter_event", "Com_alter_function", "Com_alter_procedure", "Com_alter_table", "Com_create_db",
    "Com_create_event", "Com_create_function", "Com_create_index", "Com_create_procedure", "Com_create_table",
    "Com_create_trigger", "Com_create_view", "Com_drop_db", "Com_drop_event", "Com_drop_function", "Com_drop_index",
    "Com_drop_procedure", "Com_drop_table", "Com_drop_trigger", "Com_drop_view", "Com_rename_table", "Com_truncate",
    "Com_create_sequence", "Com_drop_sequence", "Com_alter_sequence",
)  # fmt: skip
_DML_COUNTERS = (
    "Com_delete", "Com_delete_multi", "Com_insert", "Com_insert_select", "Com_load", "Com_replace",
    "Com_replace_select", "Com_update", "Com_update_multi", "Com_call_procedure", "Com_execute_sql",
)  # fmt: skip
_DDL = frozenset({"alter", "create", "drop", "rename", "truncate"})
_DML = frozenset({"delete", "insert", "load", "replace", "update", "with", "call", "execute"})
_OPAQUE = frozenset({"call", "execute", "use", "begin", "delimiter"})


@dataclass(frozen=True, slots=True)
class Counters:
    """How many statements of each sort the server has seen, all connections together."""

    ddl: int
    dml: int


@dataclass(frozen=True, slots=True)
class State:
    """The database at one moment."""

    schema: Schema
    rows: Mapping[str, TableRows]


@dataclass
class Observer:
    """`everything` makes each look a full one: the way to be sure where the quick way was proved wrong.

    The connection is in autocommit: otherwise a SELECT would keep a metadata lock and block the next migration.
    """

    connection: pymysql.Connection[Any]
    database: str
    flavor: Flavor
    ignored_tables: frozenset[str]
    everything: bool = False
    state: State = field(init=False)
    _counters: Counters = field(init=False)

    def __post_init__(self) -> None:
        self._reader = SchemaReader(self.connection, self.database, self.flavor, self.ignored_tables)
        self.look_at_everything()

    def look_at_everything(self) -> State:
        schema = self._reader.read()
        self.state = State(schema, self._read_rows(schema, schema.names(Kind.TABLE)))
        self._counters = self._read_counters()
        return self.state

    def look(
        self,
        statements: Collection[Statement],
        alembics: Collection[Statement] = (),
        fetch: Callable[[str], list[Any]] | None = None,
    ) -> State:
        """Bring the state up to date after a step that sent these statements, and Alembic those to its version table.

        What a statement names may have changed, with its relatives by foreign key; where the server counted more
        statements than were recorded (a raw cursor, a procedure), or one does not name what it touches, everything is
        read. `fetch` reads the rows where they are visible to another connection only.
        """
        before, self._counters = self._counters, self._read_counters()
        unseen = self.everything or self._unseen((*statements, *alembics), before)
        touched = None if unseen else named_in(statements)
        known = self.state
        no_ddl = not unseen and self._counters.ddl == before.ddl
        schema = known.schema if no_ddl else self._reader.refresh(known.schema, touched)
        tables = self._tables_with_changed_rows(known.schema, schema, touched)
        rows = {name: rows for name, rows in known.rows.items() if name not in tables}
        rows = {name: rows for name, rows in rows.items() if (Kind.TABLE, name) in schema.objects}
        rows.update(self._read_rows(schema, tables & set(schema.names(Kind.TABLE)), fetch))
        self.state = State(schema, rows)
        return self.state

    def _unseen(self, statements: Collection[Statement], before: Counters) -> bool:
        """Tell whether more happened on the server than these statements say of themselves."""
        words = [first_word(statement.sql) for statement in statements]
        ddl = before.ddl + sum(word in _DDL for word in words)
        dml = before.dml + sum(word in _DML for word in words)
        return self._counters.ddl > ddl or self._counters.dml > dml or any(word in _OPAQUE for word in words)

    def _tables_with_changed_rows(self, before: Schema, after: Schema, touched: set[str] | None) -> set[str]:
        tables = set(before.names(Kind.TABLE)) | set(after.names(Kind.TABLE))
        if touched is None or (touched and after.names(Kind.TRIGGER)):
            return tables
        found = {name for name in tables if name.lower() in touched}
        found |= {name for kind, name in _differing(before, after) if kind is Kind.TABLE}
        return found | _descendants(before, found) | _descendants(after, found)

    def _read_rows(
        self, schema: Schema, tables: Collection[str], fetch: Callable[[str], list[Any]] | None = None
    ) -> dict[str, TableRows]:
        return read_rows(fetch or self._fetch, schema, tables)

    def _fetch(self, sql: str) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())

    def _read_counters(self) -> Counters:
        names = ", ".join(f"'{name}'" for name in _DDL_COUNTERS + _DML_COUNTERS)
        values = dict(self._fetch(f"SHOW GLOBAL STATUS WHERE Variable_name IN ({names})"))
        ddl, dml = (sum(int(values.get(name, 0)) for name in group) for group in (_DDL_COUNTERS, _DML_COUNTERS))
        return Counters(ddl, dml)


def _differing(before: Schema, after: Schema) -> set[tuple[Kind, str]]:
    if before is after:
        return set()
    keys = before.objects.keys() | after.objects.keys()
    return {key for key in keys if before.objects.get(key) is not after.objects.get(key)}


def _descendants(schema: Schema, tables: set[str]) -> set[str]:
    """Follow foreign keys downwards: what CASCADE may reach."""
    found: set[str] = set()
    newest = tables
    while newest:
        newest = schema.referencing(newest) - found - tables
        found |= newest
    return found


def first_word(sql: str) -> str:
    """Give the statement's verb in lower case, comments and parentheses before it left out."""
    text = re.sub(r"\A(?:\s+|/\*.*?\*/|--[^\n]*\n|#[^\n]*\n|\()+", "", sql, flags=re.DOTALL)
    word = re.match(r"[A-Za-z]+", text)
    return word[0].lower() if word else ""


def named_in(statements: Collection[Statement]) -> set[str]:
    """Collect every word of the statements: each may be the name of an object that they touch."""
    names = set()
    for statement in statements:
        if first_word(statement.sql) not in {"select", "show", "set", "explain"}:
            for quoted, plain in _WORD.findall(statement.sql):
                names.add((quoted.replace("``", "`") or plain).lower())
    return names
