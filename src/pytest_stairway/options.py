"""The `--stairway-*` flags: one for each key of the settings that a person would type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_stairway.settings import KEYS

if TYPE_CHECKING:
    import pytest


def add_options(parser: pytest.Parser) -> None:
    group = parser.getgroup("stairway", "migration verification (pytest-stairway)")
    for key in KEYS:
        if key.flag is None:
            continue
        if key.default is False:
            group.addoption(key.flag, action="store_true", default=None, help=key.help)
        elif key.default == ():
            group.addoption(key.flag, action="append", default=None, metavar="VALUE", help=f"{key.help} (repeatable)")
        else:
            default = "" if key.default is None else f" (default: {key.default})"
            group.addoption(key.flag, action="store", default=None, metavar="VALUE", help=key.help + default)


def given_options(config: pytest.Config) -> dict[str, object]:
    """Collect the settings that were given on the command line, as typed."""
    values = {key.name: config.getoption(key.flag) for key in KEYS if key.flag is not None}
    return {name: value for name, value in values.items() if value is not None}
