"""What every kind of server offers, and how one is reached."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from pytest_stairway.flavor import Flavor


@dataclass(frozen=True, slots=True)
class Address:
    """How a server is reached: by `socket` where it is given, else by `host` and `port`. The password is never shown."""

    user: str
    password: str = field(default="", repr=False)
    host: str = "localhost"
    port: int = 3306
    socket: str | None = None


class Server(Protocol):
    """A running server that the suite may use.

    `origin` says where it comes from in words for the header ("local mariadbd", "Docker mysql:8.4").
    `address` is an account that may create databases; `walk_address` is the one that migrations connect as: the same
    on servers of ours, an account restricted to `stairway_%` databases on a server given by URL.
    """

    flavor: Flavor
    origin: str
    address: Address
    walk_address: Address

    def last_words(self) -> tuple[str, ...]:
        """Return the last lines of the server's error log, none where it cannot be read."""
        ...

    def stop(self) -> None:
        """End the server, or drop what was created on it. A second call does nothing."""
        ...
