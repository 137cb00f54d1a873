"""Options that SQLAlchemy does not read, because they are written for the other dialect.

With a `mariadb://` URL it reads `mariadb_engine` and passes `mysql_engine` by, without a warning: the table gets the
server's own engine or character set, the index no prefix. `mariadb_*` is passed by with a `mysql://` URL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_stairway.checks.drift import source
from pytest_stairway.checks.interface import Check, Subject
from pytest_stairway.checks.wording import code, in_env, joined
from pytest_stairway.findings import Finding, Location, Severity, Stage
from pytest_stairway.history.operations import NotLiteral, Operation, operations
from pytest_stairway.remedies.python import text
from pytest_stairway.schema.model import Kind
from pytest_stairway.schema.parse import parse_table
from pytest_stairway.walk.ignored_options import OTHER, unread
from pytest_stairway.walk.record import IgnoredOptions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.schema.model import Schema

CODE = "options-ignored"
_SPELLINGS = {"CHARACTER SET": "CHARSET", "COLLATION": "COLLATE"}
_AS_WITHOUT = {("ENGINE", "innodb"), ("ROW_FORMAT", "dynamic"), ("USING", "btree")}
"""What the server does anyway, and need not show."""


def run(subject: Subject) -> Iterator[Finding]:
    record = subject.walked
    if record.dialect not in OTHER or not record.flavor.is_mariadb:
        return  # on MySQL, what is written for MariaDB alone is meant so
    if record.models is not None:
        for ignored in record.models.ignored:
            place = source(subject, ignored.table) or in_env(subject, "target_metadata")
            yield from _finding(subject, Stage.MODELS, ignored, record.models.schema, place)
    for visit in record.visits:
        if visit.up is not None and visit.up.failure is None:
            yield from _of_revision(subject, visit.revision, visit.up.after)


def _of_revision(subject: Subject, revision: str, schema: Schema) -> Iterator[Finding]:
    file = subject.history.get(revision)
    for each in operations(file.path) if file is not None else ():
        if file is not None and each.function == "upgrade" and each.table is not None and "**" not in each.values:
            index = each.values.get("index_name")
            label = f"index {index} on {each.table}" if index is not None else each.table
            ignored = IgnoredOptions(each.table, label, _literal(each, unread(each.values, subject.walked.dialect)))
            place = subject.location(file.path, each.line, revision)
            yield from _finding(subject, Stage.UPGRADE, ignored, schema, place)


def _literal(operation: Operation, options: tuple[tuple[str, int | str], ...]) -> tuple[tuple[str, int | str], ...]:
    """Leave out what only running the file would give."""
    unknown = {name for name, value in operation.values.items() if isinstance(value, NotLiteral)}
    return tuple((name, value) for name, value in options if not {f"mysql_{name}", f"mariadb_{name}"} & unknown)


def _finding(
    subject: Subject, stage: Stage, ignored: IgnoredOptions, schema: Schema, place: Location
) -> Iterator[Finding]:
    options = [(name, value) for name, value in ignored.options if not _is_so(name, value, ignored, schema)]
    if not options:
        return
    dialect, other = subject.walked.dialect, OTHER[subject.walked.dialect]
    names = joined([f"{other}_{name}" for name, _ in options])
    written = [f"{dialect}_{name}={text(value) if isinstance(value, str) else value}" for name, value in options]
    yield Finding(
        code=CODE,
        stage=stage,
        location=place,
        object=ignored.label,
        message=f"{ignored.label} is made without {names}: with a {dialect}:// URL SQLAlchemy reads {dialect}_* alone",
        remedy=f"Write as well, or give env.py a {other}:// URL:\n{code(', '.join(written))}",
        severity=Severity.WARNING,
    )


def _is_so(name: str, value: object, ignored: IgnoredOptions, schema: Schema) -> bool:
    """Tell whether the table is all the same as the option wants it."""
    words = name.upper().removeprefix("DEFAULT_").replace("_", " ")
    wanted = str(value).casefold()
    if (name.upper(), wanted) in _AS_WITHOUT:
        return True
    found = schema.objects.get((Kind.TABLE, ignored.table))
    options = parse_table(found, schema.collations).options if found is not None else {}
    for spelling in (words, words.replace(" ", "_"), _SPELLINGS.get(words, words)):
        if options.get(spelling, "").strip("'").casefold() == wanted:
            return True
    return False


CHECK = Check(name="options", codes=(CODE,), run=run)
