"""Random schemas: a single change is always found, and what is built by two routes is the same."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from pytest_stairway.schema.diff import DRIFT, ROUND_TRIP, DeclaredNames, changes
from pytest_stairway.schema.read import SchemaReader
from pytest_stairway.servers.database import connect, create_database, drop_database, sqlalchemy_url
from tests.server.random_models import metadata
from tests.server.random_mutations import single_changes
from tests.server.random_schema import at_once, step_by_step
from tests.server.random_strategies import Scope, schemas

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hypothesis.strategies import DataObject
    from sqlalchemy import MetaData

    from pytest_stairway.schema.model import Schema as Read
    from pytest_stairway.servers.interface import Server

ONE_OF_EACH_VENDOR = True

EXAMPLES = os.environ.get("STAIRWAY_TEST_EXAMPLES")
"""How many schemas of each test, drawn anew each time; without it a few, and always the same."""

budget = settings(
    max_examples=int(EXAMPLES or 40),
    derandomize=EXAMPLES is None,
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def built(server: Server, statements: Iterable[str]) -> Read:
    name = create_database(server, charset="utf8mb4")
    try:
        with contextlib.closing(connect(server.address, name)) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return SchemaReader(connection, name, server.flavor).read()
    finally:
        drop_database(server, name)


def created(server: Server, models: MetaData) -> Read:
    name = create_database(server, charset="utf8mb4")
    engine = create_engine(sqlalchemy_url(server.address, name), poolclass=NullPool)
    try:
        models.create_all(engine, checkfirst=False)
        with contextlib.closing(connect(server.address, name)) as connection:
            return SchemaReader(connection, name, server.flavor).read()
    finally:
        engine.dispose()
        drop_database(server, name)


@budget
@given(data=st.data())
def test_a_single_change_is_found_alone_and_by_its_object(server: Server, data: DataObject) -> None:
    scope = Scope(server.flavor)
    schema = data.draw(schemas(scope))
    mutation = data.draw(single_changes(scope, schema))
    before, after = (built(server, at_once(each)) for each in (schema, mutation.schema))
    round_trip = changes(before, after, ROUND_TRIP, flavor=server.flavor)
    drift = changes(before, after, DRIFT, flavor=server.flavor, declared=DeclaredNames(schema.declared()))
    assert mutation.is_told(round_trip), round_trip
    assert mutation.is_told(drift), drift
    assert changes(after, before, ROUND_TRIP, flavor=server.flavor)


@budget
@given(data=st.data())
def test_a_schema_built_by_two_routes_is_the_same(server: Server, data: DataObject) -> None:
    schema = data.draw(schemas(Scope(server.flavor)))
    random = data.draw(st.randoms(use_true_random=False))
    once, slowly = built(server, at_once(schema)), built(server, step_by_step(schema, random))
    declared = DeclaredNames(schema.declared())
    assert changes(once, slowly, DRIFT, flavor=server.flavor, declared=declared) == ()
    if schema.all_named:
        assert changes(once, slowly, ROUND_TRIP, flavor=server.flavor) == ()


@pytest.mark.filterwarnings("ignore:Type object:sqlalchemy.exc.SADeprecationWarning")  # SQLAlchemy 2.1's own BIT.desc()
@budget
@given(data=st.data())
def test_models_are_the_same_as_the_ddl_they_stand_for(server: Server, data: DataObject) -> None:
    schema = data.draw(schemas(Scope(server.flavor, declarative=True)))
    modelled = created(server, metadata(schema))
    written = built(server, at_once(schema))
    declared = DeclaredNames(schema.declared())
    assert changes(modelled, written, DRIFT, flavor=server.flavor, declared=declared) == ()
