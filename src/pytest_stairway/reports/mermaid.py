"""The new revisions and what is next to them, as a Mermaid flowchart."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.report import Report, ReportedRevision

MOST_NODES = 60
"""More cannot be read; GitHub also refuses charts of more than 500 edges."""

_ENTITIES = {'"': "#quot;", "#": "#35;", "<": "#lt;", ">": "#gt;", "&": "#amp;", "`": "#96;", "\\": "#92;"}


def graph(report: Report) -> str:
    """Draw base to heads, new revisions with a thick border; the last ones where there are too many."""
    shown = _shown(report)
    left_out = len(_wanted(report)) - len(shown)
    nodes = {revision.id: f"r{number}" for number, revision in enumerate(shown)}
    lines = ["flowchart TD"]
    lines += [f"    earlier[{_label(f'{left_out} earlier revisions')}]:::known"] if left_out else []
    lines += [f"    {nodes[each.id]}[{_label(each.id, each.message)}]:::{_class(each)}" for each in shown]
    lines += [edge for revision in shown for edge in _edges(revision, nodes)]
    return "\n".join([*lines, "    classDef new stroke-width:3px", "    classDef known stroke-dasharray:4"])


def _shown(report: Report) -> list[ReportedRevision]:
    return _wanted(report)[-MOST_NODES:]


def _wanted(report: Report) -> list[ReportedRevision]:
    """Give the new revisions, their parents, their children, and every head."""
    new = {revision.id for revision in report.new_revisions}
    around = {
        parent for revision in report.new_revisions for parent in (*revision.down_revisions, *revision.depends_on)
    }
    around |= {each.id for each in report.revisions if not new.isdisjoint((*each.down_revisions, *each.depends_on))}
    wanted = new | around | set(report.heads)
    return [revision for revision in report.revisions if revision.id in wanted]


def _edges(revision: ReportedRevision, nodes: dict[str, str]) -> Iterator[str]:
    for parent in revision.down_revisions:
        if parent in nodes:
            yield f"    {nodes[parent]} --> {nodes[revision.id]}"
    for parent in revision.depends_on:
        if parent in nodes and parent not in revision.down_revisions:
            yield f"    {nodes[parent]} -.-> {nodes[revision.id]}"


def _label(*lines: str) -> str:
    escaped = ["".join(_ENTITIES.get(letter, letter) for letter in " ".join(line.split())) for line in lines if line]
    return f'"{"<br>".join(escaped)}"'


def _class(revision: ReportedRevision) -> str:
    return "new" if revision.is_new else "known"
