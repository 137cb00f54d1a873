"""Small Alembic projects, and pytest run on them in a process of its own."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import secrets
import sys
import textwrap
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import platformdirs
import pytest

from pytest_stairway.flavor import Vendor
from pytest_stairway.history.base_ref import CI_VARIABLES, MERGE_QUEUE_VARIABLE
from pytest_stairway.servers import choose, local
from pytest_stairway.servers.database import connect
from pytest_stairway.servers.interface import Request, UnavailableError
from pytest_stairway.servers.places import Places
from pytest_stairway.servers.rundir import RunDirectory
from tests.forking import LEFT_OUT, Forks, Job

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Run = Callable[..., pytest.RunResult]
    Look = Callable[[pytest.RunResult], pytest.RunResult]
    Told = Callable[[pytest.RunResult], str]

CACHE = platformdirs.user_cache_path()  # pytester moves HOME, and with it the prepared data directories

NOTING = ("-p", "noted_passwords")
ODD_USER = "us er%'`é"
ODD_PASSWORD = "p@ss:w/rd %41+'\"\\`é\U0001f600"  # noqa: S105 - of a server of this session

ENV = """
from alembic import context
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

engine = create_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata={metadata})
    with context.begin_transaction():
        context.run_migrations()
"""
REVISION = '''"""{message}"""
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "{id}"
down_revision = {down}


def upgrade():
{upgrade}


def downgrade():
{downgrade}
'''


@dataclass(frozen=True, slots=True)
class Project:
    root: Path

    def write(self, path: str, text: str) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        return file

    def change(self, files: Mapping[str, str | bytes | None]) -> None:
        """Write files; None takes one, or an empty directory, away."""
        for name, content in files.items():
            path = self.root / name
            if content is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content.encode() if isinstance(content, str) else content)
            elif path.is_dir():
                path.rmdir()
            else:
                path.unlink()

    def add(self, id_: str, message: str, upgrade: str = "pass", downgrade: str = "pass", down: str = "") -> None:
        """Add a revision after the one before it in number, or after `down`."""
        before = down or (f"{int(id_) - 1:04}" if id_.isdecimal() and id_ != "0001" else None)
        text = REVISION.format(
            message=message,
            id=id_,
            down=repr(before),
            upgrade=textwrap.indent(textwrap.dedent(upgrade).strip(), "    "),
            downgrade=textwrap.indent(textwrap.dedent(downgrade).strip(), "    "),
        )
        self.write(f"migrations/versions/{id_}.py", text)

    def add_table(self, id_: str, name: str) -> None:
        column = 'sa.Column("id", sa.Integer, primary_key=True)'
        self.add(id_, f"create {name}", f'op.create_table("{name}", {column})', f'op.drop_table("{name}")')

    def settings(self, text: str) -> None:
        self.write("pyproject.toml", f"[tool.pytest.ini_options]\n[tool.stairway]\n{text}\n")


@pytest.fixture
def bare(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Make a directory with a test module that imports the suite, and no Alembic project."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(CACHE))
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("PYTEST_ADDOPTS", LEFT_OUT)
    for name in ("CI", "BUILD_NUMBER", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):  # lines are others there, or more
        monkeypatch.delenv(name, raising=False)
    for name in (*CI_VARIABLES, MERGE_QUEUE_VARIABLE):  # they name the base branch of this repository
        monkeypatch.delenv(name, raising=False)
    project = Project(pytester.path)
    project.write("pytest.ini", "[pytest]\n")
    project.write("test_migrations.py", "from pytest_stairway.suite import *\n")
    return project


@pytest.fixture
def empty(bare: Project) -> Project:
    """Make an Alembic project without revisions."""
    bare.write("alembic.ini", "[alembic]\nscript_location = %(here)s/migrations\n")
    bare.write("migrations/env.py", ENV.format(metadata="None"))
    (bare.root / "migrations" / "versions").mkdir()
    return bare


@pytest.fixture
def project(empty: Project) -> Project:
    """Make two revisions that make a table each, and models that have both."""
    empty.add_table("0001", "roles")
    empty.add_table("0002", "users")
    empty.write("migrations/env.py", "from models import metadata\n" + ENV.format(metadata="metadata"))
    empty.write(
        "models.py",
        """
        from sqlalchemy import Column, Integer, MetaData, Table

        metadata = MetaData()
        for name in ("roles", "users"):
            Table(name, metadata, Column("id", Integer, primary_key=True))
        """,
    )
    empty.write("alembic.ini", "[alembic]\nscript_location = %(here)s/migrations\nprepend_sys_path = .\n")
    return empty


@pytest.fixture(scope="session")
def server() -> str:
    """Name the server that starts fastest here, as `--stairway-server` takes it."""
    for vendor, name in ((Vendor.MARIADB, "mariadbd"), (Vendor.MYSQL, "mysqld")):
        with contextlib.suppress(UnavailableError):
            local.find((vendor,), Places())
            return name
    return os.environ.get("STAIRWAY_TEST_IMAGE", "mysql:9.7")


@pytest.fixture(scope="session")
def given(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run one server for all tests, and give its URL with an account whose name and password are odd."""
    run = RunDirectory.create(tmp_path_factory.mktemp("given"))
    try:
        started = choose.start(Request(server=server), run)
        with contextlib.closing(connect(started.address)) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE USER %s@'localhost' IDENTIFIED BY %s", (ODD_USER, ODD_PASSWORD))
            cursor.execute("GRANT ALL ON *.* TO %s@'localhost' WITH GRANT OPTION", (ODD_USER,))
        user, password, socket = (quote(each, safe="") for each in (ODD_USER, ODD_PASSWORD, started.address.socket))
        yield f"mysql+pymysql://{user}:{password}@{started.address.host}?unix_socket={socket}"
        started.stop()
    finally:
        run.clean()


@pytest.fixture(autouse=True)
def look(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Look:
    """Look through all that a run prints, and the reports that it writes, for passwords given and generated."""
    noted = pytester.path.with_name(f"{pytester.path.name}-passwords")
    noted.touch()
    monkeypatch.setenv("STAIRWAY_TEST_PASSWORDS", str(noted))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).with_name("noting")), prepend=os.pathsep)
    monkeypatch.syspath_prepend(Path(__file__).with_name("noting"))
    monkeypatch.setattr(secrets, "token_urlsafe", secrets.token_urlsafe)  # and put back after a run in this process

    def look(result: pytest.RunResult) -> pytest.RunResult:
        written = [*pytester.path.glob("*.xml"), *pytester.path.glob("out/*")]
        reports = [path.read_text(encoding="utf-8") for path in written]
        shown = "\n".join([*result.outlines, *result.errlines, *reports])
        kept = [file.read_text() for file in CACHE.glob("pytest-stairway/servers/*/password")]
        for password in (ODD_PASSWORD, "hush", *noted.read_text().split(), *kept):
            for form in (password, quote(password, safe=""), quote(password, safe=" +"), repr(password)[1:-1]):
                assert form not in shown
        return result

    def looking(run: Run) -> Run:
        return lambda *arguments, **kwargs: look(run(*arguments, **kwargs))

    for name in ("run", "runpytest_inprocess"):
        monkeypatch.setattr(pytester, name, looking(getattr(pytester, name)))
    return look


@pytest.fixture
def temporary(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the directory that the runs of this test have as TMPDIR, so that no other run sweeps it."""
    path = tmp_path_factory.mktemp("tmp")
    monkeypatch.setenv("TMPDIR", str(path))
    return path


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    with contextlib.closing(Forks()) as forks:
        yield forks


@pytest.fixture
def run(look: Look, bare: Project, temporary: Path, server: str, forks: Forks) -> Run:  # noqa: ARG001 - they set variables
    """Give a function that runs pytest with arguments in a process of its own."""
    runs = itertools.count()

    def run(*arguments: str | Path) -> pytest.RunResult:
        place = bare.root / f"runpytest-{next(runs)}"
        output, errors = bare.root / "stdout", bare.root / "stderr"
        own = [f"--basetemp={place}", *NOTING, f"--stairway-server={server}", *map(str, arguments)]
        job = Job("pytest", own, str(Path.cwd()), dict(os.environ), str(output), str(errors))
        began = time.monotonic()
        status = forks.run(job)
        seconds = time.monotonic() - began
        shown = [path.read_text(encoding="utf-8").splitlines() for path in (output, errors)]
        return look(pytest.RunResult(status, *shown, seconds))

    return run


@pytest.fixture
def run_here(pytester: pytest.Pytester, bare: Project, temporary: Path, server: str) -> Run:  # noqa: ARG001 - same
    """Give a function that runs pytest with arguments in this process: several times as fast."""
    return lambda *arguments: pytester.runpytest_inprocess(*NOTING, f"--stairway-server={server}", *arguments)


@pytest.fixture
def run_under(pytester: pytest.Pytester, bare: Project, temporary: Path) -> Callable[..., pytest.RunResult]:  # noqa: ARG001 - same
    """Give a function that runs pytest with arguments under another command, given as a tuple."""
    python = (sys.executable, "-m", "pytest", *NOTING)
    return lambda command, *arguments: pytester.run(*command, *python, *arguments)


@pytest.fixture
def told(bare: Project) -> Told:
    """Give a function that gives the exit status, the outcomes, and all that failing tests and pytest itself say."""

    def told(result: pytest.RunResult) -> str:
        lines = [line.rstrip() for line in result.outlines]
        heads = [number for number, line in enumerate(lines) if line.startswith("====")]
        counts = lines[heads[-1]].strip("= ").rpartition(" in ")[0] if heads else "no test"
        sections = [
            lines[start + 1 : end]
            for start, end in itertools.pairwise(heads)
            if lines[start].strip("= ") in {"FAILURES", "ERRORS"}
        ]
        failures = [re.sub(r"^_{3,} (.*) _{3,}$", r"\n\1:", line) for section in sections for line in section]
        text = "\n".join([f"status {int(result.ret)}, {counts}", *failures, *result.errlines]).strip()
        text = text.replace(str(bare.root), "ROOT")
        text = re.sub(r"unix_socket=\S+", "unix_socket=SOCKET", text)
        text = re.sub(r"stairway_[0-9a-f]{8}_[0-9a-f]{8}", "stairway_N", text)
        text = re.sub(r"\[Errno -\d\] [\w ]+", "[NO SUCH NAME]", text)
        return re.sub(r"(MySQL|MariaDB) [\d.]+\d", r"\1 N", text)

    return told


@pytest.fixture
def shown(server: str) -> Callable[[pytest.RunResult], str]:
    """Give a function that shows what a run printed after its collection, without what differs from run to run."""

    def shown(result: pytest.RunResult) -> str:
        text = "\n".join(line.rstrip() for line in result.outlines).partition("collected ")[2].partition("\n")[2]
        text = re.sub(r"(MySQL|MariaDB) [\d.]+\d(, | \()(local \w+|Docker [\w.:/-]+)", r"SERVER\2ORIGIN", text)
        text = re.sub(r"(MySQL|MariaDB) [\d.]+\d", "SERVER", text)
        text = re.sub(r"in [\d.]+ ?s\b", "in N s", text).replace(f"server={server}", "server=KIND")
        return re.sub(r"([=_-])\1{3,}", r"\1\1\1", text).strip()

    return shown
