"""The thread that env.py runs in: this one, or one of its own where this one already runs an event loop."""

from __future__ import annotations

import asyncio
import contextvars
import os
import sys
import threading
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_stairway.errors import StairwayError

LAST_SECONDS = 5
"""How long an interrupted env.py may take to end after its connections are gone."""


def end_process(error: StairwayError) -> None:
    """Say why, and end this process at once: nothing of it can be unwound."""
    sys.__stderr__.write(f"{error}\n")  # type: ignore[union-attr] # None only under pythonw
    sys.__stderr__.flush()  # type: ignore[union-attr] # same
    os._exit(1)


class Runner(Protocol):
    def run(self, function: Callable[[], None], stop: Callable[[], None]) -> None:
        """Run a function and raise what it raises; `stop` has to make it end where Ctrl-C cannot reach it."""
        ...

    def give_up(self, error: StairwayError) -> None:
        """End the wait for a function that cannot be interrupted. Called in another thread."""
        ...


class Here:
    """Runs in the current thread, which cannot be left alone: `abandon` has to end the process."""

    def __init__(self, abandon: Callable[[StairwayError], None]) -> None:
        self._abandon = abandon

    def run(self, function: Callable[[], None], stop: Callable[[], None]) -> None:  # noqa: ARG002 - see Runner
        function()

    def give_up(self, error: StairwayError) -> None:
        self._abandon(error)


class OwnThread:
    """Runs in a thread with this one's context variables. Ctrl-C reaches only the main thread, which waits here."""

    def __init__(self) -> None:
        self._errors: list[BaseException] = []
        # And not join(), which an interrupt makes believe that the thread has ended (bpo-45274).
        self._ended = threading.Event()

    def run(self, function: Callable[[], None], stop: Callable[[], None]) -> None:
        def target() -> None:
            try:
                function()
            except BaseException as error:  # noqa: BLE001 - handed on to the waiting thread
                self._errors.append(error)
            finally:
                self._ended.set()

        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(target,), name="stairway", daemon=True).start()
        try:
            self._ended.wait()
        except BaseException:
            stop()
            self._ended.wait(LAST_SECONDS)
            raise
        if self._errors:
            raise self._errors[0]

    def give_up(self, error: StairwayError) -> None:
        self._errors.insert(0, error)
        self._ended.set()


def runner(abandon: Callable[[StairwayError], None]) -> Runner:
    """Choose: asyncio.run() in env.py would refuse to run in a thread that has a running event loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return Here(abandon)
    return OwnThread()
