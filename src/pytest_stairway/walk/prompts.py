"""Nobody answers while migrations are verified: what asks for input fails at once, with `pytest -s` too."""

from __future__ import annotations

import contextlib
import getpass
import io
import os
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

STDIN = 0


class PromptRefused(RuntimeError):  # noqa: N818 - its name is the message; and no EOFError, which click takes for Ctrl-D
    def __init__(self, *_: object, **__: object) -> None:
        super().__init__(
            "input is asked for, and nobody is there to give it, in a test as in a deploy:"
            " take it from `context.get_x_argument()` or an environment variable"
        )


class _Unattended(io.TextIOBase):
    """A standard input that refuses to be read. It has no descriptor, so that `input()` reads it as a file."""

    def read(self, _size: int | None = -1, /) -> NoReturn:
        raise PromptRefused

    def readline(self, _size: int = -1, /) -> NoReturn:  # type: ignore[override] # it is never bytes
        raise PromptRefused

    def readable(self) -> bool:
        return True


@contextlib.contextmanager
def unattended() -> Iterator[None]:
    """Refuse `input()`, `getpass()`, which would open the terminal itself, and what reads `sys.stdin`.

    Child processes and what reads the descriptor find it empty.
    """
    stdin, asked = sys.stdin, getpass.getpass
    sys.stdin = _Unattended()
    getpass.getpass = _refuse
    try:
        with _empty(STDIN):
            yield
    finally:
        sys.stdin, getpass.getpass = stdin, asked


def _refuse(*_: object, **__: object) -> NoReturn:
    raise PromptRefused


@contextlib.contextmanager
def _empty(descriptor: int) -> Iterator[None]:
    try:
        kept = os.dup(descriptor)
    except OSError:  # it is closed, and so cannot be waited for
        yield
        return
    nothing = os.open(os.devnull, os.O_RDONLY)
    try:
        os.dup2(nothing, descriptor)
        yield
    finally:
        os.dup2(kept, descriptor)
        os.close(nothing)
        os.close(kept)
