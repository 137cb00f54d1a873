"""Python as a person would paste it: literals and calls."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDEST = 100
"""Of a call on one line; the finding indents it by some more."""


def text(value: str) -> str:
    """Write a string: a CREATE TABLE over several lines stays readable where its text needs no escapes."""
    if "\n" in value and "\\" not in value and '"""' not in value and not value.endswith('"'):
        return f'"""{value}"""'
    return json.dumps(value, ensure_ascii=False)


def texts(values: Iterable[str]) -> str:
    return f"[{', '.join(map(text, values))}]"


def bound_text(sql: str) -> str:
    """Write SQL that Alembic or SQLAlchemy makes text() of: a colon before a word would begin a bind parameter."""
    return text(re.sub(r"(?<!:):(?=\w)", r"\:", sql))


def call(function: str, arguments: Sequence[str]) -> str:
    """Write a call, on several lines where one would be too long."""
    line = f"{function}({', '.join(arguments)})"
    if len(line) <= WIDEST or len(arguments) == 1:
        return line
    return "\n".join([f"{function}(", *(f"    {argument}," for argument in arguments), ")"])


def execute(sql: str) -> str:
    return f"op.execute({bound_text(sql)})"
