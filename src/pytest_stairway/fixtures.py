"""Fixtures of the suite, and those for a project's own data tests. Each can be overridden."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, Engine
from sqlalchemy.pool import NullPool

from pytest_stairway.errors import StairwayError
from pytest_stairway.findings import Finding, Severity, Skip, Stage
from pytest_stairway.reports.terminal import render
from pytest_stairway.servers.database import create_database, drop_database, sqlalchemy_url
from pytest_stairway.session import Session
from pytest_stairway.walk.migrate import migrate

T = TypeVar("T")

SESSION: pytest.StashKey[Any] = pytest.StashKey()


@dataclass(frozen=True, slots=True)
class ScratchDatabase:
    """An empty database of a test's own: `url` carries the project's driver, `sync_url` PyMySQL."""

    name: str
    url: URL
    sync_url: URL


@pytest.fixture(scope="session")
def stairway_session(pytestconfig: pytest.Config) -> Session:
    return pytestconfig.stash[SESSION].get()


@pytest.fixture
def stairway_database(stairway_session: Session) -> Iterator[ScratchDatabase]:
    """Create an empty database on the disposable server, and drop it after the test."""
    server = _or_fail(lambda: stairway_session.server)
    name = create_database(server)
    environment = _or_fail(stairway_session.environment)
    yield ScratchDatabase(name, environment.url(name), sqlalchemy_url(server.walk_address, name))
    drop_database(server, name)


@pytest.fixture
def stairway_engine(stairway_database: ScratchDatabase) -> Iterator[Engine]:
    """Give a SQLAlchemy engine on `stairway_database`."""
    engine = create_engine(stairway_database.sync_url, poolclass=NullPool)
    yield engine
    engine.dispose()


@pytest.fixture
def stairway_alembic_config(stairway_session: Session, stairway_database: ScratchDatabase) -> Config:
    """Give the project's Alembic config, its `sqlalchemy.url` set to `stairway_database`."""
    config = _or_fail(lambda: stairway_session.project).alembic_config()
    url = stairway_database.url.render_as_string(hide_password=False)
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


@pytest.fixture
def stairway_at(
    stairway_session: Session, stairway_database: ScratchDatabase, stairway_engine: Engine
) -> Callable[[str], Engine]:
    """Give a function that migrates `stairway_database` to a revision, up or down, and returns an engine on it.

    The revision is given as on Alembic's command line: an id, the beginning of one, a branch label, "heads" or "base".
    """

    def at(revision: str) -> Engine:
        migrate(stairway_session.environment(), stairway_database.name, revision)
        return stairway_engine

    return at


@pytest.fixture
def stairway_verdict(request: pytest.FixtureRequest, stairway_session: Session) -> Callable[..., None]:
    """Give a function that passes, fails or skips a test of the suite by what the checks found."""

    def verdict(stage: Stage, revision: str | None = None) -> None:
        try:
            outcomes = stairway_session.outcomes(stage, revision)
            empty = not stairway_session.history.revisions
        except StairwayError as error:
            _tell_once(stairway_session, error)
        else:
            request.node.user_properties += [("stairway", f"{found.code} {found.object}") for found in _findings(outcomes)]
            _judge(outcomes)
            if empty and stage is not Stage.HISTORY:
                pytest.skip(f"no revisions in {stairway_session.project.label(stairway_session.project.directory)}")

    return verdict


def _judge(outcomes: tuple[Finding | Skip, ...]) -> None:
    errors = [found for found in _findings(outcomes) if found.severity is Severity.ERROR]
    if errors:
        pytest.fail(render(errors), pytrace=False)
    reasons = [outcome.reason for outcome in outcomes if isinstance(outcome, Skip)]
    if reasons:
        pytest.skip("; ".join(reasons))


def _findings(outcomes: tuple[Finding | Skip, ...]) -> list[Finding]:
    return [outcome for outcome in outcomes if isinstance(outcome, Finding)]


def _tell_once(session: Session, error: StairwayError) -> None:
    """Fail the first test that meets a problem of the whole session, with all of it; skip those that come after."""
    if session.claim(f"told-{type(error).__name__}"):
        pytest.fail(str(error), pytrace=False)
    pytest.skip(f"not checked: {error.what}")


def _or_fail(make: Callable[[], T]) -> T:
    try:
        return make()
    except StairwayError as error:
        pytest.fail(str(error), pytrace=False)
