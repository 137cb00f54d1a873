"""Remedies tried on the server: the very text that is told is run there, up and down."""

from __future__ import annotations

import contextlib
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy.dialects import mysql

from pytest_stairway.schema.diff import ROUND_TRIP, changes
from pytest_stairway.schema.read import SchemaReader
from pytest_stairway.servers.database import connect, end_sessions, own_engine
from pytest_stairway.walk.record import Proof
from pytest_stairway.walk.recorder import server_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sqlalchemy import MetaData
    from sqlalchemy.engine import URL

    from pytest_stairway.remedies.remedy import Remedy
    from pytest_stairway.schema.change import Change
    from pytest_stairway.schema.model import Schema
    from pytest_stairway.servers.interface import Server

    Remaining = Callable[[Schema], Iterable[Change]]
    """Given the schema after all remedies, tells what still differs from what should be."""

_LOCK_WAIT_SECONDS = 10


@dataclass(frozen=True)
class Trial:
    """A database of the server that may be changed. `metadata` gives the naming convention, as env.py passes it on."""

    server: Server
    url: URL
    metadata: MetaData | None = None
    ignored_tables: frozenset[str] = field(default=frozenset())

    def prove(self, remedies: Sequence[Remedy], remaining: Remaining, *, both_ways: bool) -> tuple[Proof, ...]:
        """Run all remedies in order, look at what is left, and take them back in the reverse order."""
        self._end_sessions()
        before = self._read()
        with self._operations() as operations:
            failed = [self._run(operations, remedy.upgrade) for remedy in remedies]
        left = _by_remedy(remedies, tuple(remaining(self._read())))
        upgrades = [failure or _left(changes) for failure, changes in zip(failed, left, strict=True)]
        if not both_ways:
            return tuple(Proof(remedy, failure) for remedy, failure in zip(remedies, upgrades, strict=True))
        with self._operations() as operations:
            failed = [
                "" if failure else self._run(operations, remedy.downgrade)
                for remedy, failure in reversed(list(zip(remedies, upgrades, strict=True)))
            ][::-1]
        found = changes(before, self._read(), ROUND_TRIP, flavor=self.server.flavor)
        left = _by_remedy(remedies, found)
        downgrades = [failure or _left(changes) for failure, changes in zip(failed, left, strict=True)]
        return tuple(
            Proof(remedy, up, "" if up else down)
            for remedy, up, down in zip(remedies, upgrades, downgrades, strict=True)
        )

    def _end_sessions(self) -> None:
        """Take the locks off that connections of env.py or of a migration may have left behind."""
        with contextlib.closing(connect(self.server.address)) as connection, connection.cursor() as cursor:
            end_sessions(cursor, str(self.url.database))

    def _read(self) -> Schema:
        database = str(self.url.database)
        with contextlib.closing(connect(self.server.address, database)) as connection:
            return SchemaReader(connection, database, self.server.flavor, self.ignored_tables).read()

    @contextlib.contextmanager
    def _operations(self) -> Iterator[Operations]:
        """Give Alembic's operations on a connection like env.py's."""
        engine = own_engine(self.server.walk_address, self.url, future=True)
        try:
            with warnings.catch_warnings(), engine.connect() as connection:
                warnings.simplefilter("ignore")
                connection.exec_driver_sql(f"SET SESSION lock_wait_timeout = {_LOCK_WAIT_SECONDS}")
                context = MigrationContext.configure(connection, opts={"target_metadata": self.metadata})
                yield Operations(context)
                connection.commit()
        finally:
            engine.dispose()

    def _run(self, operations: Operations, calls: Sequence[str]) -> str:
        """Run calls until one fails, and return why."""
        names = {"op": operations, "sa": sa, "mysql": mysql}
        for call in calls:
            try:
                exec(call, names)  # noqa: S102 - our own text, of quoted literals: what is told is what is tried
            except Exception as error:  # noqa: BLE001 - whatever it is, the remedy does not hold
                return f"fails: {self._words(error)}"
        return ""

    def _words(self, error: Exception) -> str:
        text = server_error(error)[1]
        return text.replace(f"`{self.url.database}`.", "").replace(f"{self.url.database}.", "")


def _by_remedy(remedies: Sequence[Remedy], found: Sequence[Change]) -> list[list[Change]]:
    """Give each remedy the differences that it was to end; what is new goes to every remedy of that table."""
    told = {_key(change) for remedy in remedies for change in remedy.changes}
    by_remedy = []
    for remedy in remedies:
        own = {_key(change) for change in remedy.changes}
        tables = {change.table.casefold() for change in remedy.changes}
        by_remedy.append(
            [
                change
                for change in found
                if _key(change) in own or (_key(change) not in told and change.table.casefold() in tables)
            ]
        )
    return by_remedy


def _key(change: Change) -> tuple[str, str, str]:
    return change.kind, change.part, change.object.casefold()


def _left(differences: Sequence[Change]) -> str:
    """Say what differs after a direction that ran."""
    return "; ".join(
        f"leaves {change.object} as {change.after or 'absent'} instead of {change.before or 'absent'}"
        for change in differences
    )
