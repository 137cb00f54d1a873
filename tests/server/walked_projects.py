"""Small projects around one env.py, and the application's own server, which no walk may reach."""

from __future__ import annotations

import contextlib
import re
import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from pytest_stairway.errors import EnvironmentRefused, StairwayError
from pytest_stairway.history.project import find_project
from pytest_stairway.history.revisions import read_history
from pytest_stairway.load_settings import load_settings
from pytest_stairway.servers import choose
from pytest_stairway.servers.database import WALK_HOSTS, connect
from pytest_stairway.servers.interface import Request
from pytest_stairway.walk.environment import Environment
from pytest_stairway.walk.stairway import walk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pymysql.connections import Connection
    from pymysql.cursors import Cursor

    from pytest_stairway.servers.interface import Server
    from pytest_stairway.servers.places import Places
    from pytest_stairway.servers.rundir import RunDirectory
    from pytest_stairway.walk.record import Record

MIGRATE = """
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
ONLINE = f"""
with engine.connect() as connection:{MIGRATE}"""

_INI = "[alembic]\nscript_location = %(here)s/migrations\nprepend_sys_path = .\n"
_FIRST = '''"""create users"""
from alembic import op
import sqlalchemy as sa

revision = "0001"
down_revision = None

def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer, primary_key=True))

def downgrade():
    op.drop_table("users")
'''
_SECOND = '''"""add a name"""
from alembic import op
import sqlalchemy as sa

revision = "0002"
down_revision = "0001"

def upgrade():
    op.add_column("users", sa.Column("name", sa.String(40)))
    {extra}

def downgrade():
    op.drop_column("users", "name")
'''
VERIFIED = ["0001 upgrade", "0001 downgrade", "0001 upgrade", "0002 upgrade", "0002 downgrade", "0002 upgrade"]


@dataclass(frozen=True, slots=True)
class WalkedProject:
    """A project of two revisions in `root`, walked on `server`."""

    root: Path
    server: Server
    output: list[str] = field(default_factory=list)

    def write(self, env: str, *, ini: str = "", migration: str = "pass") -> None:
        """Write its files; `migration` is the last line of the last upgrade, that of 0002."""
        versions = self.root / "migrations" / "versions"
        versions.mkdir(parents=True)
        (self.root / "alembic.ini").write_text(_INI + ini)
        (self.root / "migrations" / "env.py").write_text(f"from alembic import context\n{env}")
        (versions / "0001_create_users.py").write_text(_FIRST)
        (versions / "0002_add_a_name.py").write_text(_SECOND.format(extra=migration))

    def walk(self, **settings: object) -> Record:
        chosen = load_settings(self.root, settings)
        project = find_project(self.root, chosen)
        return walk(Environment(project, chosen, self.server, self.output), read_history(project))

    def created_tables(self) -> int:
        return _counters(self.server)["Com_create_table"]


def walked(record: Record) -> list[str]:
    """List what was done and ended as it should."""
    return [
        f"{step.revision} {step.direction}"
        for visit in record.visits
        for step in visit.steps
        if step.failure is None and step.versions.right
    ]


@dataclass(slots=True)
class Production:
    """The application's own server, with `shop` as its database. `connection` is the only known one."""

    server: Server
    port: int
    connection: Connection[Cursor]
    _before: dict[str, int] = field(default_factory=dict)

    @property
    def socket(self) -> str:
        assert self.server.address.socket is not None
        return self.server.address.socket

    @property
    def arguments(self) -> dict[str, Any]:
        """What every driver's connect takes."""
        return {"host": "127.0.0.1", "port": self.port, "user": "app", "password": "secret"}

    def url(self, drivername: str = "mysql+pymysql") -> str:
        return f"{drivername}://app:secret@127.0.0.1:{self.port}/shop"

    def watch(self) -> None:
        self._before = self._counters()

    def activity(self) -> dict[str, int]:
        """Count connections and statements since `watch()`, by kind, this connection's own left out."""
        now = self._counters()
        now["Com_show_status"] -= 1
        return {name: now[name] - count for name, count in self._before.items() if now[name] != count}

    def _counters(self) -> dict[str, int]:
        with self.connection.cursor() as cursor:
            cursor.execute("SHOW GLOBAL STATUS WHERE Variable_name LIKE 'Com\\_%' OR Variable_name = 'Connections'")
            return {name: int(value) for name, value in cursor.fetchall() if value.isdigit()}


@contextlib.contextmanager
def running_production(run: RunDirectory, places: Places, kind: str = "local") -> Iterator[Production]:
    """Start a local server of our own, reached by socket and by TCP."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    variables = (("skip_networking", "0"), ("bind_address", "127.0.0.1"), ("port", str(port)))
    server = choose.start(Request(server=kind, variables=variables), run, places)
    try:
        with contextlib.closing(connect(server.address)) as connection, connection.cursor() as cursor:
            for host in WALK_HOSTS:
                cursor.execute(f"CREATE USER 'app'@'{host}' IDENTIFIED BY 'secret'")
                cursor.execute(f"GRANT ALL ON *.* TO 'app'@'{host}'")
            cursor.execute("CREATE DATABASE shop")
            cursor.execute("CREATE TABLE shop.orders (id INT PRIMARY KEY)")
            yield Production(server, port, connection)
    finally:
        server.stop()


def needs_one_vendor(project: WalkedProject, production: Production) -> None:
    """Skip where only MariaDB is here to be the application's server: an engine that knows it is refused on MySQL."""
    if production.server.flavor.is_mariadb and not project.server.flavor.is_mariadb:
        pytest.skip("there is no local mysqld to be the application's own server")


def _counters(server: Server) -> dict[str, int]:
    with contextlib.closing(connect(server.address)) as connection, connection.cursor() as cursor:
        cursor.execute("SHOW GLOBAL STATUS LIKE 'Com\\_%'")
        return {name: int(value) for name, value in cursor.fetchall()}


def outcome_of(project: WalkedProject, **settings: object) -> list[str] | str:
    """Walk, and give what was verified, or the whole message where it was refused, without the place that met it."""
    try:
        return walked(project.walk(**settings))
    except EnvironmentRefused as error:
        place, *tried = error.tried
        assert re.match(r"migrations/(env|versions/\w+)\.py:\d+: |$", place)
        return str(EnvironmentRefused(error.what, tried=tuple(tried), fix=error.fix))
    except StairwayError as error:
        return str(error)
