"""What `mysqldump` and `mariadb-dump` write, taken apart into the statements that one database needs.

A dump is a script for the command-line client: it changes its delimiter for stored programs, hides statements from
older servers in comments (`/*!50003 ... */`), names the database it came from, and its definers. Here it goes to a
database of another name, with accounts of another server.
"""

from __future__ import annotations

import gzip
import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_stairway.errors import ProjectError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_GZIP = b"\x1f\x8b"
_STRING = rb"'(?:[^'\\]++|\\.|'')*+(?:'|\Z)|\"(?:[^\"\\]++|\\.|\"\")*+(?:\"|\Z)"  # or cut off
_QUOTED = _STRING + rb"|`[^`]*`"
_COMMENT = rb"--(?=\s|\Z)[^\n]*|\#[^\n]*|/\*(?:(?!!|M!)|M!999999\\-).*?\*/"  # the last: a word to MariaDB's client
_DELIMITER = re.compile(rb"[ \t]*DELIMITER[ \t]+(\S+)[^\n]*", re.IGNORECASE)
_BLANK = re.compile(rb"\s+")

# A dump of one database holds these and no others. SELECT and DO set MariaDB's sequences.
_VERBS = frozenset(
    {
        "alter", "analyze", "begin", "commit", "create", "delete", "do", "drop", "insert", "lock", "replace", "select",
        "set", "start", "truncate", "unlock", "update",
    }
)  # fmt: skip
_OF_THE_SERVER = re.compile(
    r"set\s+(global\b|persist|@@global\b|@@session\s*\.\s*sql_log_bin\b)|flush\s|create\s+database\b|create\s+schema\b"
    r"|drop\s+database\b|drop\s+schema\b",
    re.IGNORECASE,
)
"""What a dump of a whole database holds beside its objects: it is passed over."""

_USE = re.compile(r"use\s+(`[^`]+`|\S+)", re.IGNORECASE)
_NAME = r"(?:`[^`]+`|[\w$]+)"
_ELSEWHERE = re.compile(
    r"[\w\s=]*?\b(?:event|exists|from|function|into|procedure|sequence|table|tables|trigger|update|view)\s+"
    rf"({_NAME}\s*\.\s*{_NAME})",
    re.IGNORECASE,
)
_HEAD = 1_000
"""Bytes of a statement that tell what it is about."""

_OWN_DATABASE = re.compile(rb"\A((?:/\*M?!\d*\s*)?ALTER\s+(?:DATABASE|SCHEMA)\s+)`[^`]*`", re.IGNORECASE)
_ACCOUNT = rb"(?:`[^`]*`|'[^']*'|\"[^\"]*\"|[\w$]+)"
_DEFINER = re.compile(rb"\bDEFINER\s*=\s*(?:CURRENT_USER(?:\(\))?|" + _ACCOUNT + rb"(?:@" + _ACCOUNT + rb")?)\s*")


@dataclass(frozen=True, slots=True)
class DumpedStatement:
    """A statement with the line of the file on which it begins. Dumps may hold bytes of any character set."""

    sql: bytes
    line: int


def read_dump(path: Path, label: str) -> tuple[DumpedStatement, ...]:
    """Read a dump of one database, also a compressed one, and give what is to be sent to the database in its stead.

    Raises:
        ProjectError: the file cannot be read, is of several databases, or would reach beyond one.
    """
    statements = []
    used: dict[str, int] = {}
    for statement in split(_content(path, label)):
        sql = _for_any_database(statement.sql)
        text = _bare(sql[:_HEAD])
        use = _USE.match(text)
        if use is not None:
            used.setdefault(use[1].strip("`"), statement.line)
        elif text and not _OF_THE_SERVER.match(text):
            _refuse_beyond(text, f"{label}:{statement.line}")
            statements.append(DumpedStatement(sql, statement.line))
    if len(used) > 1:
        raise ProjectError(
            f"{label} holds {len(used)} databases, and the walk has one: {', '.join(used)}",
            tried=tuple(f"{label}:{line}: USE {name}" for name, line in used.items()),
            fix=("dump one of them: mysqldump DATABASE > FILE",),
        )
    return tuple(statements)


def split(content: bytes) -> Iterator[DumpedStatement]:
    """Split a script as the command-line client does: by its delimiter, outside of strings and comments.

    Comments with code for some servers (`/*!`) are kept; what is in them counts as if it stood outside.
    """
    delimiter, position, line = b";", 0, 1
    while position < len(content):
        blank = _BLANK.match(content, position)
        if blank is not None:
            line += blank[0].count(b"\n")
            position = blank.end()
            continue
        changed = _DELIMITER.match(content, position)
        if changed is not None:
            delimiter, position = changed[1], changed.end()
            continue
        end, following = _end(content, position, delimiter)
        yield DumpedStatement(content[position:end].rstrip(), line)
        line += content.count(b"\n", position, following)
        position = following


def _end(content: bytes, position: int, delimiter: bytes) -> tuple[int, int]:
    """Find where a statement ends, and where the next may begin."""
    pattern = re.compile(b"|".join((_QUOTED, _COMMENT, b"(?P<end>" + re.escape(delimiter) + b")")), re.DOTALL)
    for found in pattern.finditer(content, position):
        if found["end"] is not None:
            return found.start(), found.end()
        if found.start() == position and found[0][:1] in b"-#/":  # a comment alone before the next statement
            return found.end(), found.end()
    return len(content), len(content)


def _content(path: Path, label: str) -> bytes:
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if content.startswith(_GZIP) else content
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ProjectError(
            f"{label} cannot be decompressed: {error}", fix=("write it anew: mysqldump DATABASE | gzip > FILE",)
        ) from error
    except OSError as error:
        raise ProjectError(
            f"the dump {label} cannot be read: {error.strerror}",
            tried=(f"{path}: a path from the directory of pyproject.toml",),
            fix=("correct the path, or write the dump there: mysqldump DATABASE > FILE",),
        ) from error


def _bare(sql: bytes) -> str:
    """Give a statement without strings and comments, the code in versioned comments as code."""
    text = re.sub(_STRING, b"''", sql)
    text = re.sub(_COMMENT, b" ", text, flags=re.DOTALL)
    text = re.sub(rb"/\*M?!\d*|\*/", b" ", text)
    return text.decode(errors="replace").strip()


def _refuse_beyond(text: str, place: str) -> None:
    """Let a dump touch the database that it is loaded into, and nothing else of the server."""
    words = text.split(None, 1)
    elsewhere = _ELSEWHERE.match(text)
    if words[0].lower() in _VERBS and elsewhere is None:
        return
    what = (
        f"names another database: {elsewhere[1]}" if elsewhere is not None else "is none that a dump of a database has"
    )
    raise ProjectError(
        "the dump holds a statement that could reach beyond the scratch database",
        tried=(f"{place}: {' '.join(text.split())[:200]}", f"it {what}"),
        fix=("dump one database and nothing else: mysqldump DATABASE > FILE",),
    )


def _for_any_database(sql: bytes) -> bytes:
    """Take out what belongs to the database and server that the dump is from: its name, and accounts."""
    head, rest = sql[:_HEAD], sql[_HEAD:]
    if re.match(rb"(?:/\*M?!\d*\s*)?CREATE\b", head):
        return _DEFINER.sub(b"", head, count=1) + rest
    return _OWN_DATABASE.sub(rb"\1", head) + rest
