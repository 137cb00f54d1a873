"""What downgrades did not restore, and the calls that would, tried on a copy of the schema that they left."""

from __future__ import annotations

import contextlib
import dataclasses
from typing import TYPE_CHECKING

import pymysql

from pytest_stairway.remedies.remedy import remedies_with_renames
from pytest_stairway.remedies.target import Target
from pytest_stairway.schema.diff import ROUND_TRIP, Change, Tolerances, changes
from pytest_stairway.schema.model import Kind, Schema
from pytest_stairway.servers.database import connect, create_database, drop_database
from pytest_stairway.walk.record import Proof, Visit
from pytest_stairway.walk.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pytest_stairway.servers.interface import Server
    from pytest_stairway.walk.models import ModelsSource

_CREATED_IN_ORDER = (
    Kind.SEQUENCE,
    Kind.TABLE,
    Kind.FUNCTION,
    Kind.PROCEDURE,
    Kind.VIEW,
    Kind.TRIGGER,
    Kind.EVENT,
)


def with_unrestored(visit: Visit, server: Server, models: ModelsSource) -> Visit:
    """Add what the downgrade did not restore, with remedies that were tried."""
    up, down = visit.up, visit.down
    if up is None or down is None or down.failure is not None or up.before == down.after:
        return visit
    tolerances = _tolerances(visit)
    differing = changes(up.before, down.after, tolerances, flavor=server.flavor)
    if not differing:
        return visit
    wanted = remedies_with_renames(differing, Target(down.after, server.flavor))
    concerned = {(change.kind, change.table) for change in differing}

    def remaining(schema: Schema) -> tuple[Change, ...]:
        return changes(_only(up.before, concerned), _only(schema, concerned), tolerances, flavor=server.flavor)

    try:
        with _copy(server, _surroundings(down.after, differing)) as database:
            trial = Trial(server, models.url(server, database), models.metadata)
            proofs = trial.prove(wanted, remaining, both_ways=False)
    except pymysql.MySQLError as error:
        proofs = tuple(Proof(remedy, f"cannot be tried: ({error.args[0]}) {error.args[-1]}") for remedy in wanted)
    return dataclasses.replace(visit, unrestored=proofs)


def _tolerances(visit: Visit) -> Tolerances:
    """Let a name that nobody chose count where the next upgrade misses it."""
    fails_again = visit.again is not None and visit.again.failure is not None
    return dataclasses.replace(ROUND_TRIP, foreign_key_index_names=False) if fails_again else ROUND_TRIP


def _only(schema: Schema, keys: Collection[tuple[Kind, str]]) -> Schema:
    return Schema({key: text for key, text in schema.objects.items() if key in keys}, schema.collations)


def _surroundings(schema: Schema, differing: Collection[Change]) -> Schema:
    """Give what the remedies can touch: everything, or the tables alone with their neighbours by foreign key."""
    if any(change.kind is not Kind.TABLE for change in differing):
        return schema
    tables = {change.table for change in differing}
    texts = "".join(
        [
            *(schema.objects.get((Kind.TABLE, name), "") for name in tables),
            *(change.before_definition for change in differing),
        ]
    )
    near = {name for name in schema.names(Kind.TABLE) if f"REFERENCES `{name}`" in texts}
    wanted = {(Kind.TABLE, name) for name in tables | near | schema.referencing(tables)}
    return _only(schema, {(Kind.DATABASE, ""), *wanted})


@contextlib.contextmanager
def _copy(server: Server, schema: Schema) -> Iterator[str]:
    """Build a schema from its texts. Good enough for a trial; a walk may not go on from there (see `Stairway`)."""
    database = create_database(server)
    try:
        with contextlib.closing(connect(server.address, database)) as connection, connection.cursor() as cursor:
            cursor.execute("SET SESSION sql_mode = '', foreign_key_checks = 0")
            if (Kind.DATABASE, "") in schema.objects:
                cursor.execute(f"ALTER DATABASE {schema.objects[Kind.DATABASE, '']}")
            for kind in _CREATED_IN_ORDER:
                for name in schema.names(kind):
                    cursor.execute(schema.objects[kind, name])
        yield database
    finally:
        drop_database(server, database)
