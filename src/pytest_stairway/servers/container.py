"""A container of a MySQL or MariaDB image, through testcontainers, which is imported only when one is asked for."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pymysql

from pytest_stairway.errors import ServerError
from pytest_stairway.passwords import Password
from pytest_stairway.servers import pristine
from pytest_stairway.servers.database import connect, flavor_of
from pytest_stairway.servers.engine import engine, quiet_import
from pytest_stairway.servers.interface import OTHER_SERVERS, Address, UnavailableError, failed_start
from pytest_stairway.servers.rundir import DATA, remove_tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from testcontainers.community.mysql import MySqlContainer

    from pytest_stairway.flavor import Flavor
    from pytest_stairway.servers.engine import Image
    from pytest_stairway.servers.interface import Remains, Request
    from pytest_stairway.servers.rundir import RunDirectory

LABEL = "pytest-stairway.run"

_DATA_IN_CONTAINER = "/var/lib/mysql"
_PORT = 3306
_PASSWORD_FILE = "password"  # noqa: S105 - a name, not a password
_LOG_LINES = 20
_POLL_SECONDS = 0.02
_GREETING_SECONDS = 2.0
_LAST_SECONDS = 10

# None of these changes what a migration sees; `loose-` because the image decides on the version.
_SPEED = (
    "--skip-log-bin",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-flush-method=nosync",
    "--performance-schema=OFF",
    "--loose-innodb-parallel-read-threads=1",
    "--loose-mysqlx=OFF",
)


@dataclass(frozen=True, slots=True)
class ContainerRemains:
    id: str

    def last_words(self) -> tuple[str, ...]:
        from docker import errors  # noqa: PLC0415 - see the module's docstring

        with contextlib.suppress(UnavailableError, errors.DockerException), engine() as client:
            logs = client.containers.get(self.id).logs(tail=_LOG_LINES)
            return tuple(logs.decode(errors="replace").splitlines())
        return ()

    def how_it_ended(self) -> str:
        """Tell the exit status: 137 is SIGKILL, which is also what ends a container whose memory is used up."""
        from docker import errors  # noqa: PLC0415 - see the module's docstring
        from requests import exceptions  # noqa: PLC0415 - docker's own dependency

        try:
            with engine() as client:
                container = client.containers.get(self.id)
                status = container.wait(timeout=_LAST_SECONDS)["StatusCode"]
                container.reload()
        except (UnavailableError, errors.DockerException) as error:
            return f"its container is gone: {error}"
        except exceptions.RequestException:
            return f"does not answer, and its container has not ended after {_LAST_SECONDS} s"
        memory = ", out of memory" if container.attrs["State"].get("OOMKilled") else ""
        return f"its container ended with status {status}{memory}"


@dataclass(slots=True)
class ContainerServer:
    flavor: Flavor
    origin: str
    address: Address
    walk_address: Address
    database_prefix: str
    directory: Path | None
    container: MySqlContainer | None = field(repr=False)
    remains: Remains = field(repr=False)

    def stop(self) -> None:
        if self.container is not None:
            _discard(self.container, self.directory)
            self.container = None


def start(image: Image, request: Request, run: RunDirectory) -> ContainerServer:
    """Start a container on a copy of the prepared data directory, or as stock on tmpfs where we cannot hand it one.

    Raises:
        ServerError: the container cannot be started, ends, or does not answer.
    """
    from docker import errors  # noqa: PLC0415 - see the module's docstring

    if sys.platform == "linux" and os.geteuid() == 0:  # the images write as a user of their own: only root reads that
        # An engine that sees other files than we do (remote, in a virtual machine, outside the container that we are
        # in) does not find a directory of this name and refuses it.
        with contextlib.suppress(errors.APIError):
            return _start_on_data(image, request, run)
    try:
        return _run(image, request, run, None, Password(secrets.token_urlsafe()))
    except errors.DockerException as error:
        raise ServerError(f"Docker cannot start {image.name}", tried=(str(error),), fix=(OTHER_SERVERS,)) from error


def _start_on_data(image: Image, request: Request, run: RunDirectory) -> ContainerServer:
    """Start on a data directory of ours: a copy of the prepared one, or an empty one that becomes the prepared one."""
    key = prepared_key(image, request)
    prepared = pristine.found(key)
    data = run.scratch_directory() / DATA
    if prepared is None:
        data.mkdir(mode=0o700)
        server = _run(image, request, run, data, Password(secrets.token_urlsafe()))
        _keep(server, key)
        return server
    try:
        pristine.copy_tree(prepared / DATA, data)
        password = Password((prepared / _PASSWORD_FILE).read_text(encoding="utf-8"))
    except OSError as error:
        raise ServerError(
            f"the data directory of {image.name} cannot be copied", tried=(str(error),), fix=(pristine.ROOM,)
        ) from error
    return _run(image, request, run, data, password)


def prepared_key(image: Image, request: Request) -> tuple[str, ...]:
    """Return what a prepared data directory depends on."""
    return ("docker", image.id, *_SPEED, *request.options)


def _run(image: Image, request: Request, run: RunDirectory, data: Path | None, password: Password) -> ContainerServer:
    directory = data.parent if data else None
    container = _container(image, request, run, data, password)
    try:
        run.note_container("asked")
        with _without_reaper():
            container.start()
        run.note_container("answered")
        host, port = container.get_container_host_ip(), container.get_exposed_port(_PORT)
        address = Address("root", password, host, port, tls=False)
        flavor = _wait(container, address, image, request)
    except BaseException:
        _discard(container, directory)
        raise
    return ContainerServer(
        flavor=flavor,
        origin=f"Docker {image.name}",
        address=address,
        walk_address=address,
        database_prefix=run.database_prefix,
        directory=directory,
        container=container,
        remains=ContainerRemains(str(container.get_wrapped_container().id)),
    )


def _container(
    image: Image, request: Request, run: RunDirectory, data: Path | None, password: Password
) -> MySqlContainer:
    """Describe the container; the empty string to wait for is found at once: log lines differ between images."""
    with quiet_import():
        from docker import types  # noqa: PLC0415 - see the module's docstring
        from testcontainers.community.mysql import MySqlContainer  # noqa: PLC0415 - same
    container = MySqlContainer(
        image.name,
        username="root",
        password=password,
        wait_strategy_check_string="",
        labels={LABEL: run.id},
        # Unlike a volume mapping, a mount never makes a directory that is not there.
        mounts=[types.Mount(_DATA_IN_CONTAINER, str(data), type="bind")] if data else [],
    )
    container.dbname = ""  # the class would have the image create a database `test`
    container.with_env("MARIADB_ROOT_PASSWORD", password)
    container.with_command([*_SPEED, *request.options])
    return container if data else container.with_tmpfs_mount(_DATA_IN_CONTAINER)


def _wait(container: MySqlContainer, address: Address, image: Image, request: Request) -> Flavor:
    """Wait for the real server: the one that the image runs first, to make the accounts, does not listen on TCP."""
    deadline = time.monotonic() + request.start_timeout
    while time.monotonic() < deadline:
        if _greets(address):
            with contextlib.suppress(pymysql.OperationalError), contextlib.closing(connect(address)) as connection:
                return flavor_of(connection)
        container.reload()
        if container.status != "running":
            raise failed_start(f"the container of {image.name} ended at start", _last_lines(container), request)
        time.sleep(_POLL_SECONDS)
    raise failed_start(
        f"the container of {image.name} does not answer in {request.start_timeout:g} s", _last_lines(container), request
    )


def _greets(address: Address) -> bool:
    """Say whether a server speaks first: Docker's proxy accepts connections long before one listens behind it."""
    try:
        with socket.create_connection((address.host, address.port), timeout=_GREETING_SECONDS) as connection:
            return bool(connection.recv(1))
    except OSError:
        return False


def _keep(server: ContainerServer, key: tuple[str, ...]) -> None:
    """Copy the data of a fresh server to the cache, frozen for a moment as a crash would leave it."""
    directory, container = server.directory, server.container
    if directory is None or container is None:
        return

    def make(target: Path) -> None:
        wrapped = container.get_wrapped_container()
        wrapped.pause()
        try:
            pristine.copy_tree(directory / DATA, target / DATA)
        finally:
            wrapped.unpause()
        password = target / _PASSWORD_FILE
        password.touch(mode=0o600)
        password.write_text(server.address.password, encoding="utf-8")

    with contextlib.suppress(OSError):  # without a cache the next start is a stock one again
        pristine.cached(key, make)


def _discard(container: MySqlContainer, directory: Path | None) -> None:
    from docker import errors  # noqa: PLC0415 - see the module's docstring

    try:
        container.stop()
    except errors.NotFound:  # another process of this run has removed it
        container.get_docker_client().client.close()
    if directory is not None:
        remove_tree(directory)


def _last_lines(container: MySqlContainer) -> tuple[str, ...]:
    logs = b"\n".join(container.get_logs()).decode(errors="replace")
    return tuple(logs.splitlines()[-_LOG_LINES:])


@contextlib.contextmanager
def _without_reaper() -> Iterator[None]:
    """Start without testcontainers' own reaper (Ryuk): its image is one more to pull, and the sweep does its work."""
    from testcontainers.core.config import testcontainers_config  # noqa: PLC0415 - see the module's docstring

    before = testcontainers_config.ryuk_disabled
    testcontainers_config.ryuk_disabled = True
    try:
        yield
    finally:
        testcontainers_config.ryuk_disabled = before
