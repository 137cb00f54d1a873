"""Parameters are shown as Python writes them, and never more than a line or two."""

from __future__ import annotations

import datetime as dt

import pytest

from pytest_stairway.walk.parameters import shown_parameters


@pytest.mark.parametrize(
    ("parameters", "shown"),
    [
        (None, ""),
        ((), ""),
        ([], ""),
        (("a'b", 1, None), '("a\'b", 1, None)'),
        ({"name": "ada"}, "{'name': 'ada'}"),
        ((dt.date(2024, 2, 29), b"\x00"), r"(datetime.date(2024, 2, 29), b'\x00')"),
        ([(1,), (2,)], "(1,), (2,)"),
        (({"a": 1}, {"a": 2}), "{'a': 1}, {'a': 2}"),
        ([(number,) for number in range(1000)], "(0,), (1,), (2,), and 997 more rows"),
        (("x" * 100,), f"('{'x' * 27}...{'x' * 28}',)"),
    ],
    ids=["none", "empty", "no rows", "tuple", "dict", "types", "rows", "rows in 1.4", "many rows", "long value"],
)
def test_what_is_shown_of_parameters(parameters: object, shown: str) -> None:
    assert shown_parameters(parameters) == shown
