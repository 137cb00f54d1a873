"""Every driver of SQLAlchemy's for MySQL that is installed here is kept on the disposable server, by socket and TCP."""

from __future__ import annotations

import asyncio
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

from pytest_stairway.errors import StairwayError
from pytest_stairway.servers.rundir import RunDirectory
from tests.server.walked_projects import VERIFIED, Production, WalkedProject, running_production, walked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_stairway.servers.interface import Server
    from pytest_stairway.servers.places import Places


@dataclass(frozen=True, slots=True)
class Driver:
    """`module` is what refusals name, `connect` an expression that connects past SQLAlchemy, `at` its arguments."""

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

    def write(self, project: WalkedProject, engine: str, *, migration: str = "pass") -> None:
        project.write((ASYNC if self.is_async else SYNC).format(engine=engine), migration=migration)


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
engine.dispose()
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
    await engine.dispose()

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


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory, places: Places) -> Iterator[Production]:
    run = RunDirectory.create(tmp_path_factory.mktemp("production"))
    try:
        with running_production(run, places) as running:
            yield running
    finally:
        run.clean()


@pytest.fixture
def project(tmp_path: Path, server: Server, driver: Driver) -> WalkedProject:
    if driver.dialect == "mariadb" and not server.flavor.is_mariadb:
        pytest.skip("SQLAlchemy's dialect of this driver refuses MySQL")
    return WalkedProject(tmp_path, server)


def outcome_of(project: WalkedProject, **settings: object) -> list[str] | str:
    try:
        return walked(project.walk(**settings))
    except StairwayError as error:
        return str(error)


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
    at = {"host": "127.0.0.1", "port": production.port, "user": "app", "password": "secret"}
    keyword = "async_creator" if driver.is_async else "creator"
    connect = f"__import__('importlib').import_module('{driver.module}').connect(**{at})"
    driver.write(project, f"create_engine('{driver.drivername}://', {keyword}=lambda: {connect})")
    production.watch()
    created = project.created_tables()
    assert (outcome_of(project), production.activity()) == (refusal(driver), {})
    assert project.created_tables() == created


def refusal(driver: Driver) -> str:
    return (
        f"stairway: env.py or a migration opened a connection of its own through {driver.module}, past SQLAlchemy's URL\n"
        "  tried   sending it to the disposable server: not possible for creator=, async_creator= and direct connects\n"
        "  fix     let env.py build its engine from a URL, and migrations use op.get_bind()\n"
        '          or set connection = "engine" in [tool.stairway] and use config.attributes["connection"] in env.py'
    )


def test_a_connect_function_imported_before_the_walk_is_refused(
    project: WalkedProject, production: Production, driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = types.ModuleType("app")
    app.connect = importlib.import_module(driver.module).connect  # type: ignore[attr-defined]  # a module of its own making
    monkeypatch.setitem(sys.modules, "app", app)
    at = {"host": "127.0.0.1", "port": production.port, "user": "app", "password": "secret"}
    keyword = "async_creator" if driver.is_async else "creator"
    driver.write(project, f"create_engine('{driver.drivername}://', {keyword}=lambda: __import__('app').connect(**{at}))")
    production.watch()
    assert (outcome_of(project), production.activity()) == (refusal(driver), {})


@pytest.mark.parametrize("pre_ping", [False, True], ids=["plain", "pre-ping"])
def test_an_engine_used_before_and_after_the_walk_keeps_to_its_own_server_outside_it(
    project: WalkedProject, production: Production, driver: Driver, monkeypatch: pytest.MonkeyPatch, pre_ping: bool
) -> None:
    """Both for an engine whose pool is filled before, and for one that first connects during the walk."""
    if driver.dialect == "mariadb" and not production.server.flavor.is_mariadb:
        pytest.skip("SQLAlchemy's dialect of this driver refuses MySQL, which the application's server is here")
    app = types.ModuleType("app")
    used, unused = Application(driver, production, pre_ping), Application(driver, production, pre_ping)
    monkeypatch.setitem(sys.modules, "app", app)
    with used, unused:
        assert used.where() == ("shop", production.port, True)
        for application in (used, unused):
            app.engine = application.engine  # type: ignore[attr-defined]  # a module of its own making
            directory = project.root / str(id(application))
            directory.mkdir()
            inner = WalkedProject(directory, project.server)
            driver.write(inner, "__import__('app').engine")
            production.watch()
            outcome = application.run(lambda inner=inner: outcome_of(inner))
            assert (outcome, production.activity().keys() - {"Com_admin_commands"}) == (VERIFIED, set())
        assert used.where() == unused.where() == ("shop", production.port, True)


class Application:
    """An engine on the application's own server and, where the driver needs one, the event loop that it lives on."""

    def __init__(self, driver: Driver, production: Production, pre_ping: bool) -> None:
        self.is_async = driver.is_async
        self.loop = asyncio.new_event_loop() if driver.is_async else None
        if driver.is_async:
            from sqlalchemy.ext.asyncio import create_async_engine

            self.engine: Any = create_async_engine(production.url(driver.drivername), pool_pre_ping=pre_ping)
        else:
            self.engine = create_engine(production.url(driver.drivername), pool_pre_ping=pre_ping)

    def __enter__(self) -> Application:
        return self

    def __exit__(self, *_: object) -> None:
        if self.loop is not None:
            self.loop.run_until_complete(self.engine.dispose())
            self.loop.close()
        else:
            self.engine.dispose()

    def run(self, function: Any) -> Any:
        return function()

    def where(self) -> tuple[object, ...]:
        def look(connection: Any) -> tuple[object, ...]:
            database, port = connection.exec_driver_sql("SELECT DATABASE(), @@port").one()
            return database, port, connection.dialect.has_table(connection, "orders")

        if self.loop is None:
            with self.engine.connect() as connection:
                return look(connection)

        async def look_there() -> tuple[object, ...]:
            async with self.engine.connect() as connection:
                return await connection.run_sync(look)

        return self.loop.run_until_complete(look_there())


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
            stop.wait(0.01)
        stop.wait(0.2)
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
    production.watch()
    thread.start()
    try:
        outcome = loop.run_until_complete(main())
    finally:
        thread.join()
        loop.close()
    for walker in [thread for thread in threading.enumerate() if thread.name == "stairway"]:
        walker.join()
    assert (outcome, production.activity()) == ("interrupted", {})
