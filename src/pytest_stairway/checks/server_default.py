"""Tables that differ from their models only because the models leave the character set to the server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_stairway.schema.model import Kind

if TYPE_CHECKING:
    from pytest_stairway.checks.interface import Subject
    from pytest_stairway.schema.change import Change

_COLLATE = re.compile(r"\bCOLLATE[ =](\w+)")


def from_server(subject: Subject, change: Change) -> str:
    """Say that what the models say is the server's default, on a line of its own; "" where it is not."""
    collation = _default_of_models(subject, change)
    return f"\n{collation} is the server's default, which a model has that names none of its own" if collation else ""


def as_in_production(subject: Subject, change: Change) -> str:
    """Name the setting for a server set up otherwise, on a line of its own; "" where it would change nothing."""
    found = _COLLATE.search(change.after or "")
    if found is None or not _default_of_models(subject, change):
        return ""
    collation = found[1]
    charset = collation.partition("_")[0]
    return (
        f"\nIf {collation} is the default of the servers that the project runs on, say so in [tool.stairway]:\n"
        f'    server_variables = {{ character_set_server = "{charset}", collation_server = "{collation}" }}'
    )


def _default_of_models(subject: Subject, change: Change) -> str:
    """Give the collation of the models' table where it is that of the database which they were created in."""
    models = subject.walked.models
    if models is None or change.kind is not Kind.TABLE or "COLLATE" not in change.attributes:
        return ""
    text = models.schema.objects.get((Kind.DATABASE, ""), "")
    of_database, of_table = _COLLATE.search(text), _COLLATE.search(change.before or "")
    same = of_database is not None and of_table is not None and of_database[1] == of_table[1]
    return of_table[1] if same and of_table is not None else ""
