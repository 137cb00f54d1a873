"""Building many cases at once: the models, the same tables by hand, and the tables that differ."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from sqlalchemy import MetaData
from sqlalchemy.dialects import mysql

from pytest_stairway.schema.diff import DRIFT, Change, DeclaredNames, Tolerances, changes
from pytest_stairway.schema.read import SchemaReader
from pytest_stairway.servers.database import connect, create_database, drop_database
from pytest_stairway.settings import Settings
from pytest_stairway.walk.models import ModelsSource
from tests.server.drift_cases.case import PARENT, Case, declare, number_in, parent, statements, without_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pytest_stairway.schema.model import Schema
    from pytest_stairway.servers.interface import Server
    from pytest_stairway.walk.record import Models


@dataclass(frozen=True, slots=True)
class Built:
    """Cases as schemas of one server: `models` say in SQLAlchemy what `before` says by hand."""

    server: Server
    cases: tuple[Case, ...]
    models: Models
    before: Schema
    after: Schema

    def drift(self, migrated: Schema, tolerances: Tolerances = DRIFT) -> dict[str, str]:
        """Compare the models with a database, as the drift check does."""
        return self.compared(self.models.schema, migrated, tolerances, self.models.declared)

    def compared(
        self, before: Schema, after: Schema, tolerances: Tolerances, declared: DeclaredNames | None = None
    ) -> dict[str, str]:
        """Return what is told of each case of which anything is; "" stands for what belongs to no case."""
        told = defaultdict(list)
        for change in changes(before, after, tolerances, flavor=self.server.flavor, declared=declared):
            told[self._owner(change)].append(without_number(text(change)))
        return {name: " ".join(each) for name, each in told.items()}

    def _owner(self, change: Change) -> str:
        number = number_in(change.object)
        if number is None and len(self.cases) == 1:
            number = 0
        return "" if number is None else self.cases[number].name


def text(change: Change) -> str:
    if change.after is None:
        return f"-{change.object}"
    return f"+{change.object}" if change.before is None else f"{change.object}: {', '.join(change.attributes)}"


def build(server: Server, cases: Sequence[Case]) -> Built:
    """Build cases whose names do not clash: all those that may share a database, or one that may not."""
    before = built_by_hand(server, [case.before for case in cases])
    after = built_by_hand(server, [case.after for case in cases])
    return Built(server, tuple(cases), built_from_models(server, cases, after), before, after)


def built_by_hand(server: Server, definitions: Iterable[str]) -> Schema:
    """Execute definitions in a database of their own, whose name must not matter, and read it."""
    database = create_database(server)
    try:
        _execute(server, database, [PARENT])
        for number, definition in enumerate(definitions):
            _execute(server, database, statements(definition, number))
        with contextlib.closing(connect(server.address, database)) as connection:
            return SchemaReader(connection, database, server.flavor).read()
    finally:
        drop_database(server, database)


def _execute(server: Server, database: str, sent: Sequence[str]) -> None:
    """Execute over a connection of their own, since some set variables of the session."""
    with contextlib.closing(connect(server.address, database)) as connection, connection.cursor() as cursor:
        for statement in sent:
            cursor.execute(statement)


def built_from_models(server: Server, cases: Iterable[Case], migrated: Schema) -> Models:
    """Create the models of all cases as the drift check does.

    Raises:
        ValueError: the server does not take all of them.
    """
    shared = MetaData()
    parent(shared)
    metadatas = [shared]
    for number, case in enumerate(cases):
        metadata = declare(case, number, shared)
        metadatas += [metadata] if metadata is not shared else []
    source = ModelsSource(metadatas=tuple(metadatas), dialect=mysql.dialect())
    environment: Any = SimpleNamespace(server=server, settings=Settings())
    models, reason = source.build(environment, migrated)
    if models is None or models.uncreated:
        raise ValueError(reason if models is None else models.uncreated)
    return models
