"""Which tests the suite's functions become: one for each project, and one for each of its revisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_stairway.errors import StairwayError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest

    from pytest_stairway.session import Session

PROJECT, REVISION = "stairway_project", "stairway_revision"


def generate(metafunc: pytest.Metafunc, sessions: Mapping[str, Session]) -> None:
    """Parametrize a function of the suite, from the files alone. A project without a name is not named."""
    names = [name for name in sessions if name]
    if REVISION in metafunc.fixturenames:
        tests = [
            (name, revision, "-".join(filter(None, (name, slug))))
            for name, session in sessions.items()
            for revision, slug in _revisions(session, metafunc.function.__name__)
        ]
        metafunc.parametrize(
            (PROJECT, REVISION), [(name, revision) for name, revision, _ in tests], ids=[id_ for *_, id_ in tests]
        )
    elif names:
        metafunc.parametrize(PROJECT, names)


def _revisions(session: Session, test: str) -> list[tuple[str | None, str]]:
    """Give each revision with its name in a test; one for all where the files cannot be read, which then says so."""
    try:
        revisions = session.walked.revisions
    except StairwayError:
        revisions = ()
    if not revisions or (test == "test_round_trip" and session.settings.downgrade == "none"):
        return [(None, "all")]
    return [(each.id, each.slug) for each in revisions]
