"""The values that a statement was sent with, as a person reads them: no more than a line or two of a bulk insert."""

from __future__ import annotations

import reprlib
from typing import Any

LONGEST_VALUE = 60
ROWS = 3

_WRITER = reprlib.Repr()
_WRITER.maxstring = _WRITER.maxother = _WRITER.maxlong = LONGEST_VALUE
_WRITER.maxtuple = _WRITER.maxlist = _WRITER.maxdict = 20


def shown_parameters(parameters: Any) -> str:
    """Write what a driver was given beside the SQL: a tuple, a dict, or a list (SQLAlchemy 1.4: tuple) of rows.

    Cut: a value after 60 characters, a row after 20 values, the rows after 3, with their number.
    """
    if not parameters:
        return ""
    if isinstance(parameters, dict) or not isinstance(parameters[0], dict | list | tuple):
        return _WRITER.repr(parameters)
    shown = [_WRITER.repr(row) for row in parameters[:ROWS]]
    more = len(parameters) - ROWS
    return ", ".join([*shown, f"and {more} more rows"] if more > 0 else shown)
