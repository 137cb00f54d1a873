"""Upgrades that need what another database of the same env.py has: each is walked by itself, so it is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_stairway.checks.start_advice import ever_there, missing_tables
from pytest_stairway.history.operations import operations
from pytest_stairway.walk.failure import Statement
from pytest_stairway.walk.statements import named_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.checks.interface import Subject
    from pytest_stairway.walk.failure import Failure
    from pytest_stairway.walk.record import Step

_UNKNOWN_DATABASE = 1049


def why_not_verified(subject: Subject, step: Step, failure: Failure) -> str:
    """Name the table of another database that an upgrade could not find; "" where its failure has another cause."""
    if subject.history.engine is None:
        return ""
    elsewhere = dict(_tables_of_others(subject))
    for name in _missing(step, failure):
        owner = next((engine for table, engine in elsewhere.items() if table.casefold() == name.casefold()), None)
        if owner is not None and not ever_there(subject, step, name):
            return (
                f"not verified: it needs {name}, which is of {owner}, and each database of env.py is walked by itself;"
                " schema in [tool.stairway.start] may make it"
            )
    return ""


def _missing(step: Step, failure: Failure) -> Iterator[str]:
    yield from missing_tables(step, failure)
    if failure.errno == _UNKNOWN_DATABASE and failure.statement is not None:
        yield from sorted(named_in([Statement(failure.statement, failure.location)]))


def _tables_of_others(subject: Subject) -> Iterator[tuple[str, str]]:
    """Give the tables that the upgrades of the other databases create, each with the name of its database."""
    for revision in subject.history.revisions:
        for own in revision.of_engines:
            if own.engine != subject.history.engine:
                for operation in operations(revision.path, (own.upgrade_name,)):
                    if operation.name == "create_table" and operation.table is not None:
                        yield operation.table, own.engine
