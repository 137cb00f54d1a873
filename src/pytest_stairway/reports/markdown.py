"""What a change does to the database, for a pull request: findings with remedies, new revisions, their SQL, a graph."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from pytest_stairway.reports.escaping import code_block, code_span, table_cell, text
from pytest_stairway.reports.mermaid import graph
from pytest_stairway.reports.terminal import counts, plural, render_skips

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pytest_stairway.findings import Skip
    from pytest_stairway.report import Judged, Report, ReportedRevision, ReportedStatement, ReportedStep

COMMENT_LIMIT = 65_536
"""Characters that GitHub takes in a comment (GitLab takes a million); bytes of UTF-8 are as many or more."""

SUMMARY_LIMIT = 1024 * 1024
"""Bytes that GitHub takes of a step's summary; it shows nothing of a longer one."""

LONGEST_PART = 12_000
CUT = "…"


def render(reports: Sequence[Report], limit: int = COMMENT_LIMIT) -> str:
    """Write the reports in at most `limit` bytes: what does not fit is left out whole, last first, and counted."""
    parts = [part for report in reports for part in _parts(report)]
    note = "\n{} left out: GitHub takes no more than {} bytes. --stairway-json has everything.\n"
    sizes = list(itertools.accumulate(len(part.encode(errors="backslashreplace")) for part in parts))
    if not sizes or sizes[-1] <= limit:
        return "".join(parts)
    room = limit - len(note.format(plural(len(parts), "part"), limit))
    fitting = sum(size <= room for size in sizes)
    return "".join(parts[:fitting]) + note.format(plural(len(parts) - fitting, "part"), limit)


def _parts(report: Report) -> Iterator[str]:
    yield f"## Migrations: {_verdict(report)}\n\n{text(counts(report))}.\n\n"
    if report.problem:
        yield f"**Not verified:** {text(report.problem)}\n\n"
    yield from _findings(report)
    if report.new_revisions:
        yield f"### What the new revisions do\n\n{_new_revisions(report)}\n"
        yield f"{code_block(graph(report), 'mermaid')}\n"
        yield from (_revision(report, revision) for revision in report.new_revisions)
    yield from _listed("Waived", report.waived)
    yield from _listed("Known", report.known)
    if report.skips:
        yield "### Not checked\n\n" + "".join(f"- {text(line)}\n" for line in _skips(report.skips)) + "\n"


def _verdict(report: Report) -> str:
    found = [plural(len(report.errors), "error"), plural(len(report.warnings), "warning")]
    if report.problem and not report.was_walked:
        return "not verified"
    return " and ".join(found) if report.errors or report.warnings else "nothing to mend"


def _findings(report: Report) -> Iterator[str]:
    """Write a part for each finding that counts, under a heading of its revision."""
    counting = [judged for judged in report.findings if judged.is_error or judged.is_warning]
    messages = {revision.id: revision.message for revision in report.revisions}
    heading = None
    for judged in counting:
        revision = judged.location.revision
        title = "Of no single revision" if revision is None else _title(revision, messages.get(revision, ""))
        yield (f"### {title}\n\n" if title != heading else "") + _finding(judged)
        heading = title


def _finding(judged: Judged) -> str:
    finding = judged.finding
    told = f"{finding.message}\n{finding.remedy}" if finding.remedy else finding.message
    where = code_span(str(finding.location))
    return f"**{finding.severity.value}** {code_span(finding.code)} at {where}\n\n{code_block(_cut(told))}\n"


def _new_revisions(report: Report) -> str:
    rows = ["| revision | tables | up | down |", "|---|---|---|---|"]
    for revision in report.new_revisions:
        steps = [report.step(revision.id, direction) for direction in ("upgrade", "downgrade")]
        tables = sorted({table for step in steps if step is not None for table in step.tables})
        cells = [
            table_cell(_title(revision.id, revision.message)),
            table_cell(", ".join(map(code_span, tables))),
            *(_time(step) for step in steps),
        ]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def _time(step: ReportedStep | None) -> str:
    if step is None:
        return "not run"
    if step.error is not None:
        return "failed"
    return milliseconds(sum(statement.seconds for statement in step.statements))


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def _revision(report: Report, revision: ReportedRevision) -> str:
    """Write what a revision changes, and the SQL of both directions to be unfolded."""
    up = report.step(revision.id, "upgrade")
    changes = [] if up is None else up.changes
    rows = [
        f"| {table_cell(code_span(change.object))} | {_side(change.before)} | {_side(change.after)} |\n"
        for change in changes
    ]
    table = f"| object | before | after |\n|---|---|---|\n{''.join(rows)}\n" if rows else ""
    sql = "".join(_sql(report.step(revision.id, direction)) for direction in ("upgrade", "downgrade"))
    return f"#### {_title(revision.id, revision.message)}\n\n{table}{sql}"


def _side(definition: str | None) -> str:
    return "" if definition is None else table_cell(code_span(_cut(definition)))


def _sql(step: ReportedStep | None) -> str:
    if step is None or not step.statements:
        return ""
    what = f"{step.direction}: {plural(len(step.statements), 'statement')}, {_time(step)}"
    statements = _cut("\n".join(map(_statement, step.statements)))
    return f"<details><summary>{what}</summary>\n\n{code_block(statements, 'sql')}\n</details>\n\n"


def _statement(statement: ReportedStatement) -> str:
    sql = f"{statement.sql.strip().removesuffix(';')};"
    notes = [f"parameters: {statement.parameters}"] if statement.parameters else []
    notes += [f"refused: {statement.error}"] if statement.error else []
    return "\n".join([sql, *(f"-- {' '.join(note.split())}" for note in notes)])


def _listed(title: str, judged: Iterable[Judged]) -> Iterator[str]:
    lines = [
        f"- {code_span(each.finding.code)} {code_span(each.finding.object)} at {code_span(str(each.location))}: "
        f"{text(each.reason)}\n"
        for each in judged
    ]
    if lines:
        yield f"### {title}\n\n{''.join(lines)}\n"


def _skips(skips: Iterable[Skip]) -> list[str]:
    return [line.removeprefix("not checked: ") for line in render_skips(skips)]


def _title(revision: str, message: str) -> str:
    return f"{code_span(revision)} {text(message)}".rstrip()


def _cut(told: str) -> str:
    return (
        told
        if len(told) <= LONGEST_PART
        else f"{told[:LONGEST_PART]}\n{CUT} {len(told) - LONGEST_PART} more characters"
    )
