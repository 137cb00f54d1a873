"""The environment variables that env.py, and what it imports, ask for: those that may hold the database's URL."""

from __future__ import annotations

import contextlib
import json
import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_NAMES = 3
"""Libraries of settings ask for one variable per option: the plainest names come first."""

_OF_OSLO_CONFIG = re.compile(r"OS_\w+__\w+")
"""What the environment driver of oslo.config looks up for an option: OS_<GROUP>__<OPTION>."""

_MAY_HOLD_URL = re.compile(r"(^|_)(CONN(ECTION)?(_STRING)?|DATABASE|DB|DSN|URI|URL)$", re.IGNORECASE)
_OF_A_DATABASE = re.compile(r"DATABASE|DB|SQL", re.IGNORECASE)
_OF_ANOTHER_SERVICE = re.compile(r"SENTRY|REDIS|BROKER|CELERY|KOMBU|RABBIT|AMQP|KAFKA|ELASTIC|SMTP", re.IGNORECASE)


class AskedFor:
    """Names in the order in which they were first asked for, whether they are set or not."""

    def __init__(self) -> None:
        self._names: dict[str, None] = {}

    @contextlib.contextmanager
    def noted(self) -> Iterator[None]:
        """Note what is looked up in os.environ; os.getenv and os.environ.get come by there as well."""
        kind = type(os.environ)
        original = kind.__getitem__

        def look_up(environ: os._Environ[str], name: str) -> str:
            if isinstance(name, str):
                self._names[name] = None
            return original(environ, name)

        kind.__getitem__ = look_up  # type: ignore[method-assign]
        try:
            yield
        finally:
            kind.__getitem__ = original  # type: ignore[method-assign]

    def setting(self, told: str = "") -> str:
        """Write the setting that would name those whose names say that they may hold the URL of a database.

        Where an error told of options (`told`), those of these options: oslo.config asks for many connections.
        """
        names = self._told_of(told) or self._likely()
        return f"url_variables = [{', '.join(map(json.dumps, names[:MOST_NAMES])) or '...'}]"

    def beforehand(self, told: str = "") -> tuple[str, ...]:
        """Say what must run before the variables count: oslo.config drops what it looked up until it was called.

        An error that tells of the option shows that it was called.
        """
        if self._told_of(told) or not any(map(_OF_OSLO_CONFIG.fullmatch, self._likely()[:MOST_NAMES])):
            return ()
        return (
            "and let conftest.py import what registers the project's options, then call",
            "oslo_config.cfg.CONF([], default_config_files=[]): oslo.config heeds no variable before",
        )

    def _likely(self) -> list[str]:
        names = [name for name in self._names if _MAY_HOLD_URL.search(name) and not _OF_ANOTHER_SERVICE.search(name)]
        return sorted(names, key=lambda name: _OF_A_DATABASE.search(name) is None)

    def _told_of(self, told: str) -> list[str]:
        words = set(re.findall(r"\w+", told.lower()))
        options = (name for name in self._likely() if _OF_OSLO_CONFIG.fullmatch(name))
        return [name for name in options if words.issuperset(name.lower().removeprefix("os_").split("__"))]
