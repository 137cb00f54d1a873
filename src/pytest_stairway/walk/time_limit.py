"""The clock of a walk: ends a step that runs for ever, whatever it does, and env.py before and after the steps.

A watching thread takes stock when the time is over, and then ends what it can, more of it with each attempt: the
statement on the server, its connection, child processes, and the Python code itself. In the main thread that is a
signal, which ends time.sleep() and other system calls as well; in another thread an exception that waits until the
next bytecode. What none of it ends is in C code: then the walk is given up.
"""

from __future__ import annotations

import contextlib
import ctypes
import signal
import threading
import time
from typing import TYPE_CHECKING, Any

from alembic.runtime.migration import RevisionStep

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from alembic.runtime.migration import MigrationStep

    from pytest_stairway.walk.failure import Overrun
    from pytest_stairway.walk.overrun import Surroundings

ATTEMPTS = 4
ATTEMPT_SECONDS = 0.5
"""How long each attempt to end a step may take to show its effect."""

_SIGNALS = ("SIGUSR2", "SIGUSR1", "SIGALRM")


class TimeIsOver(BaseException):
    """Raised in the code whose time is over; no Exception, so that the handlers of a migration do not take it."""


class TimeLimit:
    """Watches the thread that enters it, while the clock runs; `seconds` is the limit, 0 for none.

    `give_up` is called in the watching thread when nothing ends what runs.
    """

    def __init__(self, seconds: float, surroundings: Surroundings, give_up: Callable[[Overrun], None]) -> None:
        self.surroundings = surroundings
        self.overrun: Overrun | None = None
        self._seconds = seconds
        self._give_up = give_up
        self._what = ""
        self._thread = 0
        self._signal: signal.Signals | None = None
        self._began: float | None = None
        self._interrupts = False
        self._stops = False
        self._given_up = False
        self._ended = threading.Event()
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def watching(self, what: str) -> Iterator[None]:
        """Run the clock in this thread until the block ends, but for what lies between `stop()` and `start()`."""
        if not self._seconds:
            yield
            return
        self._thread = threading.get_ident()
        with self._signal_handled():
            watcher = threading.Thread(target=self._watch, name="stairway time limit", daemon=True)
            watcher.start()
            self.start(what)
            try:
                yield
            finally:
                try:
                    self.stop()
                finally:
                    self._ended.set()
                    watcher.join()

    def start(self, what: str) -> None:
        """Begin a new measure, of `what` in words."""
        with self._lock:
            self._stops = False
            self.overrun = None
            self._what = what
            self._began = time.monotonic()

    def stop(self) -> None:
        """Stop the clock; from here on nothing of what it measured is interrupted.

        A thread that was given up does not return: what it would put back belongs to others by now.
        """
        self._stops = True
        if self._given_up:
            threading.Event().wait()
        with self._lock:
            self._began = None
            if self._interrupts:
                self._interrupts = False
                if self._signal is None:
                    _raise_in(self._thread, None)

    def timed(self, steps: Iterator[MigrationStep]) -> Generator[MigrationStep, None, None]:
        """Have the clock run while Alembic applies a step, and not while the next one is made."""
        with contextlib.closing(steps):  # type: ignore[type-var] # a generator
            while True:
                self.stop()
                if self.overrun is not None:  # and nobody has taken it: the step ended late, without an error
                    raise TimeIsOver
                step = next(steps, None)
                if step is None:
                    break
                self.start(_named(step))
                yield step
        self.start("env.py, after its last migration,")

    def call(self, function: Callable[[], object]) -> tuple[BaseException | None, Overrun | None]:
        """Call a function and stop the clock; give what it raised, and what was going on if the time was over.

        Both are the caller's to tell, and only his. KeyboardInterrupt and the like are not kept.
        """
        raised: BaseException | None = None
        try:
            try:
                function()
            except (Exception, SystemExit, TimeIsOver) as error:  # noqa: BLE001 - a migration may raise anything
                raised = error
            return raised, self._take()
        except TimeIsOver as error:  # it struck while the function's own error was on its way
            return raised or error, self._take()

    def _take(self) -> Overrun | None:
        self.stop()
        overrun, self.overrun = self.overrun, None
        return overrun

    def _watch(self) -> None:
        wait = self._seconds
        while not self._ended.wait(wait):
            began = self._began
            wait = self._seconds if began is None else began + self._seconds - time.monotonic()
            if began is not None and wait <= 0:
                self._end(began)
                wait = self._seconds

    def _end(self, began: float) -> None:
        """End what began then. Each attempt holds the lock, so that it cannot strike what comes after."""
        for attempt in range(ATTEMPTS):
            with self._lock:
                if self._began != began:
                    return
                overrun = self.overrun or self.surroundings.take_stock(self._what, self._thread, self._seconds)
                self.overrun = overrun
                self.surroundings.stop(time.monotonic() - began, connections=attempt > 0)
                if attempt > 0 or not (overrun.statements or overrun.processes):
                    self._interrupt()
            if self._ended.wait(ATTEMPT_SECONDS):
                return
        if self._began == began:
            self._given_up = True
            self._give_up(overrun)
            self._ended.wait()

    def _interrupt(self) -> None:
        self._interrupts = True
        if self._signal is None:
            _raise_in(self._thread, TimeIsOver)
        else:
            signal.pthread_kill(self._thread, self._signal)

    @contextlib.contextmanager
    def _signal_handled(self) -> Iterator[None]:
        """Take a signal that nobody uses, in the main thread; others get none."""
        if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "pthread_kill"):
            yield
            return
        signals = [getattr(signal, name) for name in _SIGNALS]
        self._signal = next((each for each in signals if signal.getsignal(each) is signal.SIG_DFL), None)
        if self._signal is None:
            yield
            return
        signal.signal(self._signal, self._received)
        try:
            yield
        finally:
            signal.signal(self._signal, signal.SIG_DFL)

    def _received(self, _number: int, _frame: Any) -> None:
        if self._interrupts and not self._stops:
            self._interrupts = False
            raise TimeIsOver


def _named(step: MigrationStep) -> str:
    revision = step.revision.revision if isinstance(step, RevisionStep) else "a revision"
    return f"{'upgrade' if step.is_upgrade else 'downgrade'} of {revision}"


def _raise_in(thread: int, kind: type[BaseException] | None) -> None:
    """Have a thread raise an exception at its next bytecode, or no longer."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), None if kind is None else ctypes.py_object(kind))
