"""What is asked for, what every kind of server offers, and how one is reached."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from pytest_stairway.errors import ServerError
from pytest_stairway.flavor import Vendor
from pytest_stairway.passwords import Password
from pytest_stairway.servers.pristine import ROOM

if TYPE_CHECKING:
    from pytest_stairway.flavor import Flavor

# ENOSPC is 28 on Linux and macOS; MySQL and MariaDB word it in several ways.
_DISK_FULL = re.compile(r"No space left|out of disk space|error 28\b|errno: 28\b|disk is full|disk full", re.IGNORECASE)
OTHER_SERVERS = 'use another server: server = "docker" or "local" in [tool.stairway], or --stairway-url'


@dataclass(frozen=True, slots=True)
class Address:
    """How a server is reached: by `socket` where it is given, else by `host` and `port`. No text shows the password.

    `tls` says whether encryption is tried: servers of ours gain nothing by it, and each connection loses 30 ms.
    """

    user: str
    password: Password = field(default=Password(), repr=False)
    host: str = "localhost"
    port: int = 3306
    socket: str | None = None
    tls: bool = True


@dataclass(frozen=True, slots=True)
class Request:
    """What the settings ask for.

    `url_from` names the flag or the file that gives `url`.
    `server` is "auto", "local" (either vendor), "mysqld", "mariadbd", "docker" (with `image`), or the name of an image.
    `variables` are server variables by name and value; they are passed when the data directory is made as well where
    they act there. `start_timeout` is in seconds. `ci` says that the environment variable CI is set.
    """

    url: str | None = field(default=None, repr=False)
    url_from: str = "--stairway-url"
    url_is_disposable: bool = False
    server: str = "auto"
    image: str = "mysql:8.4"
    variables: tuple[tuple[str, str], ...] = ()
    start_timeout: float = 120.0
    ci: bool = False

    @property
    def image_vendor(self) -> Vendor:
        return Vendor.MARIADB if "mariadb" in self.image.lower() else Vendor.MYSQL

    @property
    def options(self) -> tuple[str, ...]:
        """The variables as the server's command line takes them."""
        return tuple(f"--{name}={value}" for name, value in self.variables)


class Remains(Protocol):
    """What there is to read of a server that ended, also for a process that did not start it: it can be pickled."""

    def last_words(self) -> tuple[str, ...]:
        """Return the last lines of the server's error log, none where it cannot be read."""
        ...

    def how_it_ended(self) -> str:
        """Say it in words ("ended with SIGKILL"), once the server answers no more."""
        ...


@dataclass(frozen=True, slots=True)
class NoRemains:
    """Of a server that somebody else runs."""

    def last_words(self) -> tuple[str, ...]:
        return ()

    def how_it_ended(self) -> str:
        return "does not answer any more"


class Server(Protocol):
    """A running server that the suite may use.

    `origin` says where it comes from in words for the header ("local mariadbd", "Docker mysql:8.4").
    `address` is an account that may create databases; `walk_address` is the one that migrations connect as: the same
    on servers of ours, an account restricted to databases of this run on a server given by URL.
    `database_prefix` begins the name of every database of this run, `stairway_<run>_`.
    """

    @property
    def flavor(self) -> Flavor: ...

    @property
    def origin(self) -> str: ...

    @property
    def address(self) -> Address: ...

    @property
    def walk_address(self) -> Address: ...

    @property
    def database_prefix(self) -> str: ...

    @property
    def remains(self) -> Remains: ...

    def stop(self) -> None:
        """End the server, or drop what was created on it. A second call does nothing."""
        ...


class UnavailableError(Exception):
    """A kind of server is not at hand: `kind`, `reason` and `detail` are what was tried, `fix` is how to get it.

    The reason alone is short.
    """

    def __init__(self, kind: str, reason: str, fix: str = "", detail: str = "") -> None:
        self.kind = kind
        self.reason = reason
        self.fix = fix
        super().__init__(": ".join(filter(None, (kind, reason, detail))))


def failed_start(what: str, log: tuple[str, ...], request: Request) -> ServerError:
    """Tell of a server that did not start, with the end of its log, which is where the cause stands."""
    fix = [OTHER_SERVERS]
    if request.variables:
        fix = [f"correct the server variables in the settings: {' '.join(request.options)}", f"or {OTHER_SERVERS}"]
    if any(_DISK_FULL.search(line) for line in log):
        fix = [ROOM]
    return ServerError(what, tried=("its log ends:", *log), fix=tuple(fix))
