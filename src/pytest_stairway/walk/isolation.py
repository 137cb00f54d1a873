"""What a walk may change in the process, put back when it ends."""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import os
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator


class Output(io.TextIOWrapper):
    """Text that is collected; unlike StringIO it has the `buffer` and `reconfigure` of a standard stream."""

    def __init__(self) -> None:
        self._collected = io.BytesIO()
        super().__init__(self._collected, encoding="utf-8", errors="backslashreplace", write_through=True)

    def getvalue(self) -> str:
        return self._collected.getvalue().decode()


@contextlib.contextmanager
def process_kept(directory: Path, argv: list[str]) -> Iterator[Output]:
    """Be the process that Alembic's command line would be, in `directory`, and leave this one as it was.

    Kept: the working directory, sys.path, sys.argv, os.environ, warnings, and logging, which the stock env.py
    reconfigures with `fileConfig` (it disables loggers and closes handlers). What is printed, logged and warned
    meanwhile is collected in the value given.
    """
    output = Output()
    with contextlib.ExitStack() as stack:
        stack.callback(_change_directory, Path.cwd())
        stack.callback(_restore_environ, dict(os.environ))
        stack.callback(_restore_list, sys.path, list(sys.path))
        stack.callback(_restore_list, sys.argv, list(sys.argv))
        stack.enter_context(contextlib.redirect_stdout(output))
        stack.enter_context(contextlib.redirect_stderr(output))
        stack.enter_context(_logging_kept(output))
        stack.enter_context(_warnings_kept(output))
        _change_directory(directory)
        sys.argv[:] = argv
        yield output


def _change_directory(directory: Path) -> None:
    """Go to a directory; `.` on sys.path then means this one, where the import system remembers the last."""
    os.chdir(directory)
    for entry in [entry for entry in sys.path_importer_cache if not Path(entry).is_absolute()]:
        del sys.path_importer_cache[entry]


@contextlib.contextmanager
def own_event_loop() -> Iterator[None]:
    """Give this thread an event loop for the time, as a main thread has, and leave the process's own as they were.

    `asyncio.run` leaves its thread without a current loop, and `uvloop.install` changes the policy: the policy, which
    holds the current loop of every thread, is exchanged meanwhile.
    """
    before = _exchange_policy(None)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        yield
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())  # as asyncio.run does, and closes what waits to be closed
        loop.close()
        _exchange_policy(before)


def _exchange_policy(new: asyncio.AbstractEventLoopPolicy | None) -> asyncio.AbstractEventLoopPolicy:
    with warnings.catch_warnings():
        # Python 3.14 deprecates policies and offers nothing instead.
        warnings.simplefilter("ignore", DeprecationWarning)
        old = asyncio.get_event_loop_policy()
        asyncio.set_event_loop_policy(new)
    return old


def _restore_environ(before: dict[str, str]) -> None:
    for name in os.environ.keys() - before.keys():
        del os.environ[name]
    os.environ.update(before)


def _restore_list(target: list[str], before: list[str]) -> None:
    target[:] = before


@contextlib.contextmanager
def _warnings_kept(output: Output) -> Iterator[None]:
    """Have warnings printed as Python does by default.

    A session that turns warnings into errors must not make migrations fail that only warn in production.
    """

    def show(  # noqa: PLR0913, PLR0917 - the signature of warnings.showwarning
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        (file or output).write(warnings.formatwarning(message, category, filename, lineno, line))

    with warnings.catch_warnings():
        warnings.simplefilter("default")
        for hidden in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
            warnings.simplefilter("ignore", hidden)
        warnings.showwarning = show
        yield


@dataclass(frozen=True, slots=True)
class _LoggerState:
    level: int = logging.NOTSET
    handlers: tuple[logging.Handler, ...] = ()
    filters: tuple[object, ...] = ()
    propagate: bool = True
    disabled: bool = False

    @classmethod
    def of(cls, logger: logging.Logger) -> _LoggerState:
        return cls(logger.level, tuple(logger.handlers), tuple(logger.filters), logger.propagate, logger.disabled)

    def restore(self, logger: logging.Logger) -> None:
        logger.setLevel(self.level)
        logger.handlers[:] = self.handlers
        logger.filters[:] = self.filters  # type: ignore[assignment]  # the element type is private to logging
        logger.propagate = self.propagate
        logger.disabled = self.disabled


_NEW_LOGGER = _LoggerState()


@contextlib.contextmanager
def _logging_kept(output: Output) -> Iterator[None]:
    """Take every handler away and have the root logger write to `output`; then put all loggers back.

    `fileConfig`, `dictConfig` and `basicConfig(force=True)` close the handlers that they find, so they find none of
    ours. What they opened is closed; a logger that is new becomes as new: they may have disabled it.
    """
    states = {logger: _LoggerState.of(logger) for logger in _loggers()}
    disabled_below = logging.root.manager.disable
    registered, names = logging._handlerList, logging._handlers  # type: ignore[attr-defined]  # noqa: SLF001 - nothing public names them
    registered_before, names_before = list(registered), dict(names)
    registered.clear()
    names.clear()
    for logger in states:
        logger.handlers.clear()
    logging.root.addHandler(logging.StreamHandler(output))
    try:
        yield
    finally:
        logging.shutdown(list(registered))
        registered[:] = registered_before
        names.clear()
        names.update(names_before)
        for logger in _loggers():
            states.get(logger, _NEW_LOGGER).restore(logger)
        logging.disable(disabled_below)


def _loggers() -> list[logging.Logger]:
    named = [logger for logger in logging.root.manager.loggerDict.values() if isinstance(logger, logging.Logger)]
    return [logging.root, *named]
