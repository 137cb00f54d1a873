"""The whole report as one page: it needs no network, and no script to be read."""

from __future__ import annotations

import re
from collections import Counter
from html import escape
from importlib import resources
from string import Template
from typing import TYPE_CHECKING

from pytest_stairway.report import Judged, Report, Standing
from pytest_stairway.reports.graph import codes, draw
from pytest_stairway.reports.revision import duration
from pytest_stairway.reports.terminal import plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pytest_stairway.report import ReportedChange, ReportedRevision, ReportedStatement, ReportedStep

PAGE = "page.html"
PROJECT = "project.html"
STATEMENTS = 200  # of a step; one that sends rows in a loop would else fill the page


def render(reports: Sequence[Report]) -> str:
    """Fill the templates that stand beside this module; every text of a project is escaped."""
    page = _template(PAGE).substitute(
        filter=_filter(reports),
        projects="".join(_project(report, f"p{number}r") for number, report in enumerate(reports)),
        command=escape(next((report.command for report in reports), "")),
    )
    return re.sub(r"\r\n?", "\n", page)  # as a browser reads it


def _template(name: str) -> Template:
    return Template(resources.files(__package__).joinpath(name).read_text(encoding="utf-8"))


def _project(report: Report, prefix: str) -> str:
    anchors = {revision.id: f"{prefix}{number}" for number, revision in enumerate(report.revisions)}
    return _template(PROJECT).substitute(
        project=escape(report.project),
        server=escape(f"{report.flavor} ({report.origin})" if report.was_walked else "not walked"),
        figures=_figures(report),
        problem=f'<p class="problem">{escape(report.problem)}</p>' if report.problem else "",
        graph=draw(report, anchors),
        elsewhere=_elsewhere(report),
        revisions="\n".join(_revision(report, each, anchors) for each in reversed(report.revisions)),
        skips=_not_checked(report),
    )


def _figures(report: Report) -> str:
    figures = (
        ("revisions", len(report.revisions), ""),
        ("new", len(report.new_revisions), ""),
        ("errors", len(report.errors), "error"),
        ("warnings", len(report.warnings), "warning"),
        ("known", len(report.known), ""),
        ("waived", len(report.waived), ""),
        ("not checked", sum(not skip.by_choice for skip in report.skips), ""),
    )
    shown = [
        f'<div class="{kind if number else ""}"><dt>{name}</dt><dd>{number}</dd></div>'
        for name, number, kind in figures
    ]
    return "\n".join([*shown, f"<div><dt>walk</dt><dd>{duration(report.seconds)}</dd></div>"])


def _filter(reports: Sequence[Report]) -> str:
    counted = sorted(Counter(judged.finding.code for report in reports for judged in report.findings).items())
    options = [
        f'<option value="">all {plural(sum(len(report.revisions) for report in reports), "revision")}</option>',
        f'<option value="*">with findings ({sum(number for _, number in counted)})</option>',
        *(f'<option value="{escape(code)}">{escape(code)} ({number})</option>' for code, number in counted),
    ]
    return "\n".join(options)


def _elsewhere(report: Report) -> str:
    """Show the findings that no revision has: heads, drift from the models."""
    known = {revision.id for revision in report.revisions}
    findings = [judged for judged in report.findings if judged.location.revision not in known]
    if not findings:
        return ""
    opening = f'<section data-codes="{escape(" ".join(codes(findings)))}">'
    return f"{opening}\n<h3>The project</h3>\n{_findings(findings)}\n</section>"


def _revision(report: Report, revision: ReportedRevision, anchors: dict[str, str]) -> str:
    findings = [judged for judged in report.findings if judged.location.revision == revision.id]
    is_open = revision.is_new and len(report.new_revisions) < len(report.revisions)
    place = f"<code>{escape(revision.path)}:{revision.line}</code>"
    parts = [
        f'<section id="{anchors[revision.id]}" data-codes="{escape(" ".join(codes(findings)))}">',
        f"<h3><code>{escape(revision.id)}</code> {escape(revision.message)}</h3>",
        f'<p class="about">{place} {_about(report, revision, anchors)}</p>',
        _findings(findings),
        *_why_not_checked(report, revision),
        *(_step(step, is_open=is_open) for step in report.steps if step.revision == revision.id),
        "</section>",
    ]
    return "\n".join(filter(None, parts))


def _about(report: Report, revision: ReportedRevision, anchors: dict[str, str]) -> str:
    said = [
        *(["new"] if revision.is_new and len(report.new_revisions) < len(report.revisions) else []),
        *(["head"] if revision.id in report.heads else []),
        *(["merge"] if len(revision.down_revisions) > 1 else []),
        *(f"branch {escape(label)}" for label in revision.branch_labels),
        *(f"follows {_link(parent, anchors)}" for parent in revision.down_revisions),
        *(f"depends on {_link(parent, anchors)}" for parent in revision.depends_on),
    ]
    return ", ".join(said)


def _link(revision: str, anchors: dict[str, str]) -> str:
    shown = f"<code>{escape(revision)}</code>"
    return f'<a href="#{anchors[revision]}">{shown}</a>' if revision in anchors else shown


def _findings(findings: Sequence[Judged]) -> str:
    if not findings:
        return ""
    return "\n".join(['<ul class="findings">', *map(_finding, findings), "</ul>"])


def _finding(judged: Judged) -> str:
    found = judged.finding
    kind = found.severity.value if judged.standing is Standing.COUNTS else "noted"
    standing = "" if judged.standing is Standing.COUNTS else f" {judged.standing.value}: {judged.reason}"
    parts = [
        f'<li class="{kind}"><p><strong>{escape(found.code)}</strong> {found.severity.value}{escape(standing)}',
        f"<code>{escape(str(found.location))}</code></p>",
        f"<pre>{escape(found.message)}</pre>",
        f'<pre class="remedy">{escape(found.remedy)}</pre>' if found.remedy else "",
        "</li>",
    ]
    return "\n".join(filter(None, parts))


def _step(step: ReportedStep, *, is_open: bool) -> str:
    count = f"{plural(len(step.statements), 'statement')}, {duration(step.seconds)}"
    more = len(step.statements) - STATEMENTS
    parts = [
        f"<details{' open' if is_open else ''}><summary>{escape(step.direction)}: {count}</summary>",
        f'<pre class="error">{escape(step.error)}</pre>' if step.error else "",
        *map(_statement, step.statements[:STATEMENTS]),
        f'<p class="time">and {plural(more, "more statement")}</p>' if more > 0 else "",
        _changes(step.changes),
        "</details>",
    ]
    return "\n".join(filter(None, parts))


def _statement(sent: ReportedStatement) -> str:
    line = "" if sent.location.line is None else f", line {sent.location.line}"
    parts = [
        f'<p class="time">{duration(sent.seconds)}{line}</p>',
        f'<pre class="sql">{escape(sent.sql.strip())}</pre>',
        f'<p class="time">with <code>{escape(sent.parameters)}</code></p>' if sent.parameters else "",
        f'<pre class="error">{escape(sent.error)}</pre>' if sent.error else "",
    ]
    return "\n".join(filter(None, parts))


def _changes(changes: Iterable[ReportedChange]) -> str:
    shown = [
        f'<pre class="change"><b>{escape(change.object)}</b>{_side("removed", "-", change.before)}'
        f"{_side('added', '+', change.after)}</pre>"
        for change in changes
    ]
    return "\n".join(['<p class="time">changes the schema</p>', *shown]) if shown else ""


def _side(kind: str, sign: str, text: str | None) -> str:
    if text is None:
        return ""
    lines = "\n".join(f"{sign} {line}" for line in text.splitlines())
    return f'\n<span class="{kind}">{escape(lines)}</span>'


def _why_not_checked(report: Report, revision: ReportedRevision) -> list[str]:
    reasons = dict.fromkeys(skip.reason for skip in report.skips if skip.location.revision == revision.id)
    return [f'<p class="time">not checked: {escape(reason)}</p>' for reason in reasons]


def _not_checked(report: Report) -> str:
    """List what was not checked of the project itself; a revision says it in its own section."""
    known = {revision.id for revision in report.revisions}
    skips = [skip for skip in report.skips if skip.location.revision not in known]
    if not skips:
        return ""
    reasons = [(skip.location, f"{'left out: ' if skip.by_choice else ''}{skip.reason}") for skip in skips]
    lines = [f"<li><code>{escape(str(where))}</code> {escape(reason)}</li>" for where, reason in reasons]
    return "\n".join(["<section>", "<h3>Not checked</h3>", "<ul>", *lines, "</ul>", "</section>"])
