"""A session that a migration leaves in a transaction does not keep env.py from being run again."""

from __future__ import annotations

import sys
import types
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import scoped_session, sessionmaker

from tests.server.walked_projects import ONLINE, VERIFIED, WalkedProject, walked

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_stairway.servers.interface import Server

APP_ENGINE = f"from app import engine\n{ONLINE}"


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> types.SimpleNamespace:
    """Make an application whose session, one per thread, outlives what uses it."""
    engine = create_engine("mysql+pymysql://nobody@nowhere.invalid/shop", future=True)
    module = types.SimpleNamespace(engine=engine, session=scoped_session(sessionmaker(engine)))
    monkeypatch.setitem(sys.modules, "app", module)
    return module


@pytest.mark.parametrize("statement", ["SELECT 1", "SELECT nothing"], ids=["that went well", "that failed"])
def test_a_second_run_follows_one_that_left_a_session_in_a_transaction(
    app: types.SimpleNamespace, tmp_path: Path, server: Server, statement: str
) -> None:
    project = WalkedProject(tmp_path, server)
    project.write(
        APP_ENGINE,
        migration=f"""
    import app, contextlib
    with contextlib.suppress(sa.exc.DBAPIError):
        app.session.execute(sa.text({statement!r}))""",
    )
    assert walked(project.walk()) == VERIFIED
    assert not app.session().in_transaction()
    assert walked(project.walk()) == VERIFIED


def test_a_session_on_the_migrations_own_connection_may_be_left_open(
    app: types.SimpleNamespace, tmp_path: Path, server: Server
) -> None:
    project = WalkedProject(tmp_path, server)
    project.write(
        APP_ENGINE,
        migration="""
    import app
    app.left = sa.orm.Session(op.get_bind())
    app.left.execute(sa.text("SELECT 1"))""",
    )
    assert walked(project.walk()) == VERIFIED
    assert not app.left.in_transaction()
    assert walked(project.walk()) == VERIFIED


@pytest.mark.usefixtures("app")
def test_what_waits_is_told_after_a_table_was_reflected(tmp_path: Path, server: Server) -> None:
    """SQLAlchemy 1.4 reports no errors on the connection from then on."""
    project = WalkedProject(tmp_path, server)
    project.write(
        APP_ENGINE,
        migration="""
    import app
    app.session.execute(sa.text("SELECT * FROM users"))
    sa.inspect(op.get_bind()).get_columns("users")
    op.add_column("users", sa.Column("mail", sa.String(40)))""",
    )
    failures = [step.failure for visit in project.walk(lock_timeout=1).visits for step in visit.steps if step.failure]
    (wait,) = [failure.lock_wait for failure in failures]
    assert wait is not None
    assert wait.waiting.sql == "ALTER TABLE users ADD COLUMN mail VARCHAR(40)"
    assert [each.sql for each in wait.holding] == ["SELECT * FROM users"]
