"""Every single difference between models and database is found, by its object and attributes; nothing else is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_stairway.schema.diff import ROUND_TRIP
from tests.server.drift_cases import DIFFERENT, EQUIVALENT
from tests.server.drift_cases.build import Built, build, built_by_hand

if TYPE_CHECKING:
    from pytest_stairway.servers.interface import Server
    from tests.server.drift_cases.case import Case


def runnable(server: Server, kinds: dict[str, tuple[Case, ...]]) -> list[Case]:
    return [case for cases in kinds.values() for case in cases if case.runs_on(server.flavor)]


def build_all(server: Server, kinds: dict[str, tuple[Case, ...]]) -> list[Built]:
    cases = runnable(server, kinds)
    together = build(server, [case for case in cases if not case.alone])
    return [together, *(build(server, [case]) for case in cases if case.alone)]


@pytest.fixture(scope="module")
def different(server: Server) -> list[Built]:
    return build_all(server, DIFFERENT)


@pytest.fixture(scope="module")
def equivalent(server: Server) -> list[Built]:
    return build_all(server, EQUIVALENT)


def test_there_are_as_many_cases_as_promised() -> None:
    names = [case.name for kinds in (DIFFERENT, EQUIVALENT) for cases in kinds.values() for case in cases]
    assert len(names) == len(set(names))
    assert (sum(map(len, DIFFERENT.values())) >= 300, sum(map(len, EQUIVALENT.values())) >= 100) == (True, True)


@pytest.mark.parametrize("group", DIFFERENT)
def test_a_difference_is_drift(different: list[Built], group: str) -> None:
    told = {name: text for built in different for name, text in built.drift(built.after).items()}
    cases = [case for built in different for case in built.cases if case in DIFFERENT[group]]
    found = {case.name: told.get(case.name, "") for case in cases}
    assert found == {case.name: case.expected_drift for case in cases}


@pytest.mark.parametrize("group", DIFFERENT)
def test_a_round_trip_that_makes_a_difference_is_told(different: list[Built], group: str) -> None:
    told = {
        name: text
        for built in different
        for name, text in built.compared(built.before, built.after, ROUND_TRIP).items()
    }
    cases = [case for built in different for case in built.cases if case in DIFFERENT[group]]
    found = {case.name: told.get(case.name, "") for case in cases}
    assert found == {case.name: case.expected for case in cases}


def test_a_difference_is_told_in_both_directions(different: list[Built]) -> None:
    for built in different:
        backwards = built.compared(built.after, built.before, ROUND_TRIP)
        assert set(backwards) == {case.name for case in built.cases if case.expected}


def test_models_and_the_same_tables_made_by_hand_raise_nothing(different: list[Built]) -> None:
    assert [built.drift(built.before) for built in different] == [{} for _ in different]


def test_what_is_built_twice_is_identical(server: Server) -> None:
    """Columns and keys are compared with models above; what is no table has only one way to be built."""
    kinds = ("table option", "partitions", "view", "trigger", "routine", "event", "sequence")
    definitions = [case.after for kind in kinds for case in DIFFERENT[kind] if case.runs_on(server.flavor)]
    assert built_by_hand(server, definitions) == built_by_hand(server, definitions)


def test_an_equivalent_database_is_no_drift(equivalent: list[Built]) -> None:
    assert [built.drift(built.after) for built in equivalent] == [{} for _ in equivalent]


def test_models_of_an_equivalent_pair_raise_nothing_either(equivalent: list[Built]) -> None:
    assert [built.drift(built.before) for built in equivalent] == [{} for _ in equivalent]
