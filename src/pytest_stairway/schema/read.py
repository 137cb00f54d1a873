"""Reading a schema from a server: one listing of names, then SHOW CREATE of what is wanted, many in one request."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

import pymysql
import pymysql.cursors

from pytest_stairway.schema.model import UNREADABLE, DefaultCollations, Kind, Schema
from pytest_stairway.schema.tokens import quote_identifier, without_database
from pytest_stairway.schema.triggers import trigger_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from pytest_stairway.flavor import Flavor

Key = tuple[Kind, str]

_CHUNK = 200
_KINDS = {
    "BASE TABLE": Kind.TABLE,
    "SYSTEM VERSIONED": Kind.TABLE,
    "VIEW": Kind.VIEW,
    "SEQUENCE": Kind.SEQUENCE,
    "TRIGGER": Kind.TRIGGER,
    "PROCEDURE": Kind.PROCEDURE,
    "FUNCTION": Kind.FUNCTION,
    "EVENT": Kind.EVENT,
    "DATABASE": Kind.DATABASE,
}
_COLUMN_OF_TEXT = {Kind.PROCEDURE: 2, Kind.FUNCTION: 2, Kind.EVENT: 3}
_NOT_ABOUT_THE_OBJECT = frozenset({0, 1205, 1213, 1317, 1927, 2006, 2013, 2014, 2055, 3024, 4031})
"""Lock waits, interruptions and lost connections: they say nothing about the object, so they are raised."""

_DEFINER = re.compile(r"^(CREATE (?:ALGORITHM=\w+ )?)DEFINER=`(?:[^`]|``)*`(?:@`(?:[^`]|``)*`)? ")
_COUNTER = re.compile(r"(\n\)(?: /\*!50100 TABLESPACE `(?:[^`]|``)+` \*/)? ENGINE=\w+) AUTO_INCREMENT=\d+")
_STARTS = re.compile(r"( EVERY .*?) STARTS '[^']*'")

_LISTING = """\
SELECT DEFAULT_CHARACTER_SET_NAME, 'DATABASE', DEFAULT_COLLATION_NAME
FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = {database}
UNION ALL SELECT TABLE_NAME, TABLE_TYPE, '' FROM information_schema.TABLES WHERE TABLE_SCHEMA = {database}
UNION ALL SELECT TRIGGER_NAME, 'TRIGGER', '' FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = {database}
UNION ALL SELECT ROUTINE_NAME, ROUTINE_TYPE, '' FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = {database}
UNION ALL SELECT EVENT_NAME, 'EVENT', '' FROM information_schema.EVENTS WHERE EVENT_SCHEMA = {database}"""
_TRIGGERS = """\
SELECT TRIGGER_NAME, CONCAT(ACTION_TIMING, ' ', EVENT_MANIPULATION), EVENT_OBJECT_TABLE, ACTION_STATEMENT
FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = {database}
ORDER BY EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_ORDER"""
_STARTED_WHEN_CREATED = """\
SELECT EVENT_NAME FROM information_schema.EVENTS
WHERE EVENT_SCHEMA = {database} AND CONVERT_TZ(STARTS, TIME_ZONE, @@SESSION.time_zone) = CREATED"""


class SchemaReader:
    """Snapshots of one database over a connection of our own, which must be in autocommit with MULTI_STATEMENTS.

    The connection is set to the database, and to the `sql_mode` and quoting that decide how the server writes SHOW
    CREATE (ANSI_QUOTES and NO_BACKSLASH_ESCAPES would change it). The server's error about one object becomes its text.
    """

    def __init__(
        self,
        connection: pymysql.Connection[pymysql.cursors.Cursor],
        database: str,
        flavor: Flavor,
        ignored_tables: frozenset[str] = frozenset(),
    ) -> None:
        self._connection = connection
        self._database = database
        self._ignored = frozenset(name.casefold() for name in ignored_tables)
        connection.select_db(database)
        self._rows("SET SESSION sql_mode = '', sql_quote_show_create = 1")
        if flavor.has_generated_invisible_primary_keys:
            self._rows("SET SESSION show_gipk_in_create_table_and_information_schema = ON")
        self._collations = self._default_collations()

    def read(self) -> Schema:
        """Read everything."""
        listed = self._listing()
        return self._schema(listed, listed, Schema({}))

    def refresh(self, known: Schema, touched: Collection[str] | None) -> Schema:
        """Read again what has one of these names, what came or went, and what these may have changed with them.

        The latter are tables with a foreign key to one of them (a renamed column shows there), views that mention one,
        and all triggers if any is concerned. None means everything. Returns `known` itself where nothing changed.
        """
        listed = self._listing()
        if touched is None:
            wanted = set(listed)
        else:
            came_or_went = {name for _, name in known.objects.keys() ^ listed.keys()}
            wanted = self._concerned(known, listed, {name.casefold() for name in (*touched, *came_or_went)})
        refreshed = self._schema(listed, wanted, known)
        return known if refreshed == known else refreshed

    def _concerned(self, known: Schema, listed: Iterable[Key], names: set[str]) -> set[Key]:
        children = {name.casefold() for name in known.referencing(names)}
        quoted = [quote_identifier(name) for name in names]
        texts = {key: text.casefold() for key, text in known.objects.items() if key[0] in (Kind.VIEW, Kind.TRIGGER)}

        def mentions(key: Key) -> bool:
            return any(name in texts.get(key, "") for name in quoted)

        wanted = {
            (kind, name)
            for kind, name in listed
            if name.casefold() in names
            or (kind is Kind.TABLE and name.casefold() in children)
            or (kind is Kind.VIEW and mentions((kind, name)))
        }
        triggers = {key for key in (*listed, *known.objects) if key[0] is Kind.TRIGGER}
        if any(name.casefold() in names or mentions((kind, name)) for kind, name in triggers):
            wanted |= triggers & set(listed)
        return wanted

    def _schema(self, listed: dict[Key, str], wanted: Collection[Key], known: Schema) -> Schema:
        """Put together what is read now and what is known, sharing each text that has not changed."""
        texts = self._texts([key for key in listed if key in wanted and key[0] is not Kind.DATABASE])
        texts |= {key: text for key, text in listed.items() if key[0] is Kind.DATABASE}
        objects: dict[Key, str] = {}
        for key in sorted(listed):
            old = known.objects.get(key)
            new = texts.get(key, old)
            if new is not None:
                objects[key] = old if old is not None and old == new else new
        return Schema(objects, self._collations)

    def _listing(self) -> dict[Key, str]:
        """Return every object there is; for the database itself with its text."""
        listed: dict[Key, str] = {}
        for name, type_name, detail in self._rows(_LISTING):
            kind = _KINDS.get(type_name)
            if kind is Kind.DATABASE:
                listed[kind, ""] = f"DEFAULT CHARACTER SET {name} COLLATE {detail}"
            elif kind is not None and (kind is not Kind.TABLE or name.casefold() not in self._ignored):
                listed[kind, name] = ""
        return listed

    def _texts(self, keys: list[Key]) -> dict[Key, str]:
        texts: dict[Key, str] = {}
        shown = [key for key in keys if key[0] is not Kind.TRIGGER]
        for start in range(0, len(shown), _CHUNK):
            texts |= self._show_create(shown[start : start + _CHUNK])
        if any(kind is Kind.EVENT for kind, _ in keys):
            for (name,) in self._rows(_STARTED_WHEN_CREATED):
                if (Kind.EVENT, name) in texts:
                    texts[Kind.EVENT, name] = _STARTS.sub(r"\1", texts[Kind.EVENT, name], count=1)
        if any(kind is Kind.TRIGGER for kind, _ in keys):
            wanted = set(keys)
            texts |= {key: text for key, text in self._triggers() if key in wanted}
        return {key: self._without_context(text) for key, text in texts.items()}

    def _show_create(self, keys: list[Key]) -> dict[Key, str]:
        """Send one request; the server stops at an error, so what follows it is sent again without it."""
        texts: dict[Key, str] = {}
        while remaining := keys[len(texts) :]:
            try:
                for key, text in self._answers(remaining):
                    texts[key] = text  # noqa: PERF403 - what came before an error is kept
            except pymysql.MySQLError as error:
                if not error.args or error.args[0] in _NOT_ABOUT_THE_OBJECT:
                    raise
                texts[keys[len(texts)]] = f"{UNREADABLE}{error.args[-1]}"
        return texts

    def _answers(self, keys: list[Key]) -> Iterator[tuple[Key, str]]:
        statements = (f"SHOW CREATE {kind.upper()} {self._qualified(name)}" for kind, name in keys)
        with self._connection.cursor() as cursor:
            cursor.execute(";".join(statements))
            for kind, name in keys:
                row = cursor.fetchone()
                text = row[_COLUMN_OF_TEXT.get(kind, 1)] if row else None
                yield (kind, name), text or f"{UNREADABLE}this account may not see its definition"
                cursor.nextset()

    def _triggers(self) -> Iterator[tuple[Key, str]]:
        rows = self._rows(_TRIGGERS)
        for (event, table), group in groupby(rows, key=lambda row: (row[1], row[2])):
            previous = ""
            for name, _, _, statement in group:
                yield (Kind.TRIGGER, name), trigger_text(name, event, table, previous, statement)
                previous = name

    def _without_context(self, text: str) -> str:
        """Leave out who created an object, where, and how many rows it has had."""
        text = _DEFINER.sub(r"\1", text, count=1)
        return without_database(_COUNTER.sub(r"\1", text, count=1), self._database)

    def _default_collations(self) -> DefaultCollations:
        rows = self._rows("SELECT CHARACTER_SET_NAME, DEFAULT_COLLATE_NAME FROM information_schema.CHARACTER_SETS")
        return tuple(sorted((charset, collation) for charset, collation in rows))

    def _qualified(self, name: str) -> str:
        return f"{quote_identifier(self._database)}.{quote_identifier(name)}"

    def _rows(self, statement: str) -> list[tuple[str, ...]]:
        database = self._connection.escape(self._database)
        with self._connection.cursor() as cursor:
            cursor.execute(statement.replace("{database}", str(database)))
            return [tuple(row) for row in cursor.fetchall()]
