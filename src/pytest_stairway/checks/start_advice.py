"""What an upgrade misses that no revision makes: the sign of a history that does not start from nothing."""

from __future__ import annotations

import linecache
import re
from typing import TYPE_CHECKING

from pytest_stairway.checks.advice import names_no_table
from pytest_stairway.checks.wording import code
from pytest_stairway.schema.model import Kind
from pytest_stairway.setting_kinds import CREATE_ALL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.checks.interface import Subject
    from pytest_stairway.walk.failure import Failure
    from pytest_stairway.walk.record import Step

_MISSING_TABLE = frozenset({1051, 1146, 1824})
_MISSING_REFERENCE = frozenset({1005, 1215})  # how MariaDB says 1824, without the table's name
_EXISTS = frozenset({1050, 1060, 1061, 1826, 3822})
_NAMED = re.compile(r"(?:Table|Unknown table|referenced table) ['\"`](?:[^'\"`.]+\.)?([^'\"`.]+)['\"`]", re.IGNORECASE)
_REFERENCED = re.compile(r"\bREFERENCES\s+`?([\w$]+)`?", re.IGNORECASE)
_CREATED = re.compile(
    r"\b(?:CREATE\s+(?:OR\s+REPLACE\s+)?(?:TEMPORARY\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?|\bTO\s+)`?([\w$]+)`?",
    re.IGNORECASE,
)


def start_advice(subject: Subject, step: Step, failure: Failure) -> str:
    """Give the settings of the start where the history needs them, or other ones; "" where it is not about that."""
    start = subject.settings.start
    if start is None and _raises_itself(failure):
        return (
            "The migration raises this itself. If it needs what only an installation in use has, such as a row,\n"
            f"say so in pyproject.toml, and the walk starts there:\n{_start_from(subject, step.revision)}"
        )
    if start is None and not names_no_table(failure):
        missing = next((name for name in missing_tables(step, failure) if not ever_there(subject, step, name)), None)
        return _begin(subject, step.revision, missing) if missing is not None else ""
    if start is not None and start.schema == CREATE_ALL and failure.errno in _EXISTS:
        return (
            f"create_all makes what the models say today, though the walk starts from {start.named}.\n"
            f'Start from a schema as it was at {start.named}: dump one, and write schema = "start.sql".'
        )
    return ""


def _raises_itself(failure: Failure) -> bool:
    """Tell whether the line that failed is a `raise` of the revision file."""
    path, line = failure.location.path, failure.location.line
    return path is not None and line is not None and linecache.getline(path, line).lstrip().startswith("raise ")


def missing_tables(step: Step, failure: Failure) -> Iterator[str]:
    """Name the tables that the statement could not find."""
    if failure.errno in _MISSING_TABLE:
        yield from _NAMED.findall(failure.error)
    elif failure.errno in _MISSING_REFERENCE and failure.statement is not None:
        there = {name.casefold() for name in step.before.names(Kind.TABLE)}
        yield from (name for name in _REFERENCED.findall(failure.statement) if name.casefold() not in there)


def ever_there(subject: Subject, step: Step, table: str) -> bool:
    """Tell whether an earlier step, or this one, made such a table or tried to."""
    name = table.casefold()
    for visit in subject.walked.visits:
        for each in visit.steps:
            if name in {known.casefold() for known in each.before.names(Kind.TABLE)}:
                return True
            if any(name == created.casefold() for sent in each.statements for created in _CREATED.findall(sent.sql)):
                return True
        if visit.revision == step.revision:
            break
    return False


def _begin(subject: Subject, revision: str, table: str) -> str:
    return (
        f"No revision before it makes {table}. If databases were begun otherwise, by create_all for example, say so\n"
        f"in pyproject.toml, and the walk starts there:\n{_start_from(subject, revision)}"
    )


def _start_from(subject: Subject, revision: str) -> str:
    file = subject.history.get(revision)
    parents = file.down_revisions if file is not None else ()
    before = ", ".join(f'"{parent}"' for parent in parents) or '"base"'
    return (
        code(
            "[tool.stairway.start]",
            f"revision = {before if len(parents) < 2 else f'[{before}]'}",  # noqa: PLR2004 - a merge has two
            'schema = "start.sql"',
        )
        + "\nstart.sql is what `mysqldump DATABASE` writes of a database as it was then;"
        ' "create_all" or "package.module:function" may make the schema instead.'
    )
