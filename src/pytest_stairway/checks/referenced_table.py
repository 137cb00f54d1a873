"""What to write instead of dropping a table that a foreign key still references (3730; on MariaDB 1451)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_stairway.checks.wording import code
from pytest_stairway.history.operations import operations
from pytest_stairway.remedies.keys import dropping_foreign_key
from pytest_stairway.schema.model import Kind
from pytest_stairway.schema.parse import parse_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.history.revisions import Revision
    from pytest_stairway.schema.model import Schema
    from pytest_stairway.walk.failure import Failure
    from pytest_stairway.walk.record import Step

_ERRORS = frozenset({1217, 1451, 3730})
_DROPPED = re.compile(r"\s*DROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:`((?:[^`]|``)+)`|([\w$]+))\s*$", re.IGNORECASE)


def advice_on_referenced_table(failure: Failure, step: Step, file: Revision | None) -> str:
    """Name the tables that go first, or the foreign keys; "" where the failure is about something else."""
    found = _DROPPED.match(failure.statement or "")
    if failure.errno not in _ERRORS or found is None or file is None:
        return ""
    table = found[2] or found[1].replace("``", "`")
    keys = dict(_references(step.after, table))
    if not keys:
        return ""
    later = {
        each.table: each.line
        for each in operations(file.path)
        if each.function == step.direction and each.name == "drop_table" and each.line > (failure.location.line or 0)
    }
    words = []
    for owner, definition in keys.items():
        if owner in later:
            words.append(
                f'{owner} references {table}: op.drop_table("{owner}"), line {later[owner]}, has to come first.'
            )
        else:
            words += [f"{owner} references {table}: drop it first, or its foreign key:"]
            words += [code(dropping_foreign_key(owner, definition))]
    return "\n".join(words)


def _references(schema: Schema, table: str) -> Iterator[tuple[str, str]]:
    for name in sorted(schema.referencing({table})):
        if name.casefold() != table.casefold():
            for key in parse_table(schema.objects[Kind.TABLE, name], schema.collations).foreign_keys:
                if key.referenced_table.casefold() == table.casefold():
                    yield name, key.definition
