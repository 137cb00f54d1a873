"""Runs of pytest that are killed, the runs beside them, and what all of them leave."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import queue
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from pytest_stairway.servers import container, engine
from pytest_stairway.servers.database import connect
from pytest_stairway.servers.interface import UnavailableError
from pytest_stairway.servers.rundir import RunDirectory
from tests.server.dying import Job

if TYPE_CHECKING:
    from pytest_stairway.servers.interface import Server

ROOT = Path(__file__).parents[2]
TMPFS = Path("/dev/shm")  # noqa: S108 - where servers are put on Linux
SECONDS = 120
PLUGINS = ("-p", "pytest_stairway.plugin", "-p", "no:cacheprovider", "-p", "no:warnings")

ENV = """
from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

engine = create_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=NullPool)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
REVISION = '''"""create {table}"""
import pathlib
import time

import sqlalchemy as sa
from alembic import op

revision = "{id}"
down_revision = {down!r}


def upgrade():
    op.create_table("{table}", sa.Column("id", sa.Integer, primary_key=True))
    {then}


def downgrade():
    op.drop_table("{table}")
'''
WAITS = """pathlib.Path("reached").touch()
    while not pathlib.Path("go").exists():
        time.sleep(0.05)"""


@dataclass(frozen=True, slots=True)
class Death:
    """How a run is ended: which signals one after the other, to it alone or to its process group."""

    signals: tuple[signal.Signals, ...]
    group: bool = False

    @property
    def is_at_once(self) -> bool:
        """Tell whether the run has no chance to clean up itself."""
        return signal.SIGKILL in self.signals


DEATHS = (
    Death((signal.SIGINT,)),
    Death((signal.SIGTERM,)),
    Death((signal.SIGKILL,)),
    Death((signal.SIGINT,), group=True),
    Death((signal.SIGTERM, signal.SIGTERM)),
    Death((signal.SIGKILL,), group=True),
    Death((signal.SIGINT, signal.SIGINT), group=True),
    Death((signal.SIGTERM,), group=True),
    Death((signal.SIGKILL,)),
    Death((signal.SIGINT, signal.SIGTERM)),
)


def spread(moments: list[str], number: int) -> list[str]:
    """Choose so many of these in their order, at even distances: as many calls as lines where there are enough."""
    calls = [moment for moment in moments if moment.count(" ") > 1]
    lines = [moment for moment in moments if moment.count(" ") == 1]
    some = min(number // 2, len(calls))
    chosen = {*_evenly(calls, some), *_evenly(lines, number - some)}
    return [moment for moment in moments if moment in chosen]


def _evenly(moments: list[str], number: int) -> list[str]:
    return [moments[(2 * each + 1) * len(moments) // (2 * number)] for each in range(number)]


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that was told to end itself; `left` is what was there of it just afterwards."""

    moment: str
    death: Death
    status: int
    output: str
    run: str | None
    signalled: int
    left: tuple[str, ...]

    def __str__(self) -> str:
        names = "+".join(number.name for number in self.death.signals)
        return f"{names}{' to the group' if self.death.group else ''} at {self.moment}"


@dataclass
class Machine:
    """What the runs of one test share, as two projects of one user on one machine do: TMPDIR and the cache."""

    path: Path
    arguments: tuple[str, ...]
    image: str | None = None
    given: Server | None = None
    live: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def temporary(self) -> Path:
        return self.path / "tmp"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "TMPDIR": str(self.temporary),
            "XDG_CACHE_HOME": str(self.path / "cache"),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "COLUMNS": "120",
        }

    def project(self, name: str, then: str = "pass") -> Path:
        """Write a project of two revisions; `then` is what the second one does after its table."""
        root = self.path / name
        (root / "migrations/versions").mkdir(parents=True)
        (root / "pytest.ini").write_text("[pytest]\n")
        (root / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/migrations\n")
        (root / "test_migrations.py").write_text("from pytest_stairway.suite import *\n")
        (root / "migrations/env.py").write_text(ENV)
        for id_, down, table, after in (("0001", None, "roles", "pass"), ("0002", "0001", "users", then)):
            text = REVISION.format(id=id_, down=down, table=table, then=after)
            (root / f"migrations/versions/{id_}.py").write_text(text)
        return root

    def begin(self, project: Path, *arguments: str) -> subprocess.Popen[bytes]:
        """Start pytest in a process of its own, as a user does, and do not wait for it."""
        with (project / "output").open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 - pytest itself
                [sys.executable, "-m", "pytest", *PLUGINS, *self.arguments, *arguments],
                cwd=project,
                env=os.environ | self.environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.live.append(process)
        return process

    def runs(self) -> list[str]:
        return sorted(path.name for path in self.temporary.glob("pytest-stairway-*/????????"))

    def left_of(self, run: str) -> tuple[str, ...]:
        """Name what there is of a run: directories, processes, containers; databases and accounts on a given server."""
        directories = [*TMPFS.glob(f"*{run}*"), *self.temporary.rglob(f"*{run}*")]
        processes = [
            f"process {process.pid}: {' '.join(process.info['cmdline'])}"
            for process in psutil.process_iter(["cmdline"])
            if any(run in argument for argument in process.info["cmdline"] or ())
        ]
        return (*map(str, directories), *processes, *containers_of(run), *self._on_given_server(run))

    def _on_given_server(self, run: str) -> list[str]:
        if self.given is None:
            return []
        with contextlib.closing(connect(self.given.address)) as connection, connection.cursor() as cursor:
            cursor.execute(f"SHOW DATABASES LIKE '%{run}%'")
            databases = [f"database {name}" for (name,) in cursor.fetchall()]
            cursor.execute("SELECT user, host FROM mysql.user WHERE user LIKE %s", (f"%{run}%",))
            return [*databases, *(f"account {user}@{host}" for user, host in cursor.fetchall())]

    def close(self) -> None:
        for process in self.live:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        for run in self.temporary.glob("pytest-stairway-*/????????"):
            RunDirectory(run).clean()


def containers_of(run: str) -> list[str]:
    with contextlib.suppress(UnavailableError), engine.engine() as client:
        found = client.containers.list(all=True, filters={"label": f"{container.LABEL}={run}"})
        return [f"container {each.name}" for each in found]
    return []


class Forks:
    """Processes that fork a run of pytest each, two at a time."""

    def __init__(self, machine: Machine, number: int = 2) -> None:
        self._machine = machine
        self._free: queue.SimpleQueue[subprocess.Popen[str]] = queue.SimpleQueue()
        self._all = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.server.dying"],
                cwd=ROOT,
                env=os.environ | machine.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(number)
        ]
        for process in self._all:
            self._free.put(process)
        self._jobs = itertools.count(1)

    def moments(self, project: Path, **environment: str) -> list[str]:
        """Run to the end, which must be green, and return the moments that were passed."""
        report, status = self._run(project, environment, None, None)
        assert status == 0, Path(f"{report}.output").read_text()
        return [line.partition(" ")[2] for line in report.read_text().splitlines() if line.startswith("moment ")]

    def kill(self, project: Path, moment: str, death: Death, **environment: str) -> Ended:
        report, status = self._run(project, environment, moment, death)
        lines = report.read_text().splitlines()
        runs = [line.split()[1] for line in lines if line.startswith("run ")]
        return Ended(
            moment=moment,
            death=death,
            status=status,
            output=Path(f"{report}.output").read_text(),
            run=runs[0] if runs else None,
            signalled=sum(line.startswith("signal ") for line in lines),
            left=self._machine.left_of(runs[0]) if runs else (),
        )

    def _run(
        self, project: Path, environment: dict[str, str], moment: str | None, death: Death | None
    ) -> tuple[Path, int]:
        report = self._machine.path / f"report-{next(self._jobs)}"
        job = Job(
            directory=str(project),
            arguments=[*PLUGINS, *self._machine.arguments],
            environment=environment,
            report=str(report),
            moment=moment,
            signals=list(death.signals) if death else [],
            group=death.group if death else False,
        )
        process = self._free.get()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(asdict(job)) + "\n")
        process.stdin.flush()
        status = int(process.stdout.readline())
        self._free.put(process)
        return report, status

    def close(self) -> None:
        for process in self._all:
            process.communicate()
