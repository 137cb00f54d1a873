"""SIGINT, SIGTERM and SIGHUP: each interrupts a run as Ctrl-C does, and waits where nothing may be left half done."""

from __future__ import annotations

import contextlib
import signal
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Interruption:
    """Handles the signals from `take()` to `give_back()`.

    By default SIGTERM and SIGHUP end a process before it can clean up: here each is a KeyboardInterrupt.
    """

    def __init__(self) -> None:
        self._before: dict[int, Any] = {}
        self._held = False
        self._put_off: int | None = None
        self._last: int = signal.SIGINT

    def take(self) -> None:
        """Handle the signals that nobody else handles; outside the main thread, where none arrives, do nothing."""
        for number in _SIGNALS:
            if signal.getsignal(number) in {signal.SIG_DFL, signal.default_int_handler}:
                self._take(number)

    def hold(self) -> None:
        """Put off every signal that is not ignored from now on; `give_back()` says which came."""
        self._held = True
        for number in _SIGNALS:
            if number not in self._before and signal.getsignal(number) not in {signal.SIG_IGN, None}:
                self._take(number)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Put off a signal until the end of a block, which must be short."""
        before, self._held = self._held, True
        try:
            yield
        finally:
            self._held = before
            if self._put_off is not None and not before:
                self._raise()

    def give_back(self) -> int | None:
        """Restore the handlers; return the signal that was put off, or is on its way up as an exception."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before.clear()
        self._held = False
        if self._put_off is None and isinstance(sys.exception(), KeyboardInterrupt):
            return self._last
        return self._put_off

    def _take(self, number: int) -> None:
        with contextlib.suppress(ValueError):
            self._before[number] = signal.signal(number, self._arrived)

    def _arrived(self, number: int, _frame: FrameType | None) -> None:
        self._last = number
        if self._held:
            self._put_off = number
        else:
            self._raise()

    def _raise(self) -> None:
        self._put_off = None
        raise KeyboardInterrupt(*(() if self._last == signal.SIGINT else (signal.Signals(self._last).name,)))
