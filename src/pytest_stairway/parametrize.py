"""Which tests the suite's functions become: one for each project and database, and one for each of its revisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_stairway.errors import StairwayError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from pytest_stairway.session import Session

PROJECT, REVISION = "stairway_project", "stairway_revision"
FILES_ALONE = frozenset({"test_single_head", "test_history", "test_base_branch"})
"""The tests of the suite that need no server, and are the same for every database of a project."""


def parametrize(metafunc: pytest.Metafunc, sessions: Sequence[Session]) -> None:
    """Parametrize a function of the suite, from the files alone. A project without a name is not named."""
    test = metafunc.function.__name__
    if test not in FILES_ALONE:
        sessions = [database for session in sessions for database in session.per_engine]
    if REVISION in metafunc.fixturenames:
        tests = [
            (session.name, revision, "-".join(filter(None, (session.name, slug))))
            for session in sessions
            for revision, slug in _revisions(session, test)
        ]
        metafunc.parametrize(
            (PROJECT, REVISION), [(name, revision) for name, revision, _ in tests], ids=[id_ for *_, id_ in tests]
        )
    elif any(session.name for session in sessions):
        metafunc.parametrize(PROJECT, [session.name for session in sessions])


def _revisions(session: Session, test: str) -> list[tuple[str | None, str]]:
    """Give each revision with its name in a test; one for all where the files cannot be read, which then says so."""
    try:
        revisions = session.walked.revisions
    except StairwayError:
        revisions = ()
    if not revisions or (test == "test_round_trip" and session.settings.downgrade == "none"):
        return [(None, "all")]
    return [(each.id, each.slug) for each in revisions]
