"""Why Python cannot parse a file, in words that say what to do about it."""

from __future__ import annotations

import re
from dataclasses import dataclass

REPAIR = "repair its syntax"

_CONFLICT = re.compile(rb"^<{7}( |$)", re.MULTILINE)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# In the first two lines only (PEP 263).
_DECLARED_ENCODING = re.compile(rb"\A(?:[^\n]*\n)?[ \t\f]*#[^\n]*?coding[:=][ \t]*([-\w.]+)")


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """`reason` quotes the line where Python names one; `line` is None where nobody knows it."""

    reason: str
    line: int | None
    remedy: str


def syntax_problem(source: bytes, error: SyntaxError | ValueError) -> SyntaxProblem:
    """Explain why `ast.parse(source)` raised `error`; before Python 3.11.4 a null byte is a ValueError."""
    known = _conflict(source) or _wrong_bytes(source)
    if known is not None:
        return known
    if not isinstance(error, SyntaxError):
        return SyntaxProblem(f"SyntaxError: {error}", None, REPAIR)
    quoted = (error.text or "").strip()
    return SyntaxProblem(
        f"SyntaxError: {error.msg}" + (f"\n  {quoted}" if quoted else ""), error.lineno or None, REPAIR
    )


def _conflict(source: bytes) -> SyntaxProblem | None:
    marker = _CONFLICT.search(source)
    if marker is None:
        return None
    return SyntaxProblem(
        "SyntaxError: it holds the conflict markers of a git merge that was not finished",
        _line(source, marker.start()),
        "keep what is right of both sides, and delete the lines that begin with <<<<<<<, ======= and >>>>>>>",
    )


def _wrong_bytes(source: bytes) -> SyntaxProblem | None:
    if source.startswith(_UTF16):
        return SyntaxProblem("SyntaxError: it is saved as UTF-16, which Python does not read", 1, "save it as UTF-8")
    if b"\0" in source:
        return SyntaxProblem(
            "SyntaxError: it holds a null byte", _line(source, source.index(b"\0")), "delete that byte"
        )
    declared = _DECLARED_ENCODING.match(source)
    encoding = declared[1].decode() if declared else "utf-8"
    try:
        source.decode(encoding)
    except UnicodeDecodeError as error:
        return SyntaxProblem(
            f"SyntaxError: byte 0x{source[error.start]:02x} is not {encoding}",
            _line(source, error.start),
            f"save it as {encoding}, or declare the encoding that it has in its first line: # coding: latin-1",
        )
    except LookupError:
        return SyntaxProblem(f"SyntaxError: unknown encoding: {encoding}", 1, "save it as UTF-8 and declare no other")
    return None


def _line(source: bytes, position: int) -> int:
    return source.count(b"\n", 0, position) + 1
