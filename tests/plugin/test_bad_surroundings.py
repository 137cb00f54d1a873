"""Accounts, permissions and disks that do not do, told in full; and passwords, which are told nowhere."""

# ruff: noqa: E501 - whole messages stand here as they are shown

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pymysql
import pytest
from sqlalchemy.engine import URL, make_url

from pytest_stairway.flavor import Vendor
from pytest_stairway.servers import local
from pytest_stairway.servers.interface import UnavailableError
from pytest_stairway.servers.places import Places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Project, Run, Told

V = "migrations/versions"
WITHOUT_SERVER = "--stairway-server=no-such-kind"


@pytest.fixture
def limited(given: str) -> Iterator[URL]:
    """Give the URL of an account that may do nothing."""
    url = make_url(given)
    connection = pymysql.connect(
        user=url.username, password=url.password.encode(), unix_socket=url.query["unix_socket"], charset="utf8mb4"
    )
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute("CREATE USER limited@localhost IDENTIFIED BY 'hush'")
        yield url.set(username="limited", password="hush")  # noqa: S106 - of this test's account
        cursor.execute("DROP USER limited@localhost")


@pytest.mark.usefixtures("project")
def test_a_wrong_password(run_here: Run, told: Told, given: str) -> None:
    url = make_url(given).set(password="hush %41 @:/?#[]'\"\\\U0001f600")  # noqa: S106 - wrong
    user = url.render_as_string().removeprefix("mysql+pymysql://").partition(":")[0]  # SQLAlchemy 1.4 quotes less
    assert (
        told(run_here(f"--stairway-url={url.render_as_string(hide_password=False)}", "-vv", "--showlocals"))
        == f"""\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: the server given by --stairway-url cannot be used
  tried   mysql+pymysql://{user}:***@localhost?unix_socket=SOCKET
          1045 Access denied for user 'us er%'`é'@'localhost' (using password: YES)
  fix     correct user and password in the URL; write %40 for @, %3A for :, %2F for / and %25 for % in the user and the password"""
    )


@pytest.mark.usefixtures("project")
def test_an_account_without_privileges(run_here: Run, told: Told, limited: URL) -> None:
    url = limited.render_as_string(hide_password=False)
    assert (
        told(run_here(f"--stairway-url={url}"))
        == """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: the account in --stairway-url may not create the databases and the account that keep migrations apart
  tried   mysql+pymysql://limited:***@localhost?unix_socket=SOCKET
          1227 Access denied; you need (at least one of) the CREATE USER privilege(s) for this operation
  fix     give an account that has all privileges with GRANT OPTION,
          or, if every database on that server may be changed and dropped, add --stairway-url-is-disposable"""
    )


@pytest.mark.usefixtures("project")
def test_an_account_without_privileges_on_a_disposable_server(run_here: Run, told: Told, limited: URL) -> None:
    url = limited.render_as_string(hide_password=False)
    assert (
        told(run_here(f"--stairway-url={url}", "--stairway-url-is-disposable"))
        == """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: the server given by --stairway-url does not let us create databases
  tried   mysql+pymysql://limited:***@localhost?unix_socket=SOCKET
          1044 Access denied for user 'limited'@'localhost' to database 'stairway_N'
  fix     give an account that may create and drop databases on a server that accepts writes"""
    )


TELLS_ALL = """
import logging
import os
from alembic import context
from sqlalchemy import create_engine

url = context.config.get_main_option("sqlalchemy.url")
print(url, create_engine(url).url.password)
logging.getLogger("shop").warning("connecting to %s", url)
engine = create_engine(url, echo=True)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
{ends}
"""
READS_ALL = """
def test_mine(stairway_database, stairway_engine, stairway_session, stairway_at):
    stairway_at("heads")
    settings, server = stairway_session.settings, stairway_session.server
    address, url, environment = server.walk_address, stairway_database.url, stairway_session.environment()
    with stairway_engine.connect() as connection:
        arguments = connection.dialect.create_connect_args(url)
    assert False
"""
LOUD = ("-vv", "--showlocals", "-rA", "--log-cli-level=DEBUG", "--junitxml=report.xml", "-o", "junit_logging=all")


@pytest.mark.parametrize(
    "ends", ["", "raise ValueError(f'cannot go on with {url}: {engine.url.password}')"], ids=["walks", "raises"]
)
@pytest.mark.parametrize("disposable", [(), ("--stairway-url-is-disposable",)], ids=["restricted", "disposable"])
def test_no_password_is_shown_whatever_is_printed(
    project: Project, run: Run, given: str, ends: str, disposable: tuple[str, ...]
) -> None:
    """What is shown is looked through by the fixture that runs with every test here."""
    project.change({"migrations/env.py": TELLS_ALL.format(ends=ends), "test_mine.py": READS_ALL})
    project.add("0003", "fails", "raise ValueError(op.get_bind().engine.url.render_as_string(hide_password=False))")
    result = run(f"--stairway-url={given}", *disposable, *LOUD)
    output = "\n".join(result.outlines)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "connecting to mysql+pymysql://" in output
    assert ":***@localhost" in output


def test_no_password_is_shown_where_the_suite_itself_fails(project: Project, run: Run, given: str) -> None:
    project.change(
        {
            "conftest.py": "import pytest_stairway.walk.stairway as module\n\ndef broken(self):\n    raise KeyError('ours')\n\nmodule.Stairway.climbed = broken\n"
        }
    )
    output = "\n".join(run(f"--stairway-url={given}", "--stairway-url-is-disposable", *LOUD).outlines)
    assert "KeyError: 'ours'" in output


def without_override() -> tuple[str, ...]:
    """Return the command under which permissions count, for root as well."""
    if os.geteuid() != 0:
        return ()
    if shutil.which("setpriv") is None:
        pytest.skip("root reads everything, and setpriv is not there to take that from it")
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override")


UNREADABLE = {
    "alembic.ini": """\
status 1, 1 failed, 5 skipped

test_single_head:
stairway: alembic.ini cannot be read
  tried   ROOT/alembic.ini: Permission denied
  fix     let this user read alembic.ini""",
    "migrations/env.py": """\
status 1, 1 failed, 5 skipped

test_single_head:
stairway: migrations/env.py cannot be read
  tried   ROOT/migrations/env.py: Permission denied
  fix     let this user read migrations/env.py""",
    f"{V}/0002.py": """\
status 1, 2 failed, 4 skipped

test_history:
migrations/versions/0002.py  unreadable-revision
  0002.py cannot be loaded, so no Alembic command that reads the history works
    PermissionError: Permission denied
  In migrations/versions/0002.py: make it a file that this user can read

test_upgrades[0001-create-roles]:
stairway: the migrations cannot be run, because their files cannot be linked
  tried   migrations/versions/0002.py: unreadable-revision
  fix     repair what test_history finds first""",
    V: """\
status 1, 1 failed, 5 skipped

test_single_head:
stairway: migrations/versions cannot be listed
  tried   ROOT/migrations/versions: Permission denied
  fix     let this user read migrations/versions""",
    "migrations": """\
status 1, 1 failed, 5 skipped

test_single_head:
stairway: migrations/env.py cannot be read
  tried   ROOT/migrations/env.py: Permission denied
  fix     let this user read migrations/env.py""",
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_no_permission_to_read(
    project: Project, run_under: Callable[..., pytest.RunResult], told: Told, name: str
) -> None:
    if name == "migrations" and pytest.version_tuple < (8, 2, 1):
        pytest.skip("pytest before 8.2.1 looks into every directory itself (its issue 12120)")
    path = project.root / name
    mode = path.stat().st_mode
    path.chmod(0)
    try:
        result = run_under(without_override(), WITHOUT_SERVER, "test_migrations.py")
    finally:
        path.chmod(mode)
    assert told(result) == UNREADABLE[name]


@pytest.fixture
def disk() -> Iterator[Path]:
    """Make a directory whose path is short enough for the socket of a server in it."""
    with tempfile.TemporaryDirectory(prefix="d", dir="/tmp") as path:
        yield Path(path)


@pytest.fixture
def on_a_disk_of(
    run_under: Callable[..., pytest.RunResult], disk: Path, server: str
) -> Callable[..., pytest.RunResult]:
    """Give a function that runs pytest where the only place for servers is a tmpfs mounted with these options."""
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode != 0:  # noqa: S607 - on PATH
        pytest.skip("only root may mount a small disk")

    def run(options: str) -> pytest.RunResult:
        script = f'mount -t tmpfs -o {options} none {disk}; mount -t tmpfs -o size=64k none /dev/shm; TMPDIR={disk} exec "$@"'
        return run_under(("unshare", "--mount", "sh", "-c", script, "sh"), f"--stairway-server={server}")

    return run


def undated(text: str, disk: Path) -> str:
    text = re.sub(r"DISK/pytest-stairway-\S+/data/\S+:", "DISK/.../data/FILE:", text.replace(str(disk), "DISK"))
    return re.sub(r"pytest-stairway-\d+", "pytest-stairway-UID", text)


@pytest.mark.usefixtures("project")
def test_no_room_for_the_data_directory(on_a_disk_of: Callable[..., pytest.RunResult], told: Told, disk: Path) -> None:
    assert (
        undated(told(on_a_disk_of("size=32k")), disk)
        == """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: the data directory of /usr/sbin/mariadbd cannot be made
  tried   DISK/.../data/FILE: [Errno 28] No space left on device
  fix     make room, or set TMPDIR and XDG_CACHE_HOME to directories with a gigabyte free"""
    )


@pytest.mark.usefixtures("project")
def test_no_room_for_the_directory_of_the_run(
    on_a_disk_of: Callable[..., pytest.RunResult], told: Told, disk: Path
) -> None:
    assert (
        undated(told(on_a_disk_of("nr_inodes=3")), disk)
        == """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: the directory of this run cannot be made
  tried   DISK/pytest-stairway-UID: [Errno 28] No space left on device: 'DISK/pytest-stairway-UID'
  fix     set TMPDIR to a directory that you may write and that has room"""
    )


@pytest.mark.usefixtures("project")
def test_no_room_for_the_server_to_start(
    on_a_disk_of: Callable[..., pytest.RunResult], told: Told, server: str
) -> None:
    if server != "mariadbd":
        pytest.skip("how much each server writes when it starts differs")
    text = told(on_a_disk_of("size=8m"))
    assert (
        re.sub(r"(?m)^ {10}\d.*\n", "", text)
        == """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: /usr/sbin/mariadbd ended with status 1 at start
  tried   its log ends:
  fix     make room, or set TMPDIR and XDG_CACHE_HOME to directories with a gigabyte free"""
    )
    assert "out of disk space" in text


@pytest.mark.usefixtures("project")
def test_a_mysqld_that_is_asked_for_and_not_on_path(run_here: Run, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with contextlib.suppress(UnavailableError):
        pytest.skip(f"there is one outside of PATH: {local.find((Vendor.MYSQL,), Places()).path}")
    text = told(run_here("--stairway-server=mysqld"))
    assert (
        re.sub(r"mysqld: (not on PATH.*|/\S+ is MariaDB N)", "mysqld: NOT THERE", text)
        == """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: server = "mysqld" is asked for, and there is none
  tried   mysqld: NOT THERE
  fix     install MySQL's server (mysqld) and put it on PATH
          or let Docker start one: server = "docker", or an image such as server = "mysql:8.4"
          or pass --stairway-url mysql+pymysql://root@127.0.0.1/"""
    )
