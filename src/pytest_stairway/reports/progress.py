"""One line of a terminal that says what is being done, for work that takes a while."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager


class Progress(Protocol):
    def show(self, text: str) -> None: ...

    def end(self) -> None: ...


class NoProgress:
    """For everything that is not a terminal."""

    def show(self, text: str) -> None:
        pass

    def end(self) -> None:
        pass


class Reporter(Protocol):
    """What is used of pytest's terminal reporter."""

    def ensure_newline(self) -> None: ...

    def rewrite(self, line: str, *, erase: bool = False) -> None: ...


class Capture(Protocol):
    """What is used of pytest's capture manager."""

    def global_and_fixture_disabled(self) -> AbstractContextManager[None]: ...


class TerminalProgress:
    """Rewrites one line, and takes it away in the end."""

    def __init__(self, reporter: Reporter, capture: Capture) -> None:
        self._reporter = reporter
        self._capture = capture
        self._shown = False

    def show(self, text: str) -> None:
        with self._terminal():
            if not self._shown:
                self._reporter.ensure_newline()
            self._reporter.rewrite(text, erase=True)
        self._shown = True

    def end(self) -> None:
        if self._shown:
            with self._terminal():
                self._reporter.rewrite("", erase=True)
                self._reporter.rewrite("")
            self._shown = False

    @contextlib.contextmanager
    def _terminal(self) -> Iterator[None]:
        """Write past pytest's capturing; its manager would then put its own streams where a walk has put others."""
        streams = sys.stdout, sys.stderr
        try:
            with self._capture.global_and_fixture_disabled():
                yield
        finally:
            sys.stdout, sys.stderr = streams
