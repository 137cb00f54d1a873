"""What to write instead of what MariaDB cannot parse (1064) and MySQL can."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_stairway.flavor import Flavor

_NEAR = re.compile(r"^\(1064\).* near '(.*)' at line", re.DOTALL)
_NAMED_CHECK = re.compile(r"CONSTRAINT\s+(?:`(?:[^`]|``)+`|[\w$]+)\s*$", re.IGNORECASE)
_GENERATED = re.compile(
    r"GENERATED\s+ALWAYS\s+AS\s.*\)(?:\s+(?:STORED|VIRTUAL|PERSISTENT))?\s*$", re.IGNORECASE | re.DOTALL
)


def advice_on_syntax(error: str, statement: str, flavor: Flavor) -> str:
    """Give the way out of a syntax error by the words before the place that the server names; "" for any other."""
    found = _NEAR.search(error)
    if found is None or not flavor.is_mariadb:
        return ""
    near, sent = " ".join(found[1].removesuffix("...").split()), " ".join(statement.split())
    before = sent.partition(near)[0] if near in sent else ""
    if near.startswith("CHECK") and _NAMED_CHECK.search(before):
        return (
            "MariaDB takes no name for a CHECK that stands in a column: write the CheckConstraint beside the columns,\n"
            "in __table_args__ or as an argument of Table() or op.create_table()."
        )
    if near.startswith("NOT NULL") and _GENERATED.search(before):
        return "MariaDB takes no NOT NULL for a generated column: write nullable=True for it."
    return ""
