"""Looks at the database between steps, through a connection of its own, and reads no more than a step touched."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pymysql

from pytest_stairway.schema.ask import Rows, rows_of
from pytest_stairway.schema.model import Kind, Schema
from pytest_stairway.schema.read import SchemaReader
from pytest_stairway.walk.rows import TableRows, read_rows
from pytest_stairway.walk.statements import (
    DDL_VERBS,
    DML_VERBS,
    OPAQUE_VERBS,
    PLAIN_VERBS,
    first_word,
    may_come_or_go,
    may_fill,
    named_in,
    reached_the_server,
    spelt_in,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from pytest_stairway.flavor import Flavor
    from pytest_stairway.walk.failure import Statement

_DDL_OF_TABLES = (
    "Com_alter_sequence", "Com_alter_table", "Com_create_index", "Com_create_sequence", "Com_create_table",
    "Com_create_view", "Com_drop_index", "Com_drop_sequence", "Com_drop_table", "Com_drop_view", "Com_rename_table",
    "Com_truncate",
)  # fmt: skip
_OTHER_DDL = (
    "Com_alter_db", "Com_alter_event", "Com_alter_function", "Com_alter_procedure", "Com_create_db",
    "Com_create_event", "Com_create_function", "Com_create_procedure", "Com_create_trigger", "Com_drop_db",
    "Com_drop_event", "Com_drop_function", "Com_drop_procedure", "Com_drop_trigger",
)  # fmt: skip
_DML = (
    "Com_call_procedure", "Com_delete", "Com_delete_multi", "Com_execute_sql", "Com_insert", "Com_insert_select",
    "Com_load", "Com_replace", "Com_replace_select", "Com_update", "Com_update_multi",
)  # fmt: skip
_COUNTERS = "SHOW GLOBAL STATUS WHERE Variable_name IN ({}) AND Value <> '0'".format(
    ", ".join(f"'{name}'" for name in _DDL_OF_TABLES + _OTHER_DDL + _DML)
)
_QUERIES = "SHOW SESSION STATUS LIKE 'Queries'"
"""Counts every statement that the server gets, from whichever session, and those inside procedures."""

_OTHER_KINDS = frozenset({"database", "event", "function", "procedure", "schema", "trigger"})
"""Words without one of which no DDL is about anything but tables, views and sequences."""


@dataclass(frozen=True, slots=True)
class Counters:
    """How many statements of each sort the server has seen, all connections together."""

    ddl_of_tables: int
    other_ddl: int
    dml: int

    @classmethod
    def of(cls, status: Rows) -> Counters:
        values = {name: int(value) for name, value in status}
        return cls(*(sum(values.get(name, 0) for name in sort) for sort in (_DDL_OF_TABLES, _OTHER_DDL, _DML)))

    def __sub__(self, before: Counters) -> Counters:
        return Counters(
            self.ddl_of_tables - before.ddl_of_tables, self.other_ddl - before.other_ddl, self.dml - before.dml
        )


@dataclass(frozen=True, slots=True)
class State:
    """The database at one moment. `versions` is what the version table answered; it takes no part in a comparison."""

    schema: Schema
    rows: Mapping[str, TableRows]
    versions: Rows | pymysql.MySQLError = field(compare=False)


@dataclass(frozen=True, slots=True)
class _FirstAnswers:
    """`others` grows with each statement that nobody recorded; `tables` answers the reader's first questions."""

    others: int
    versions: Rows | pymysql.MySQLError
    tables: tuple[Rows | pymysql.MySQLError, ...]


@dataclass
class Observer:
    """`everything` makes each look a full one: the way to be sure where the quick way was proved wrong.

    `known` is what the database holds to begin with, where that is known; else all of it is read.

    `version_question` asks the version table for its rows; `read_others` reads the databases beside this one, whole at
    each look.

    The connection is in autocommit: otherwise a SELECT would keep a metadata lock and block the next migration.
    """

    connection: pymysql.Connection[Any]
    database: str
    flavor: Flavor
    ignored_tables: frozenset[str]
    version_question: str
    everything: bool = False
    read_others: Callable[[], Mapping[str, Schema]] = dict
    known: State | None = None
    state: State = field(init=False)
    _touched: set[str] = field(init=False, default_factory=set)
    _counters: Counters | None = field(init=False, default=None)
    _others: int | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._reader = SchemaReader(self.connection, self.database, self.flavor, self.ignored_tables)
        self._asker = self._reader.asker
        if self.known is None:
            self.look_at_everything()
        else:
            self.state = self.known
            self.disregard_others()

    def look_at_everything(self) -> State:
        schema = replace(self._reader.read(), others=self.read_others())
        rows = read_rows(self._asker.rows, schema, set(schema.names(Kind.TABLE)), {})
        (versions,) = self._asker.ask([self.version_question])
        self.disregard_others()
        self._touched.clear()
        self.state = State(schema, rows, versions)
        return self.state

    def look_again(self) -> State:
        """Read what was touched since all was read or known: the counters, which DML changes without being asked."""
        schema = replace(self._reader.refresh(self.state.schema, self._touched), others=self.state.schema.others)
        self.state = replace(self.state, schema=schema)
        self._touched.clear()
        return self.state

    def disregard_others(self) -> None:
        """Let what the server has been sent so far count as seen."""
        self._others, self._counters = None, self._read_counters()

    def is_answered(self) -> bool:
        """Ask for nothing but an answer, on this connection: a new one would pass for statements of others."""
        try:
            self._asker.rows("SELECT 1")
        except pymysql.MySQLError:
            return False
        return True

    def look(
        self,
        statements: Collection[Statement],
        alembics: Collection[Statement] = (),
        fetch: Callable[[str], list[Any]] | None = None,
        sent: int = 0,
    ) -> State:
        """Bring the state up to date after a step that sent these statements, and Alembic those to its version table.

        What a statement names may have changed, with its relatives by foreign key; where the server counted more
        statements than were recorded (a raw cursor, a procedure), or one does not name what it touches, everything is
        read. `fetch` reads the rows where they are visible to another connection only. `sent` is how many statements
        were recorded since the walk began, COMMIT and ROLLBACK included.
        """
        known = self.state
        ddl = [statement for statement in statements if first_word(statement.sql) in DDL_VERBS]
        touched = spelt_in(ddl)
        come_or_go = any(may_come_or_go(statement.sql) for statement in ddl)
        first = self._first_request(touched, sent, come_or_go=come_or_go)
        if self.everything or not self._all_is_recorded(first, (*statements, *alembics)):
            schema = self._reader.refresh(known.schema, None)
            self._touched.clear()
            tables = set(schema.names(Kind.TABLE))
        else:
            schema = self._refreshed(touched, first, come_or_go=come_or_go)
            tables = self._tables_with_changed_rows(schema, statements)
            self._touched |= touched | tables
            if not any(may_fill(statement.sql) for statement in statements):
                tables &= known.rows.keys()
        rows = {name: rows for name, rows in known.rows.items() if name not in tables}
        rows = {name: rows for name, rows in rows.items() if (Kind.TABLE, name) in schema.objects}
        rows.update(read_rows(fetch or self._asker.rows, schema, tables, known.rows))
        others = self.read_others()
        schema = replace(schema, others=others) if others != schema.others else schema
        self.state = State(schema, rows, first.versions)
        return self.state

    def _all_is_recorded(self, first: _FirstAnswers, statements: Collection[Statement]) -> bool:
        """Tell whether nothing happened on the server but these statements, and each names what it touches.

        It is so where the server has got no statement from others since the last look. Else the counters of DDL and DML
        decide, which take no notice of a raw SELECT or SET. They take half a millisecond, so they are read only where
        they are needed, and prove something only if they were read at the last look as well: one unexpected statement
        costs a full look, many of them are told apart from then on.
        """
        nothing_else = first.others == self._others and all(
            reached_the_server(statement) and first_word(statement.sql) in PLAIN_VERBS for statement in statements
        )
        before = self._counters
        self._others = first.others
        self._counters = None if nothing_else else self._read_counters()
        if nothing_else:
            return True
        return before is not None and self._counters is not None and not _unseen(self._counters - before, statements)

    def _refreshed(self, touched: Collection[str], first: _FirstAnswers, *, come_or_go: bool) -> Schema:
        """Read again what DDL touched; these are the words of all DDL that happened."""
        if not touched:
            return self.state.schema
        if _OTHER_KINDS.isdisjoint(name.lower() for name in touched):
            return self._reader.refresh_tables(self.state.schema, touched, first.tables, come_or_go=come_or_go)
        return self._reader.refresh(self.state.schema, touched)

    def _tables_with_changed_rows(self, after: Schema, statements: Collection[Statement]) -> set[str]:
        """Give the tables that were named or changed, and what DML may have reached from there."""
        before = self.state.schema
        names = named_in(statements)
        tables = {name: text for (kind, name), text in after.objects.items() if kind is Kind.TABLE}
        found = {
            name
            for name, text in tables.items()
            if name.lower() in names or before.objects.get((Kind.TABLE, name)) is not text
        }
        if any(first_word(statement.sql) in DML_VERBS for statement in statements):
            if after.names(Kind.TRIGGER):
                return set(tables)
            found |= _descendants(before, found) | _descendants(after, found)
        return found & tables.keys()

    def _first_request(self, touched: Collection[str], sent: int, *, come_or_go: bool) -> _FirstAnswers:
        """Count the statements of others, read the version table, and ask what was touched."""
        known_of = self._asker.asked + sent
        of_tables = self._reader.first_questions(self.state.schema, touched, come_or_go=come_or_go) if touched else ()
        queries, versions, *tables = self._asker.ask([_QUERIES, self.version_question, *of_tables])
        others = int(rows_of(queries)[0][1]) - known_of
        return _FirstAnswers(others, versions, tuple(tables))

    def _read_counters(self) -> Counters:
        return Counters.of(self._asker.rows(_COUNTERS))


def _unseen(counted: Counters, statements: Collection[Statement]) -> bool:
    """Tell whether more happened on the server than these statements say of themselves.

    One that failed vouches for nothing: the server may have refused it before it counted it.
    """
    verbs = [first_word(statement.sql) for statement in statements if statement.error is None]
    ddl = sum(verb in DDL_VERBS for verb in verbs)
    dml = sum(verb in DML_VERBS for verb in verbs)
    return (
        counted.ddl_of_tables + counted.other_ddl > ddl
        or counted.dml > dml
        or any(first_word(statement.sql) in OPAQUE_VERBS for statement in statements)
    )


def _descendants(schema: Schema, tables: set[str]) -> set[str]:
    """Follow foreign keys downwards: what CASCADE may reach."""
    found: set[str] = set()
    newest = tables
    while newest:
        newest = schema.referencing(newest) - found - tables
        found |= newest
    return found
