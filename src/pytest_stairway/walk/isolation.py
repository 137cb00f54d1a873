"""What a walk may change in the process, put back when it ends."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@contextlib.contextmanager
def process_kept(directory: Path, argv: list[str]) -> Iterator[io.StringIO]:
    """Run env.py as Alembic's command line would, in `directory`, and leave the process as it was.

    Kept: the working directory, sys.path, sys.argv, os.environ, warning filters, and logging, which the stock env.py
    reconfigures with `fileConfig` (it disables loggers and closes handlers). What is printed and logged to the
    standard streams meanwhile is collected in the value given.
    """
    output = io.StringIO()
    with contextlib.ExitStack() as stack:
        stack.callback(os.chdir, Path.cwd())
        stack.callback(_restore_environ, dict(os.environ))
        stack.callback(_restore_list, sys.path, list(sys.path))
        stack.callback(_restore_list, sys.argv, list(sys.argv))
        stack.enter_context(_logging_kept())
        stack.enter_context(warnings.catch_warnings())
        stack.enter_context(contextlib.redirect_stdout(output))
        stack.enter_context(contextlib.redirect_stderr(output))
        # A session that turns warnings into errors must not make migrations fail that only warn in production.
        warnings.simplefilter("default")
        os.chdir(directory)
        sys.argv[:] = argv
        yield output


def _restore_environ(before: dict[str, str]) -> None:
    for name in os.environ.keys() - before.keys():
        del os.environ[name]
    os.environ.update(before)


def _restore_list(target: list[str], before: list[str]) -> None:
    target[:] = before


@dataclass(frozen=True, slots=True)
class _LoggerState:
    level: int
    handlers: tuple[logging.Handler, ...]
    filters: tuple[object, ...]
    propagate: bool
    disabled: bool

    @classmethod
    def of(cls, logger: logging.Logger) -> _LoggerState:
        return cls(logger.level, tuple(logger.handlers), tuple(logger.filters), logger.propagate, logger.disabled)

    def restore(self, logger: logging.Logger) -> None:
        logger.setLevel(self.level)
        logger.handlers[:] = self.handlers
        logger.filters[:] = self.filters  # type: ignore[assignment]  # the element type is private to logging
        logger.propagate = self.propagate
        logger.disabled = self.disabled


def _loggers() -> list[logging.Logger]:
    named = [logger for logger in logging.root.manager.loggerDict.values() if isinstance(logger, logging.Logger)]
    return [logging.root, *named]


@contextlib.contextmanager
def _logging_kept() -> Iterator[None]:
    """Keep every logger's state. `fileConfig` closes all handlers it knows of, so it is shown none of ours."""
    states = [(logger, _LoggerState.of(logger)) for logger in _loggers()]
    disabled_below = logging.root.manager.disable
    registered = list(logging._handlerList)  # type: ignore[attr-defined]  # noqa: SLF001 - nothing public names them
    logging._handlerList.clear()  # type: ignore[attr-defined]  # noqa: SLF001 - see above
    known = {logger for logger, _ in states}
    try:
        yield
    finally:
        logging._handlerList[:] = registered  # type: ignore[attr-defined]  # noqa: SLF001 - see above
        for logger, state in states:
            state.restore(logger)
        for logger in _loggers():
            if logger not in known:
                logger.handlers.clear()
        logging.disable(disabled_below)
