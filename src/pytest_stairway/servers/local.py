"""A local mysqld or mariadbd, as a process of the current user on a private data directory."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pymysql

from pytest_stairway.errors import ServerError
from pytest_stairway.flavor import Flavor, Vendor
from pytest_stairway.servers import pristine
from pytest_stairway.servers.database import connect, flavor_of
from pytest_stairway.servers.interface import Address, UnavailableError, failed_start
from pytest_stairway.servers.places import system_tables
from pytest_stairway.servers.rundir import DATA, SOCKET

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_stairway.servers.interface import Remains, Request
    from pytest_stairway.servers.places import Places
    from pytest_stairway.servers.rundir import RunDirectory

_NAMES = {Vendor.MYSQL: ("mysqld",), Vendor.MARIADB: ("mariadbd", "mysqld")}
_LOG = "error.log"
_LOG_LINES = 20
_POLL_SECONDS = 0.005
_VERSION_SECONDS = 10
_LAST_SECONDS = 10  # for a server that shuts down, or writes how it crashed

# None of these changes what a migration sees; `loose-` passes over what a version does not know.
_SPEED = (
    "--skip-log-bin",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-flush-method=nosync",
    "--performance-schema=OFF",
)
_SPEED_BY_VENDOR = {
    # By default secure-file-priv is a compiled-in directory, which must exist; NULL refuses files with the same error.
    Vendor.MYSQL: ("--loose-innodb-parallel-read-threads=1", "--loose-mysqlx=OFF", "--secure-file-priv=NULL"),
    Vendor.MARIADB: (),
}


# What Debian's 50-server.cnf says; without a configuration file the server would fall back to latin1.
_PACKAGED_DEFAULTS = ("--character-set-server=utf8mb4", "--collation-server=utf8mb4_general_ci")


@dataclass(frozen=True, slots=True)
class Binary:
    path: Path
    flavor: Flavor
    version: str  # the whole line: two builds of one version do not share a data directory

    @property
    def name(self) -> str:
        return "mariadbd" if self.flavor.is_mariadb else "mysqld"


@dataclass(frozen=True, slots=True)
class LocalRemains:
    """`pid` is of a child of the process that started the server: others learn that it ended, and not how."""

    pid: int
    log: Path

    def last_words(self) -> tuple[str, ...]:
        return _last_lines(self.log)

    def how_it_ended(self) -> str:
        import psutil  # noqa: PLC0415 - most runs end without it

        try:
            return f"ended with {_status(_status_of(self))}"
        except psutil.TimeoutExpired:
            return f"does not answer, and has not ended after {_LAST_SECONDS} s"
        except ChildProcessError:
            with contextlib.suppress(psutil.NoSuchProcess):
                if psutil.Process(self.pid).status() != psutil.STATUS_ZOMBIE:
                    return "does not answer any more"
        except psutil.NoSuchProcess:
            pass
        return "has ended"


@functools.cache
def _status_of(remains: LocalRemains) -> int:
    """Wait for a child of this process, which it can do once: two may ask how it ended."""
    import psutil  # noqa: PLC0415 - as above

    process = psutil.Process(remains.pid)
    if process.ppid() != os.getpid():
        raise ChildProcessError
    return process.wait(_LAST_SECONDS) or 0


@dataclass(slots=True)
class LocalServer:
    flavor: Flavor
    origin: str
    address: Address
    walk_address: Address
    database_prefix: str
    directory: Path
    process: subprocess.Popen[bytes] | None = field(repr=False)
    remains: Remains = field(repr=False)

    def stop(self) -> None:
        if self.process is not None:
            _kill(self.process)
            self.process = None
            shutil.rmtree(self.directory, ignore_errors=True)


def find(vendors: tuple[Vendor, ...], places: Places) -> Binary:
    """Return the first server of the first of these vendors that has one.

    The vendor is what `--version` says: on Debian /usr/sbin/mysqld may be MariaDB.

    Raises:
        UnavailableError: there is none; the reason names what was found instead.
    """
    names = tuple(dict.fromkeys(name for vendor in vendors for name in _NAMES[vendor][:1]))
    instead: dict[Path, str] = {}
    for vendor in vendors:
        for name in _NAMES[vendor]:
            for path in places.having(name):
                try:
                    binary = identify(path)
                except UnavailableError as error:
                    instead[path] = f"{path} {error.reason}"
                    continue
                if binary.flavor.vendor is vendor:
                    return binary
                instead[path] = f"{path} is {binary.flavor}"
    raise UnavailableError(", ".join(names), "\n".join(instead.values()) or f"not on {places}")


def identify(path: Path) -> Binary:
    """Ask a binary who it is.

    Raises:
        UnavailableError: it does not run, or prints no version.
    """
    try:
        answer = subprocess.run(  # noqa: S603 - the path was found on PATH or where servers are installed
            [path, "--version"], capture_output=True, text=True, timeout=_VERSION_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnavailableError(path.name, f"does not run: {error}") from error
    try:
        return Binary(path, Flavor.parse(answer.stdout), answer.stdout.strip())
    except ValueError:
        said = (answer.stderr or answer.stdout).strip().splitlines()[-1:] or ["nothing"]
        raise UnavailableError(path.name, f"--version says {said[0]!r}") from None


def start(binary: Binary, request: Request, run: RunDirectory, *, instead_of: str = "") -> LocalServer:
    """Start a server on a copy of the prepared data directory; `instead_of` ends the origin.

    Raises:
        ServerError: it cannot be prepared, copied or started.
    """
    try:
        prepared = _prepared(binary, request, run)
        directory = run.scratch_directory()
        pristine.copy_tree(prepared / DATA, directory / DATA)
        (directory / "tmp").mkdir()
    except OSError as error:
        raise ServerError(
            f"the data directory of {binary.path} cannot be made", tried=(str(error),), fix=(pristine.ROOM,)
        ) from error
    process = _spawn(binary, request, directory)
    address = Address(user="root", socket=str(directory / SOCKET), tls=False)
    try:
        flavor = _wait(binary, process, address, directory / _LOG, request)
    except BaseException:
        _kill(process)
        shutil.rmtree(directory, ignore_errors=True)
        raise
    return LocalServer(
        flavor=flavor,
        origin=f"local {binary.name}{instead_of}",
        address=address,
        walk_address=address,
        database_prefix=run.database_prefix,
        directory=directory,
        process=process,
        remains=LocalRemains(process.pid, directory / _LOG),
    )


def prepared_key(binary: Binary, request: Request) -> tuple[str, ...]:
    """Return what a prepared data directory depends on."""
    return ("local", str(binary.path.resolve()), binary.version, *_initial_options(request))


def _prepared(binary: Binary, request: Request, run: RunDirectory) -> Path:
    """Return the prepared data directory; where the cache cannot be written it is made for this run alone."""

    def make(target: Path) -> None:
        directory = run.scratch_directory()
        try:
            _initialise(binary, request, directory)
            pristine.copy_tree(directory / DATA, target / DATA)
        finally:
            shutil.rmtree(directory, ignore_errors=True)

    try:
        return pristine.cached(prepared_key(binary, request), make)
    except OSError:
        target = run.scratch_directory()
        make(target)
        return target


def _initialise(binary: Binary, request: Request, directory: Path) -> None:
    (directory / DATA).mkdir(mode=0o700)
    (directory / "tmp").mkdir()
    common = [*_common_options(binary, directory), *_initial_options(request)]
    if binary.flavor.is_mariadb:
        command, script = [str(binary.path), *common, "--bootstrap"], system_tables(binary.path)
    else:
        command, script = [str(binary.path), *common, "--initialize-insecure"], b""
    log = directory / _LOG
    try:
        with log.open("wb") as output:
            done = subprocess.run(  # noqa: S603 - see identify()
                command, input=script, stdout=output, stderr=output, timeout=request.start_timeout, check=False
            )
    except subprocess.TimeoutExpired:
        what = f"{binary.path} has not made a data directory within {request.start_timeout:g} s"
        raise failed_start(what, _last_lines(log), request) from None
    if done.returncode != 0:
        raise failed_start(
            f"{binary.path} cannot make a data directory: {_status(done.returncode)}", _last_lines(log), request
        )


def _initial_options(request: Request) -> tuple[str, ...]:
    """Return the variables that act when a data directory is made; others could break the server's own scripts."""
    return tuple(
        f"--{name}={value}"
        for name, value in request.variables
        if name.replace("-", "_").startswith(("lower_case_table_names", "innodb_"))
    )


def _common_options(binary: Binary, directory: Path) -> tuple[str, ...]:
    return (
        "--no-defaults",  # the server reads it in first place only
        *(("--user=root",) if os.geteuid() == 0 else ()),
        f"--datadir={directory / DATA}",
        f"--tmpdir={directory / 'tmp'}",  # its own: a starting mariadbd deletes all #sql* files there
        *_SPEED,
        *_SPEED_BY_VENDOR[binary.flavor.vendor],
    )


def _spawn(binary: Binary, request: Request, directory: Path) -> subprocess.Popen[bytes]:
    with (directory / _LOG).open("wb") as log:
        return subprocess.Popen(  # noqa: S603 - see identify()
            [
                binary.path,
                *_common_options(binary, directory),
                f"--socket={directory / SOCKET}",
                f"--pid-file={directory / 'mysqld.pid'}",
                "--skip-networking",
                *(_PACKAGED_DEFAULTS if binary.flavor.is_built_with_latin1 else ()),
                *request.options,
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=directory,
            start_new_session=True,  # Ctrl-C at the terminal must not end it before the walk has ended
        )


def _wait(binary: Binary, process: subprocess.Popen[bytes], address: Address, log: Path, request: Request) -> Flavor:
    deadline = time.monotonic() + request.start_timeout
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise failed_start(
                f"{binary.path} ended with {_status(process.returncode)} at start", _last_lines(log), request
            )
        with contextlib.suppress(pymysql.OperationalError), contextlib.closing(connect(address)) as connection:
            return flavor_of(connection)
        time.sleep(_POLL_SECONDS)
    raise failed_start(f"{binary.path} does not answer within {request.start_timeout:g} s", _last_lines(log), request)


def _status(returncode: int) -> str:
    return f"status {returncode}" if returncode >= 0 else signal.Signals(-returncode).name


def _last_lines(log: Path) -> tuple[str, ...]:
    try:
        return tuple(log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_LINES:])
    except OSError:
        return ()


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
