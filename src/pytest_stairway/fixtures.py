"""Fixtures of the suite, and those for a project's own data tests. Each can be overridden."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NoReturn, Protocol

import pytest

from pytest_stairway.errors import StairwayError
from pytest_stairway.findings import Skip
from pytest_stairway.report import Judged
from pytest_stairway.reports.terminal import render

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy.engine import Engine

    from pytest_stairway.findings import Stage
    from pytest_stairway.session import Session
    from pytest_stairway.walk.scratch import ScratchDatabase

SESSIONS = pytest.StashKey[Callable[[], "Sequence[Session]"]]()
"""Makes the session of each project of this pytest run, or returns those made before."""


class Verdict(Protocol):
    """Passes, fails or skips a test of the suite by what the checks found, in one revision where it is given."""

    def __call__(self, stage: Stage, revision: str | None = None) -> None: ...


@pytest.fixture
def stairway_project(pytestconfig: pytest.Config) -> str:
    """Name the project or database that a test is about; to be parametrized among several."""
    sessions = pytestconfig.stash[SESSIONS]()
    if len(sessions) > 1:
        _fail_for_want_of_a_name("this test does not say which project it is about", sessions)
    return sessions[0].name


@pytest.fixture
def stairway_session(pytestconfig: pytest.Config, stairway_project: str) -> Session:
    """Give what is verified of a project: files, server, the record of the walk, findings."""
    sessions = pytestconfig.stash[SESSIONS]()
    named = {session.name: session for each in sessions for session in (*each.per_engine, each)}
    if stairway_project not in named:
        _fail_for_want_of_a_name(f'there is no "{stairway_project}"', sessions)
    return named[stairway_project]


def _fail_for_want_of_a_name(what: str, sessions: Sequence[Session]) -> NoReturn:
    names = [database.name for session in sessions for database in session.per_engine]
    pytest.fail(
        f"stairway: {what}\n"
        f"  tried   {', '.join(names)}\n"
        f'  fix     mark it with @pytest.mark.parametrize("stairway_project", ["{names[0]}"])',
        pytrace=False,
    )


@pytest.fixture
def stairway_database(request: pytest.FixtureRequest, stairway_session: Session) -> Iterator[ScratchDatabase]:
    """Give an empty database on the disposable server, dropped after the test.

    Its `url` carries the project's driver, its `sync_url` PyMySQL, `name` is its name.
    """
    from pytest_stairway.walk.scratch import scratch_database  # noqa: PLC0415 - see the docstring of plugin.py

    if len(stairway_session.per_engine) > 1:
        _fail_for_want_of_a_name("this test does not say which database it is about", (stairway_session,))
    with contextlib.ExitStack() as stack:
        try:
            database = stack.enter_context(scratch_database(stairway_session.environment()))
        except StairwayError as error:
            problem = error
        else:
            yield database
            return
    _tell_once(request.node, stairway_session, problem)


@pytest.fixture
def stairway_engine(stairway_database: ScratchDatabase) -> Iterator[Engine]:
    """Give a SQLAlchemy engine on `stairway_database`, through PyMySQL."""
    engine = stairway_database.engine()
    yield engine
    engine.dispose()


@pytest.fixture
def stairway_alembic_config(stairway_database: ScratchDatabase) -> Config:
    """Give the project's Alembic config with `stairway_database` as `sqlalchemy.url`."""
    return stairway_database.alembic_config()


@pytest.fixture
def stairway_at(
    stairway_database: ScratchDatabase, stairway_engine: Engine, stairway_session: Session
) -> Callable[[str], Engine]:
    """Give a function that migrates `stairway_database` to a revision and returns `stairway_engine`.

    Up or down, from where it is. The revision is given as on Alembic's command line: an id, the beginning of one, a
    branch label, "heads" or "base".
    """

    def at(revision: str) -> Engine:
        __tracebackhide__ = True
        try:
            output = stairway_database.migrate(revision)
        except StairwayError as error:
            problem = stairway_session.hidden(str(error))
        else:
            print(stairway_session.hidden(output), end="")  # noqa: T201 - pytest shows it where the test fails
            return stairway_engine
        pytest.fail(problem)

    return at


@pytest.fixture
def stairway_verdict(request: pytest.FixtureRequest, stairway_session: Session) -> Verdict:
    """Give a function that passes, fails or skips a test of the suite by what the checks found."""
    test: pytest.Item = request.node

    def verdict(stage: Stage, revision: str | None = None) -> None:
        try:
            outcomes = stairway_session.outcomes(stage, revision)
        except StairwayError as error:
            problem = error
        else:
            _judge(test, stairway_session, outcomes)
            return
        _tell_once(test, stairway_session, problem)

    return verdict


def _judge(test: pytest.Item, session: Session, outcomes: Iterable[Judged | Skip]) -> None:
    findings = [outcome for outcome in outcomes if isinstance(outcome, Judged)]
    test.user_properties += [each for found in findings for each in _properties(found, session)]
    errors = [found.finding for found in findings if found.is_error]
    if errors:
        _show_output(test, session)
        pytest.fail(session.hidden_in_finding(render(errors)), pytrace=False)
    reasons = [outcome.reason for outcome in outcomes if isinstance(outcome, Skip) and not outcome.by_choice]
    if reasons:
        pytest.skip(session.hidden_in_finding("; ".join(dict.fromkeys(reasons))))


def _properties(judged: Judged, session: Session) -> list[tuple[str, object]]:
    """Say of a finding in JUnit's XML what its test failed for, or would have."""
    found = judged.finding
    values = {
        "code": found.code,
        "object": found.object,
        "place": str(found.location),
        "severity": found.severity.value,
        "standing": judged.standing.value,
        "reason": judged.reason,
    }
    return [(f"stairway-{name}", session.hidden_in_finding(value)) for name, value in values.items() if value]


def _tell_once(test: pytest.Item, session: Session, error: StairwayError) -> NoReturn:
    """Fail the first test that meets a problem of the whole session, with all of it; skip those that come after."""
    if session.claim(hashlib.sha256(error.what.encode()).hexdigest(), test.nodeid):
        _show_output(test, session)
        pytest.fail(session.hidden(str(error)), pytrace=False)
    pytest.skip(session.hidden(f"not checked: {error.what}"))


def _show_output(test: pytest.Item, session: Session) -> None:
    """Add what env.py and the migrations printed to the first test that fails."""
    if session.output and session.claim_output(test.nodeid):
        test.add_report_section("call", "output of env.py", session.hidden(session.output))
