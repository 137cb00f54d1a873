"""The server of a run: one for all projects, started by the process that needs it first and joined by the others."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pytest_stairway.errors import ServerError, StairwayError
from pytest_stairway.passwords import hide_in_finding, hide_passwords
from pytest_stairway.servers import choose, existing, pristine
from pytest_stairway.servers.interface import Address, Remains, Request, Server
from pytest_stairway.settings import FILE, Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from pymysql.connections import Connection
    from pymysql.cursors import Cursor

    from pytest_stairway.flavor import Flavor
    from pytest_stairway.servers.rundir import RunDirectory
    from pytest_stairway.shared import Shared


@dataclass(frozen=True, slots=True)
class JoinedServer:
    """A server that a process of this session started, and that the owner of its run directory will end."""

    flavor: Flavor
    origin: str
    address: Address
    walk_address: Address
    database_prefix: str
    remains: Remains

    def stop(self) -> None:
        pass


class RunServer:
    """`own_run` gives the run directory, made when it is first needed."""

    def __init__(self, settings: Settings, shared: Shared, own_run: Callable[[], RunDirectory]) -> None:
        self._settings = settings
        self._shared = shared
        self._own_run = own_run
        self._started: Server | None = None
        self._place: Connection[Cursor] | None = None

    @cached_property
    def server(self) -> Server:
        """Start the server, or join the one that another process of this session started.

        Raises:
            ServerError: there is none; every process is told the same.
        """
        joined = self._shared.once("server", self._start)
        if self._started is None and self._settings.url is not None:
            self._place = existing.keep(joined)
        return self._started or joined

    def close(self) -> None:
        """End the server, whichever process of the session started it; call it in the one that ends last."""
        if self._started is not None:
            self._started.stop()
        elif self._settings.url is not None:
            existing.end(self._settings.url, self._own_run().id)

    def hidden(self, text: str) -> str:
        """Replace the passwords in a text that is about to be shown: env.py, migrations and drivers may print them."""
        return hide_passwords(text, *self._given_passwords(), *self._generated_passwords())

    def hidden_in_finding(self, text: str) -> str:
        return hide_in_finding(text, *self._generated_passwords(), given=self._given_passwords())

    def _is_known(self) -> bool:
        if self._shared.knows("server"):
            with contextlib.suppress(StairwayError):
                return bool(self.server)
        return False

    def _given_passwords(self) -> list[str]:
        return [self.server.address.password] if self._is_known() else []

    def _generated_passwords(self) -> list[str]:
        """Give the passwords that nobody has chosen, which stand for nothing else."""
        if not self._is_known():
            return []
        addresses = (self.server.address, self.server.walk_address)
        return [address.password for address in addresses if self._settings.url is None or address != addresses[0]]

    def _start(self) -> Server:
        settings = self._settings
        request = Request(
            url=settings.url,
            url_from="--stairway-url" if settings.source("url") != FILE else f"url in {FILE}",
            url_is_disposable=settings.url_is_disposable,
            server=settings.server,
            image=settings.image,
            variables=tuple((name, str(value)) for name, value in settings.server_variables),
            start_timeout=settings.start_timeout,
            ci=bool(os.environ.get("CI")),
        )
        run = self._own_run()
        try:
            run.sweep()
            pristine.prune()
            self._started = server = choose.start(request, run)
        except OSError as error:
            raise ServerError(
                "the directory of this run cannot be used",
                tried=(f"{run.path}: {error}",),
                fix=("make room there, or set TMPDIR to a directory with a gigabyte free",),
            ) from error
        return JoinedServer(
            server.flavor,
            server.origin,
            server.address,
            server.walk_address,
            server.database_prefix,
            server.remains,
        )
