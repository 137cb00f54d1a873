"""The `--stairway-*` flags: one for each key of the settings that a person would type, and those of a reviewer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_stairway.settings import KEYS

if TYPE_CHECKING:
    import pytest


SQL = "--stairway-sql"
SHOW = "--stairway-show"


@dataclass(frozen=True, slots=True)
class Review:
    """The revisions that a reviewer wants to see, as typed."""

    sql: str | None
    show: str | None


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
    group.addoption(SQL, metavar="REV", help="run no test; print what a revision sends to the server, up and down")
    group.addoption(SHOW, metavar="REV", help="run no test; print the change of the schema that a revision makes")


def review_wanted(config: pytest.Config) -> Review | None:
    """Give what is to be shown instead of running tests, None where tests are to be run."""
    review = Review(config.getoption(SQL), config.getoption(SHOW))
    return None if review.sql is None and review.show is None else review


def given_options(config: pytest.Config) -> dict[str, object]:
    """Collect the settings that were given on the command line, as typed."""
    values = {key.name: config.getoption(key.flag) for key in KEYS if key.flag is not None}
    return {name: value for name, value in values.items() if value is not None}
