"""Every single difference is found, alone and by its name; what is equivalent raises nothing."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from pytest_stairway.flavor import Vendor
from pytest_stairway.schema.diff import DRIFT, ROUND_TRIP, Change, DeclaredNames, changes
from pytest_stairway.schema.read import SchemaReader
from pytest_stairway.servers.database import connect, create_database, drop_database
from tests.server import schema_cases
from tests.server.schema_cases import Case, statements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.schema.model import Schema
    from pytest_stairway.servers.interface import Server

DIFFERENT = schema_cases.COLUMNS + schema_cases.KEYS + schema_cases.TABLES + schema_cases.OBJECTS
DIFFERENT_ON = {Vendor.MYSQL: schema_cases.MYSQL, Vendor.MARIADB: schema_cases.MARIADB}
EQUIVALENT_ON = {Vendor.MYSQL: schema_cases.EQUIVALENT_ON_MYSQL, Vendor.MARIADB: schema_cases.EQUIVALENT_ON_MARIADB}


@contextlib.contextmanager
def built(server: Server, definition: str) -> Iterator[Schema]:
    """Build one side in a database of its own, whose name must not matter."""
    database = create_database(server, charset="utf8mb4")
    try:
        with contextlib.closing(connect(server.address, database)) as connection, connection.cursor() as cursor:
            for statement in statements(definition):
                cursor.execute(statement)
        with contextlib.closing(connect(server.address, database)) as connection:
            yield SchemaReader(connection, database, server.flavor).read()
    finally:
        drop_database(server, database)


def told(change: Change) -> str:
    if change.after is None:
        return f"-{change.object}"
    return f"+{change.object}" if change.before is None else f"{change.object}: {', '.join(change.attributes)}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a round trip and what drift say, and whether the way back is told too."""

    round_trip: str
    drift: str
    backwards: bool


def verdict(server: Server, case: Case) -> Verdict:
    declared = None if case.declared is None else DeclaredNames({"t": frozenset(case.declared)})
    with built(server, case.before) as before, built(server, case.after) as after:
        round_trip = changes(before, after, ROUND_TRIP, flavor=server.flavor)
        drift = changes(before, after, DRIFT, flavor=server.flavor, declared=declared)
        backwards = changes(after, before, ROUND_TRIP, flavor=server.flavor)
    return Verdict(" ".join(map(told, round_trip)), " ".join(map(told, drift)), bool(backwards))


def expected(case: Case) -> Verdict:
    return Verdict(case.expected, "" if case.round_trip_only else case.expected, backwards=True)


@pytest.mark.parametrize("case", DIFFERENT, ids=lambda case: case.name)
def test_a_difference_is_found(server: Server, case: Case) -> None:
    assert verdict(server, case) == expected(case)


def test_a_difference_that_only_this_server_knows_is_found(server: Server) -> None:
    cases = DIFFERENT_ON[server.flavor.vendor]
    assert {case.name: verdict(server, case) for case in cases} == {case.name: expected(case) for case in cases}


@pytest.mark.parametrize("case", schema_cases.EQUIVALENT, ids=lambda case: case.name)
def test_an_equivalent_schema_is_no_drift(server: Server, case: Case) -> None:
    assert verdict(server, case).drift == ""


def test_what_only_this_server_takes_for_equivalent_is_no_drift(server: Server) -> None:
    cases = EQUIVALENT_ON[server.flavor.vendor]
    assert {case.name: verdict(server, case).drift for case in cases} == {case.name: "" for case in cases}


def test_the_same_definition_built_twice_is_identical(server: Server) -> None:
    cases = (*DIFFERENT, *DIFFERENT_ON[server.flavor.vendor], *schema_cases.EQUIVALENT)
    for case in cases:
        with built(server, case.after) as once, built(server, case.after) as twice:
            assert once == twice, case.name
