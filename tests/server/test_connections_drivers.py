"""Every driver of SQLAlchemy's for MySQL that is installed here is kept on the disposable server, by socket and TCP."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import signal
import sys
import threading
import types
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import create_async_engine

from tests.server.walked_projects import (
    VERIFIED,
    Production,
    WalkedProject,
    needs_one_vendor,
    outcome_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_stairway.servers.interface import Server


@dataclass(frozen=True, slots=True)
class Driver:
    """`name` is SQLAlchemy's, `module` the one that refusals name, `distribution` what pip installs."""

    name: str
    module: str
    distribution: str
    is_async: bool = False
    dialect: str = "mysql"

    @property
    def drivername(self) -> str:
        return f"{self.dialect}+{self.name}"

    @property
    def missing(self) -> str:
        """Say why it cannot be tested here; empty where it can."""
        try:
            for module in (self.module, *(["greenlet"] if self.is_async else [])):
                importlib.import_module(module)
        except ImportError as error:
            return f"{self.distribution} is not installed here: {error}"
        return ""

    def write(self, project: WalkedProject, engine: str, *, migration: str = "pass", dispose: bool = True) -> None:
        env, end = (ASYNC, "await engine.dispose()") if self.is_async else (SYNC, "engine.dispose()")
        project.write(env.format(engine=engine, dispose=end if dispose else ""), migration=migration)


DRIVERS = (
    Driver("pymysql", "pymysql", "PyMySQL"),
    Driver("mysqldb", "MySQLdb", "mysqlclient"),
    Driver("mysqlconnector", "mysql.connector", "mysql-connector-python"),
    Driver("mariadbconnector", "mariadb", "mariadb", dialect="mariadb"),
    Driver("aiomysql", "aiomysql", "aiomysql", is_async=True),
    Driver("asyncmy", "asyncmy", "asyncmy", is_async=True),
)
SYNC = """
from sqlalchemy import create_engine, engine_from_config
engine = {engine}
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
{dispose}
"""
ASYNC = """
import asyncio
from sqlalchemy.ext.asyncio import async_engine_from_config as engine_from_config, create_async_engine as create_engine

def migrate(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()

async def main():
    engine = {engine}
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    {dispose}

asyncio.run(main())
"""


@pytest.fixture(
    params=[
        pytest.param(driver, id=driver.name, marks=pytest.mark.skipif(bool(driver.missing), reason=driver.missing))
        for driver in DRIVERS
    ]
)
def driver(request: pytest.FixtureRequest) -> Driver:
    return request.param


@pytest.fixture
def project(tmp_path: Path, server: Server, driver: Driver) -> WalkedProject:
    if driver.dialect == "mariadb" and not server.flavor.is_mariadb:
        pytest.skip("SQLAlchemy's dialect of this driver refuses MySQL")
    return WalkedProject(tmp_path, server)


def test_the_url_of_the_config_carries_the_driver_of_the_settings(
    project: WalkedProject, production: Production, driver: Driver
) -> None:
    driver.write(project, "engine_from_config(context.config.get_section('alembic'))")
    production.watch()
    assert (outcome_of(project, driver=driver.drivername), production.activity()) == (VERIFIED, {})


def test_a_hard_coded_url_is_sent_to_the_disposable_server(
    project: WalkedProject, production: Production, driver: Driver
) -> None:
    driver.write(project, f"create_engine('{production.url(driver.drivername)}')")
    production.watch()
    assert (outcome_of(project), production.activity()) == (VERIFIED, {})


def test_a_hard_coded_socket_is_replaced(project: WalkedProject, production: Production, driver: Driver) -> None:
    driver.write(project, f"create_engine('{driver.drivername}://app:secret@/shop?unix_socket={production.socket}')")
    production.watch()
    assert (outcome_of(project), production.activity()) == (VERIFIED, {})


def test_a_step_has_lock_timeouts_and_counts_rows_as_sqlalchemy_expects(
    project: WalkedProject, production: Production, driver: Driver
) -> None:
    """Without the client flag FOUND_ROWS an UPDATE that changes nothing would count no row."""
    driver.write(
        project,
        f"create_engine('{production.url(driver.drivername)}')",
        migration="""op.execute("INSERT INTO users (name) VALUES ('a')")
    print(op.get_bind().execute(sa.text("UPDATE users SET name = 'a'")).rowcount)
    print(*op.get_bind().execute(sa.text("SELECT @@lock_wait_timeout, @@innodb_lock_wait_timeout, 'é'")).one())
    op.execute("DELETE FROM users")""",
    )
    assert outcome_of(project, lock_timeout=7) == VERIFIED
    printed = [line for line in project.output[0].splitlines() if line[0].isdigit()]  # asyncmy warns of each note
    assert printed == ["1", "7 7 é"] * 2


def test_a_creator_is_refused(project: WalkedProject, production: Production, driver: Driver) -> None:
    keyword = creator_keyword(driver)
    connect = f"__import__('importlib').import_module('{driver.module}').connect(**{production.arguments})"
    driver.write(project, f"create_engine('{driver.drivername}://', {keyword}=lambda: {connect})")
    production.watch()
    created = project.created_tables()
    assert (outcome_of(project), production.activity()) == (refusal(driver), {})
    assert project.created_tables() == created


def creator_keyword(driver: Driver) -> str:
    if driver.is_async and "async_creator" not in str(create_async_engine.__doc__):
        pytest.skip("this SQLAlchemy has no async_creator, which is new in 2.0.16")
    return "async_creator" if driver.is_async else "creator"


def refusal(driver: Driver) -> str:
    return (
        f"stairway: env.py or a migration opened a connection of its own through {driver.module},"
        " past SQLAlchemy's URL\n"
        "  tried   sending it to the disposable server: not possible for creator= and direct connects\n"
        "  fix     let env.py build its engine from a URL, and migrations use op.get_bind()\n"
        '          or set connection = "engine" in [tool.stairway] and use config.attributes["connection"]'
    )


def test_a_connect_function_imported_before_the_walk_is_refused(
    project: WalkedProject, production: Production, driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = importlib.import_module(driver.module)
    monkeypatch.setitem(sys.modules, "app", types.SimpleNamespace(connect=module.connect))
    keyword = creator_keyword(driver)
    connect = f"__import__('app').connect(**{production.arguments})"
    driver.write(project, f"create_engine('{driver.drivername}://', {keyword}=lambda: {connect})")
    production.watch()
    assert (outcome_of(project), production.activity()) == (refusal(driver), {})


@pytest.mark.parametrize("pre_ping", [False, True], ids=["plain", "pre-ping"])
def test_an_engine_that_first_connects_in_the_walk_is_the_applications_own_after_it(
    project: WalkedProject, production: Production, driver: Driver, monkeypatch: pytest.MonkeyPatch, *, pre_ping: bool
) -> None:
    with application(driver, production, monkeypatch, pool_pre_ping=pre_ping) as app:
        driver.write(project, "__import__('app').engine")
        production.watch()
        assert (outcome_of(project), production.activity()) == (VERIFIED, {})
        assert app.where() == ("shop", production.port, True)


def test_an_engine_used_before_the_walk_is_the_applications_own_after_it(
    project: WalkedProject, production: Production, driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs_one_vendor(project, production)
    with application(driver, production, monkeypatch) as app:
        app.where()
        driver.write(project, "__import__('app').engine")
        production.watch()
        assert (outcome_of(project), production.activity()) == (VERIFIED, {})
        assert app.where() == ("shop", production.port, True)


def test_an_engine_that_env_does_not_dispose_of_is_the_applications_own_after_the_walk(
    project: WalkedProject,
    production: Production,
    driver: Driver,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Its pool had a connection to the disposable server, on an event loop that is gone."""
    with application(driver, production, monkeypatch) as app:
        driver.write(project, "__import__('app').engine", dispose=False)
        assert outcome_of(project) == VERIFIED
        assert (app.where(), caplog.messages) == (("shop", production.port, True), [])
        assert [line for line in "".join(project.output).splitlines() if "Exception" in line] == []


@dataclass(frozen=True, slots=True)
class Application:
    """An engine on the application's own server; `loop` is the event loop that it lives on, where it needs one."""

    engine: Any
    loop: asyncio.AbstractEventLoop | None

    def where(self) -> tuple[object, ...]:
        """Give the database and port of the server that answers, and whether `orders` is found there by name."""
        if self.loop is None:
            with self.engine.connect() as connection:
                return _where(connection)

        async def look() -> tuple[object, ...]:
            async with self.engine.connect() as connection:
                return await connection.run_sync(_where)

        return self.loop.run_until_complete(look())


def _where(connection: Any) -> tuple[object, ...]:
    database, port = connection.exec_driver_sql("SELECT DATABASE(), @@port").one()
    return database, port, connection.dialect.has_table(connection, "orders")


@contextlib.contextmanager
def application(
    driver: Driver, production: Production, monkeypatch: pytest.MonkeyPatch, **options: object
) -> Iterator[Application]:
    """Import the application as `app`, with its engine."""
    if driver.dialect == "mariadb" and not production.server.flavor.is_mariadb:
        pytest.skip("SQLAlchemy's dialect of this driver refuses MySQL, which the application's server is here")
    url = production.url(driver.drivername)
    if driver.is_async:
        app = Application(create_async_engine(url, **options), asyncio.new_event_loop())
    else:
        app = Application(create_engine(url, **options), None)
    monkeypatch.setitem(sys.modules, "app", types.SimpleNamespace(engine=app.engine))
    try:
        yield app
    finally:
        if app.loop is None:
            app.engine.dispose()
        else:
            app.loop.run_until_complete(app.engine.dispose())
            app.loop.close()


def test_ctrl_c_during_a_walk_beside_an_event_loop_ends_it(
    project: WalkedProject, production: Production, driver: Driver
) -> None:
    """The walk has a thread of its own there, and the interrupt reaches only the main one."""
    arrived = project.root / "arrived"
    driver.write(
        project,
        f"create_engine('{production.url(driver.drivername)}')",
        migration=f"open({str(arrived)!r}, 'w').close(); op.execute('SELECT SLEEP(600)')",
    )

    def interrupt() -> None:
        while not arrived.exists():
            if stop.wait(0.01):
                return
        if not stop.wait(0.2):
            os.kill(os.getpid(), signal.SIGINT)

    async def main() -> str:
        try:
            project.walk()
        except KeyboardInterrupt:
            return "interrupted"
        return "ended"

    stop = threading.Event()
    thread = threading.Thread(target=interrupt)
    loop = asyncio.new_event_loop()
    before = set(threading.enumerate())  # a walk that was given up leaves its thread behind
    production.watch()
    thread.start()
    try:
        outcome = loop.run_until_complete(main())
    finally:
        stop.set()
        thread.join()
        loop.close()
    for walker in set(threading.enumerate()) - before:
        walker.join()
    assert (outcome, production.activity()) == ("interrupted", {})
