"""The calls that undo a change, and the change that they are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_stairway.remedies.columns import column_calls
from pytest_stairway.remedies.keys import (
    check_calls,
    foreign_key_calls,
    index_calls,
    primary_key_calls,
)
from pytest_stairway.remedies.tables import object_calls, option_calls, partition_calls, table_calls
from pytest_stairway.schema.model import UNREADABLE, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from pytest_stairway.remedies.target import Target
    from pytest_stairway.schema.change import Change


def restoring(
    change: Change, target: Target, together: Sequence[Change] = (), without: Collection[str] = ()
) -> list[str]:
    """Give the calls that turn what a change came to into what it was before; none where none are known.

    A primary key's take in the columns that change `together` with it; a table is created `without` some foreign keys.
    """
    if change.before_definition.startswith(UNREADABLE) or change.after_definition.startswith(UNREADABLE):
        return []
    if change.kind is not Kind.TABLE:
        return object_calls(change)
    if change.part == "table":
        return table_calls(change, target, without)
    if change.part == "primary key":
        return primary_key_calls(change, together)
    give = _OF_A_PART.get(change.part)
    return give(change, target) if give is not None else []


_OF_A_PART: dict[str, Callable[[Change, Target], list[str]]] = {
    "column": column_calls,
    "index": index_calls,
    "foreign key": foreign_key_calls,
    "check": check_calls,
    "option": option_calls,
    "partitions": partition_calls,
}


def backwards(change: Change) -> Change:
    """Give the change the other way round."""
    return replace(
        change,
        before=change.after,
        after=change.before,
        before_definition=change.after_definition,
        after_definition=change.before_definition,
        along=change.along_back,
        along_back=change.along,
    )
