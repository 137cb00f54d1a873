"""What checks share in saying: places, lists, and statements cut to a readable length."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_stairway.findings import Location
from pytest_stairway.walk.record import Direction, Step
from pytest_stairway.walk.statements import DDL_VERBS, first_word, named_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pytest_stairway.checks.interface import Subject
    from pytest_stairway.remedies.remedy import Remedy
    from pytest_stairway.schema.change import Change
    from pytest_stairway.walk.failure import Failure, Statement
    from pytest_stairway.walk.record import Proof

LONGEST_STATEMENT = 400
MOST_ENTRIES = 10


def statement(sql: str | None) -> str:
    """Show a statement on one line, under its own label."""
    if sql is None:
        return ""
    text = " ".join(sql.split())
    return f"\nstatement: {text[:LONGEST_STATEMENT]}{'...' if len(text) > LONGEST_STATEMENT else ''}"


def listed(entries: Sequence[str]) -> str:
    """Show entries one a line; what is beyond the first ten is counted."""
    more = [f"... and {len(entries) - MOST_ENTRIES} more"] if len(entries) > MOST_ENTRIES else []
    return textwrap.indent("\n".join([*entries[:MOST_ENTRIES], *more]), "  ")


def code(*lines: str) -> str:
    return textwrap.indent("\n".join(lines), "    ")


def migration(remedy: Remedy) -> str:
    """Write both functions of a revision; what a new revision file does not import stands before them."""
    functions = []
    for name, calls in (("upgrade", remedy.upgrade), ("downgrade", remedy.downgrade)):
        functions.append(f"def {name}():\n{code(*(calls or ('pass',)))}")
    text = "\n\n".join(functions)
    imports = _imports(text, there="import sqlalchemy as sa")  # as each new revision file has it
    return code("\n".join([*imports, "", text]) if imports else text)


def to_import(calls: Sequence[str], path: Path) -> str:
    """Name what calls need and a file does not import, on a line of its own; "" where it has all."""
    missing = _imports("\n".join(calls), path.read_text(encoding="utf-8", errors="replace"))
    return f"\nImport at the top of the file: {'; '.join(missing)}" if missing else ""


_IMPORTS = (("sa", "import sqlalchemy as sa"), ("mysql", "from sqlalchemy.dialects import mysql"))


def _imports(text: str, there: str) -> list[str]:
    return [line for name, line in _IMPORTS if re.search(rf"\b{name}\.\w", text) and line not in there]


def unproved(proof: Proof, where: str) -> str:
    """Say what the remedy did not do when it was tried, on lines of its own; "" where it did what it should."""
    tried = (("upgrade", proof.upgrade), ("downgrade", proof.downgrade))
    return "".join(f"\nNot proved: {where} this {name}() {what}" for name, what in tried if what)


def located(subject: Subject, location: Location, revision: str, direction: Direction) -> Location:
    """Give a place of the walk as the project names it, else the function's own line in the revision file."""
    if location.path is not None and location.line is not None:
        return subject.location(Path(location.path), location.line, location.revision or revision)
    return function_location(subject, revision, direction)


def function_location(subject: Subject, revision: str, direction: Direction) -> Location:
    file = subject.history.get(revision)
    if file is None:
        return Location(revision=revision)
    line = file.upgrade_line if direction is Direction.UPGRADE else file.downgrade_line
    return subject.location(file.path, line or file.line, revision)


def failure_location(subject: Subject, step: Step, failure: Failure) -> Location:
    return located(subject, failure.location, step.revision, step.direction)


def naming(statements: Sequence[Statement], *names: str) -> Statement | None:
    """Find the last statement that names all of these: the one to mend."""
    wanted = {name.lower() for name in names}
    return next((sent for sent in reversed(statements) if wanted <= named_in((sent,))), None)


def line_of(path: Path, text: str) -> int | None:
    """Find the first line of a file that holds a text."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return next((number for number, line in enumerate(lines, 1) if text in line), None)


def in_env(subject: Subject, *texts: str, revision: str | None = None) -> Location:
    """Give the line of env.py that holds the first of these texts that stands there; env.py itself where none does."""
    env = subject.history.project.env_py
    lines = (line_of(env, text) for text in texts)
    return subject.location(env, next((line for line in lines if line is not None), None), revision)


def count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def half_applied(step: Step) -> str:
    """Say how many DDL statements a failed step leaves in effect, on a line of its own; "" where it left none."""
    ran = sum(sent.error is None and first_word(sent.sql) in DDL_VERBS for sent in step.statements)
    return f"\nhalf applied: {count(ran, 'DDL statement')} ran before it and cannot be rolled back" if ran else ""


def followed_by(change: Change) -> str:
    """Name the columns that differ as their table's default collation does, on a line of its own; "" where none do."""
    if not change.following:
        return ""
    return f"\nso are its columns without a collation of their own: {', '.join(change.following)}"


def some(names: Sequence[str]) -> str:
    """Join names as `joined` does; what is beyond the first ten is counted."""
    more = [f"{len(names) - MOST_ENTRIES} more"] if len(names) > MOST_ENTRIES else []
    return joined([*names[:MOST_ENTRIES], *more])


def joined(words: Iterable[str]) -> str:
    """Join words as English does: "a", "a and b", "a, b and c"."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
