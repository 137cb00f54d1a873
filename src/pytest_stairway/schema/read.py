"""Reading a schema from a server: one listing of names, then SHOW CREATE of what is wanted, many in one request."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

import pymysql
import pymysql.cursors

from pytest_stairway.schema.ask import Asker, Rows, rows_of
from pytest_stairway.schema.model import UNREADABLE, DefaultCollations, Kind, Schema
from pytest_stairway.schema.tokens import quote_identifier, string_literal, with_databases_renamed, without_database
from pytest_stairway.schema.triggers import trigger_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

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
    "PACKAGE": Kind.PACKAGE,
    "PACKAGE BODY": Kind.PACKAGE_BODY,
    "LIBRARY": Kind.LIBRARY,
    "EVENT": Kind.EVENT,
    "DATABASE": Kind.DATABASE,
}
_IN_TABLES = frozenset({Kind.TABLE, Kind.VIEW, Kind.SEQUENCE})
"""What information_schema.TABLES lists, and what can only come, go or change by a statement that names it."""

_COLUMN_OF_TEXT = {
    Kind.PROCEDURE: 2,
    Kind.FUNCTION: 2,
    Kind.PACKAGE: 2,
    Kind.PACKAGE_BODY: 2,
    Kind.LIBRARY: 2,
    Kind.EVENT: 3,
}
_DEFINER = re.compile(r"^(CREATE (?:ALGORITHM=\w+ )?)DEFINER=`(?:[^`]|``)*`(?:@`(?:[^`]|``)*`)? ")
_COUNTER = re.compile(r"(\n\)(?: /\*!50100 TABLESPACE `(?:[^`]|``)+` \*/)? ENGINE=\w+) AUTO_INCREMENT=(\d+)")
_STARTS = re.compile(r"( EVERY .*?) STARTS '[^']*'")

_LISTING = """\
SELECT DEFAULT_CHARACTER_SET_NAME, 'DATABASE', DEFAULT_COLLATION_NAME
FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = {database}
UNION ALL SELECT TABLE_NAME, TABLE_TYPE, '' FROM information_schema.TABLES WHERE TABLE_SCHEMA = {database}
UNION ALL SELECT TRIGGER_NAME, 'TRIGGER', '' FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = {database}
UNION ALL SELECT ROUTINE_NAME, ROUTINE_TYPE, '' FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = {database}
UNION ALL SELECT EVENT_NAME, 'EVENT', '' FROM information_schema.EVENTS WHERE EVENT_SCHEMA = {database}"""
_LISTING_OF_TABLES = """\
SELECT TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES
WHERE TABLE_SCHEMA = {database} AND TABLE_NAME IN ({names})"""
_LISTING_OF_LIBRARIES = """
UNION ALL SELECT LIBRARY_NAME, 'LIBRARY', '' FROM information_schema.LIBRARIES WHERE LIBRARY_SCHEMA = {database}"""
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
    `aliases` say under which name another database is to appear where a text refers to it.
    """

    def __init__(
        self,
        connection: pymysql.Connection[pymysql.cursors.Cursor],
        database: str,
        flavor: Flavor,
        ignored_tables: frozenset[str] = frozenset(),
        aliases: Mapping[str, str] | None = None,
    ) -> None:
        self.asker = Asker(connection)
        self._database = database
        self._aliases = aliases or {}
        self._ignored = frozenset(name.casefold() for name in ignored_tables)
        connection.select_db(database)
        self._rows("SET SESSION sql_mode = '', sql_quote_show_create = 1")
        if flavor.has_generated_invisible_primary_keys:
            self._rows("SET SESSION show_gipk_in_create_table_and_information_schema = ON")
        self._collations = self._default_collations()
        self._listed = _LISTING + (_LISTING_OF_LIBRARIES if flavor.has_libraries else "")

    def read(self) -> Schema:
        """Read everything."""
        listed = self._listing()
        return self._schema(listed, listed, Schema({}))

    def refresh(self, known: Schema, touched: Collection[str] | None) -> Schema:
        """Read again what has one of these names, what came or went, and what these may have changed with them.

        The latter are tables with a foreign key to one of them (a renamed column shows there), views that mention one,
        and all triggers if any is concerned. None means everything. Returns `known` itself where nothing changed, the
        counters of what was read included.
        """
        listed = self._listing()
        if touched is None:
            wanted = set(listed)
        else:
            names = {name.casefold() for name in touched}
            names |= {name.casefold() for _, name in known.objects.keys() ^ listed.keys()}
            wanted = {key for key in listed if key[1].casefold() in names} | _relatives(known, names)
            wanted |= _triggers_concerned(known, listed, names)
        refreshed = self._schema(listed, wanted, known)
        return known if refreshed == known and refreshed.counters == known.counters else refreshed

    def first_questions(self, known: Schema, names: Collection[str], *, come_or_go: bool) -> list[str]:
        """Give what `refresh_tables` has to know: which tables, views and sequences of these names there are.

        Where none can have come or gone, these are known, and their texts are asked for at once.

        The names must be spelt as in the statements that they come from: the server has a table under this name, in
        lower case (`lower_case_table_names`), or as it is known.
        """
        folded = {name.casefold() for name in names}
        if not come_or_go:
            return [self._show(key) for key in _tables_concerned(known, folded)]
        spellings = {*names, *(name.lower() for name in names), *(name for _, name in _tables_named(known, folded))}
        return [
            _LISTING_OF_TABLES.format(
                database=string_literal(self._database), names=", ".join(map(string_literal, spellings))
            )
        ]

    def refresh_tables(
        self, known: Schema, names: Collection[str], answers: Sequence[Rows | pymysql.MySQLError], *, come_or_go: bool
    ) -> Schema:
        """Do what `refresh` does, where nothing was sent but statements to tables, views and sequences of these names.

        Then no other name came or went, and the answers to `first_questions` are all there is to list: the cost does
        not grow with the schema. Triggers go with their table, and events by themselves, without a statement of their
        own: where that may be, everything is listed.
        """
        folded = {name.casefold() for name in names}
        if _more_may_have_gone(known, folded):
            return self.refresh(known, names)
        gone: set[Key] = set()
        counters = dict(known.counters)
        if come_or_go:
            listed = rows_of(answers[0])
            there = {(kind, name) for name, type_name in listed if (kind := self._kind(name, type_name)) is not None}
            gone = _tables_named(known, folded) - there
            texts = self._texts(sorted(there | (_relatives(known, folded) - gone)), counters)
        else:
            texts = self._read(_tables_concerned(known, folded), answers)
        changed = {key: text for key, text in texts.items() if known.objects.get(key) != text}
        if not changed and not gone:
            return known
        for _, name in gone:
            counters.pop(name, None)
        kept = {key: text for key, text in known.objects.items() if key not in gone} if gone else known.objects
        return Schema({**kept, **changed}, self._collations, counters)

    def _schema(self, listed: dict[Key, str], wanted: Collection[Key], known: Schema) -> Schema:
        """Put together what is read now and what is known, sharing each text that has not changed."""
        counters = {name: number for name, number in known.counters.items() if (Kind.TABLE, name) in listed}
        texts = self._texts([key for key in listed if key in wanted and key[0] is not Kind.DATABASE], counters)
        texts |= {key: text for key, text in listed.items() if key[0] is Kind.DATABASE}
        objects: dict[Key, str] = {}
        for key in sorted(listed):
            old = known.objects.get(key)
            new = texts.get(key, old)
            if new is not None:
                objects[key] = old if old is not None and old == new else new
        return Schema(objects, self._collations, counters)

    def _listing(self) -> dict[Key, str]:
        """Return every object there is; for the database itself with its text."""
        listed: dict[Key, str] = {}
        for name, type_name, detail in self._rows(self._listed):
            kind = self._kind(name, type_name)
            if kind is Kind.DATABASE:
                listed[kind, ""] = f"DEFAULT CHARACTER SET {name} COLLATE {detail}"
            elif kind is not None:
                listed[kind, name] = ""
        return listed

    def _kind(self, name: str, type_name: str) -> Kind | None:
        """Return None for what takes no part."""
        kind = _KINDS.get(type_name)
        return None if kind is Kind.TABLE and name.casefold() in self._ignored else kind

    def _texts(self, keys: list[Key], counters: dict[str, int]) -> dict[Key, str]:
        """Read these objects, and note the AUTO_INCREMENT counters of the tables among them."""
        texts: dict[Key, str] = {}
        shown = [key for key in keys if key[0] is not Kind.TRIGGER]
        for start in range(0, len(shown), _CHUNK):
            texts |= self._show_create(shown[start : start + _CHUNK])
        _note_counters(texts, counters)
        if any(kind is Kind.EVENT for kind, _ in keys):
            for (name,) in self._rows(_STARTED_WHEN_CREATED):
                if (Kind.EVENT, name) in texts:
                    texts[Kind.EVENT, name] = _STARTS.sub(r"\1", texts[Kind.EVENT, name], count=1)
        if any(kind is Kind.TRIGGER for kind, _ in keys):
            wanted = set(keys)
            texts |= {key: text for key, text in self._triggers() if key in wanted}
        return {key: self._without_context(text) for key, text in texts.items()}

    def _read(self, keys: Sequence[Key], answers: Sequence[Rows | pymysql.MySQLError]) -> dict[Key, str]:
        shown = zip(keys, answers, strict=True)
        return {key: self._without_context(_shown(key[0], answer)) for key, answer in shown}

    def _show_create(self, keys: list[Key]) -> dict[Key, str]:
        answers = self.asker.ask([self._show(key) for key in keys])
        return {key: _shown(key[0], answer) for key, answer in zip(keys, answers, strict=True)}

    def _show(self, key: Key) -> str:
        kind, name = key
        return f"SHOW CREATE {kind.upper()} {self._qualified(name)}"

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
        text = without_database(_COUNTER.sub(r"\1", text, count=1), self._database)
        return with_databases_renamed(text, self._aliases)

    def _default_collations(self) -> DefaultCollations:
        rows = self._rows("SELECT CHARACTER_SET_NAME, DEFAULT_COLLATE_NAME FROM information_schema.CHARACTER_SETS")
        return tuple(sorted((charset, collation) for charset, collation in rows))

    def _qualified(self, name: str) -> str:
        return f"{quote_identifier(self._database)}.{quote_identifier(name)}"

    def _rows(self, statement: str) -> Rows:
        return self.asker.rows(statement.format(database=string_literal(self._database)))


def _shown(kind: Kind, answer: Rows | pymysql.MySQLError) -> str:
    if isinstance(answer, pymysql.MySQLError):
        return f"{UNREADABLE}{answer.args[-1]}"
    text = answer[0][_COLUMN_OF_TEXT.get(kind, 1)] if answer else None
    return text or f"{UNREADABLE}this account may not see its definition"


def _note_counters(texts: Mapping[Key, str], counters: dict[str, int]) -> None:
    for (kind, name), text in texts.items():
        if kind is Kind.TABLE:
            counters.pop(name, None)
            if found := _COUNTER.search(text):
                counters[name] = int(found[2])


def _tables_named(known: Schema, names: set[str]) -> set[Key]:
    return {key for key in known.objects if key[0] in _IN_TABLES and key[1].casefold() in names}


def _tables_concerned(known: Schema, names: set[str]) -> list[Key]:
    """List these tables and their relatives, in an order that depends on nothing else."""
    return sorted(_tables_named(known, names) | _relatives(known, names))


def _more_may_have_gone(known: Schema, names: set[str]) -> bool:
    """Tell whether statements to the tables of these names may have had effects on objects of other kinds."""
    return any(
        kind is Kind.EVENT or (kind is Kind.TRIGGER and _mentions(text, names))
        for (kind, _), text in known.objects.items()
    )


def _relatives(known: Schema, names: set[str]) -> set[Key]:
    """Return the tables with a foreign key to one of these tables, and the views that mention one."""
    children = {(Kind.TABLE, name) for name in known.referencing(names)}
    return children | {
        (kind, name) for (kind, name), text in known.objects.items() if kind is Kind.VIEW and _mentions(text, names)
    }


def _triggers_concerned(known: Schema, listed: Iterable[Key], names: set[str]) -> set[Key]:
    """Return all triggers if one is named or mentions a name: each text says which one comes before it."""
    triggers = {key for key in (*listed, *known.objects) if key[0] is Kind.TRIGGER}
    if any(key[1].casefold() in names or _mentions(known.objects.get(key, ""), names) for key in triggers):
        return triggers
    return set()


def _mentions(text: str, names: Iterable[str]) -> bool:
    folded = text.casefold()
    return any(quote_identifier(name) in folded for name in names)
