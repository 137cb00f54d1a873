"""The tests. `from pytest_stairway.suite import *` in a test module is all that a project needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_stairway.findings import Stage

if TYPE_CHECKING:
    from pytest_stairway.fixtures import Verdict

__all__ = [  # noqa: RUF022 - pytest runs them in this order: what needs no server comes first
    "test_single_head",
    "test_history",
    "test_base_branch",
    "test_upgrades",
    "test_round_trip",
    "test_models_match_migrations",
]


def test_single_head(stairway_verdict: Verdict) -> None:
    """The history has as many heads as the settings say: one."""
    stairway_verdict(Stage.HEADS)


def test_history(stairway_verdict: Verdict) -> None:
    """Every revision file can be read, and each names revisions that exist."""
    stairway_verdict(Stage.HISTORY)


def test_base_branch(stairway_verdict: Verdict) -> None:
    """What this change does to the base branch goes on top of it, and leaves what is shipped as it is."""
    stairway_verdict(Stage.BASE)


def test_upgrades(stairway_revision: str | None, stairway_verdict: Verdict) -> None:
    """The revision's upgrade runs on a real server."""
    stairway_verdict(Stage.UPGRADE, stairway_revision)


def test_round_trip(stairway_revision: str | None, stairway_verdict: Verdict) -> None:
    """The revision's downgrade restores what was there before, and its upgrade runs again."""
    stairway_verdict(Stage.ROUND_TRIP, stairway_revision)


def test_models_match_migrations(stairway_verdict: Verdict) -> None:
    """All migrations together make the schema that the models describe."""
    stairway_verdict(Stage.MODELS)
