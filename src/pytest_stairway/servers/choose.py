"""Which server a run gets.

In this order: a URL, the server asked for, Docker, a local mysqld, a local mariadbd. What was asked for and is not
available is an error, never a substitute.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_stairway.errors import ServerError
from pytest_stairway.flavor import Vendor
from pytest_stairway.servers import container, engine, existing, local
from pytest_stairway.servers.interface import UnavailableError
from pytest_stairway.servers.places import Places

if TYPE_CHECKING:
    from pytest_stairway.servers.interface import Request, Server
    from pytest_stairway.servers.rundir import RunDirectory

_LOCAL = {
    "local": (Vendor.MYSQL, Vendor.MARIADB),
    "mysqld": (Vendor.MYSQL,),
    "mariadbd": (Vendor.MARIADB,),
}
_IMAGES = ("mysql", "mariadb", "percona")
_INSTALL = {
    Vendor.MYSQL: "install MySQL's server (mysqld)",
    Vendor.MARIADB: "install one (apt-get install mariadb-server-core)",
}
_URL = "pass --stairway-url mysql+pymysql://root@127.0.0.1/"


def start(request: Request, run: RunDirectory, places: Places | None = None) -> Server:
    """Start, or connect to, the server that a request leads to; `places` is where local ones are looked for.

    Raises:
        ServerError: there is none, or it does not start.
    """
    places = places or Places()
    if request.url is not None:
        return existing.start(request, run)
    if request.server in _LOCAL:
        return _start_local(request, run, places)
    if request.server == "auto":
        return _start_any(request, run, places)
    return _start_container(request, run)


def _start_local(request: Request, run: RunDirectory, places: Places) -> Server:
    vendors = _LOCAL[request.server]
    try:
        binary = local.find(vendors, places)
    except UnavailableError as error:
        raise ServerError(
            f'server = "{request.server}" is asked for, and there is none',
            tried=(str(error),),
            fix=(
                f"{_INSTALL[vendors[-1]]} and put it on PATH",
                'or let Docker start one: server = "docker", or an image such as server = "mysql:8.4"',
                f"or {_URL}",
            ),
        ) from error
    return local.start(binary, request, run)


def _start_container(request: Request, run: RunDirectory) -> Server:
    name = request.image if request.server == "docker" else request.server
    if not any(word in name.lower() for word in _IMAGES):
        raise ServerError(
            f'"{name}" is neither a kind of server nor an image of MySQL or MariaDB',
            tried=(f'server = "{request.server}", image = "{request.image}"',),
            fix=('write "auto", "local", "mysqld", "mariadbd", "docker", or an image such as "mysql:8.4"',),
        )
    try:
        image = engine.find(name)
    except UnavailableError as error:
        raise ServerError(
            f'server = "{request.server}" is asked for, and Docker does not provide it',
            tried=(str(error),),
            fix=(error.fix, 'or set server = "local" to use an installed one', f"or {_URL}"),
        ) from error
    return container.start(image, request, run)


def _start_any(request: Request, run: RunDirectory, places: Places) -> Server:
    try:
        image = engine.find(request.image, insist=False)
    except UnavailableError as error:
        no_docker = error
    else:
        return container.start(image, request, run)
    wanted = request.image_vendor
    vendors = (wanted,) if request.ci else (wanted, *(vendor for vendor in Vendor if vendor is not wanted))
    try:
        binary = local.find(vendors, places)
    except UnavailableError as error:
        raise _none(request, no_docker, error) from error
    return local.start(binary, request, run, instead_of=f"; {no_docker.reason}")


def _none(request: Request, *tried: UnavailableError) -> ServerError:
    lines = ("--stairway-url: not given", *map(str, tried))
    if not request.ci:
        return ServerError(
            "no MySQL or MariaDB server to run migrations on",
            tried=lines,
            fix=(f"start Docker, or {_INSTALL[Vendor.MARIADB]}, or {_URL}",),
        )
    return ServerError(
        f"no {request.image_vendor} server to run migrations on, and where CI is set no other vendor takes its place",
        tried=lines,
        fix=(
            f"start Docker, or {_INSTALL[request.image_vendor]}, or {_URL}",
            'or allow another in [tool.stairway]: server = "local", or an image such as image = "mariadb:11.4"',
        ),
    )
