"""One revision for a reviewer: the statements it sends, or the change of the schema as a diff."""

from __future__ import annotations

import difflib
import enum
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_stairway.reports.terminal import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.findings import Location
    from pytest_stairway.report import ReportedStatement


class Style(enum.StrEnum):
    """What a line is, by the name that pytest has for its look on a terminal."""

    PLAIN = ""
    HEADING = "bold"
    ADDED = "green"
    REMOVED = "red"
    HUNK = "cyan"


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    style: Style = Style.PLAIN

    @property
    def markup(self) -> dict[str, bool]:
        """Give the arguments for pytest's terminal reporter, which leaves colours out where nobody sees them."""
        return {self.style.value: True} if self.style is not Style.PLAIN else {}


@dataclass(frozen=True, slots=True)
class Altered:
    """An object of the schema, such as "table users", with its CREATE text on both sides, "" where it is absent."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Way:
    """An upgrade or downgrade: what it sent and altered, and how it failed; `not_run` says why nothing was done."""

    name: str
    sent: tuple[ReportedStatement, ...] = ()
    altered: tuple[Altered, ...] = ()
    failure: str | None = None
    not_run: str | None = None


@dataclass(frozen=True, slots=True)
class ShownRevision:
    """A revision that was walked. `left` is what its downgrade did not restore; None where that is not known."""

    id: str
    message: str
    location: Location
    up: Way
    down: Way
    left: tuple[Altered, ...] | None

    @property
    def title(self) -> str:
        return f"{self.id}: {self.message}" if self.message else self.id


def render_sql(revision: ShownRevision) -> list[Line]:
    """Show what a revision sends, in order, as a script: what is no SQL stands in comments."""
    lines = [Line(f"-- revision {revision.title}", Style.HEADING), Line(f"-- {revision.location}")]
    for way in (revision.up, revision.down):
        total = sum(sent.seconds for sent in way.sent)
        count = way.not_run or f"{plural(len(way.sent), 'statement')}, {duration(total)}"
        lines += [Line(""), Line(f"-- {way.name}: {count}", Style.HEADING)]
        for sent in way.sent:
            lines += [Line(""), *_statement(sent)]
        if way.failure:
            lines += [Line(""), Line(f"-- {way.name} fails: {way.failure}", Style.REMOVED)]
    return lines


def render_change(revision: ShownRevision) -> list[Line]:
    """Show what the upgrade makes of the schema as a unified diff, and what the downgrade does not take back."""
    lines = [Line(f"revision {revision.title}", Style.HEADING), Line(str(revision.location))]
    up = revision.up
    if up.not_run:
        return [*lines, Line(f"upgrade: {up.not_run}")]
    if not up.altered:
        lines.append(Line(f"the upgrade leaves the schema as it is; it sends {plural(len(up.sent), 'statement')}"))
    lines += _diffs(up.altered)
    if up.failure:
        return [*lines, Line(""), Line(f"upgrade fails: {up.failure}", Style.REMOVED)]
    return [*lines, Line(""), *_way_back(revision)]


def duration(seconds: float) -> str:
    """Write a time as people compare it: 4.1 ms, 12.30 s."""
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def _statement(sent: ReportedStatement) -> Iterator[Line]:
    line = "" if sent.location.line is None else f", line {sent.location.line}"
    yield Line(f"-- {duration(sent.seconds)}{line}")
    sql = textwrap.dedent(sent.sql.expandtabs(4)).strip()
    yield from map(Line, (sql if sql.endswith(";") else f"{sql};").splitlines())
    if sent.parameters:
        yield Line(f"-- with {sent.parameters}")
    if sent.error:
        yield Line(f"-- refused: {sent.error}", Style.REMOVED)


def _way_back(revision: ShownRevision) -> Iterator[Line]:
    down = revision.down
    if down.not_run:
        yield Line(f"downgrade: {down.not_run}")
    elif down.failure:
        yield Line(f"downgrade fails: {down.failure}", Style.REMOVED)
    elif revision.left:
        yield Line("the downgrade does not restore the schema; before the upgrade and after the downgrade:")
        yield from _diffs(revision.left)
    else:
        yield Line("the downgrade restores the schema")


def _diffs(altered: tuple[Altered, ...]) -> Iterator[Line]:
    for each in altered:
        yield Line("")
        yield Line(each.name, Style.HEADING)
        yield from diff(each)


def diff(altered: Altered) -> Iterator[Line]:
    """Compare line by line, without the commas that a line has only because another one follows."""
    before, after = ([line.rstrip(",") for line in text.splitlines()] for text in (altered.before, altered.after))
    for line in list(difflib.unified_diff(before, after, lineterm=""))[2:]:
        yield Line(line, _STYLES.get(line[0], Style.PLAIN))


_STYLES = {"+": Style.ADDED, "-": Style.REMOVED, "@": Style.HUNK}
