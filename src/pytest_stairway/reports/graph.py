"""The revision graph as SVG: nodes that lead to their revisions, drawn without anything but the standard library."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from pytest_stairway.report import Judged, Standing
from pytest_stairway.reports.lanes import Edge, Place, lay_out

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pytest_stairway.report import Report, ReportedRevision

ROW = 28
LANE = 18
MARGIN = 14
LABEL_GAP = 16
CHARACTER = 7.3  # px; a monospaced character of the 12 px that page.html sets is 7.2 wide
LONGEST_LABEL = 44
COLOURS = 6  # lane0 to lane5 in page.html


@dataclass(frozen=True, slots=True)
class Node:
    revision: ReportedRevision
    place: Place
    label_lane: int
    is_head: bool
    worst: str
    codes: tuple[str, ...]

    @property
    def label(self) -> str:
        return cut(f"{self.revision.id} {self.revision.message}".strip(), LONGEST_LABEL)

    @property
    def label_x(self) -> int:
        return _x(self.label_lane) + LABEL_GAP


def draw(report: Report, anchors: dict[str, str]) -> str:
    """Draw the graph, newest revision on top; each node is a link to the anchor of its revision."""
    lanes = lay_out(report.revisions)
    found: dict[str, list[Judged]] = {}
    for judged in report.findings:
        found.setdefault(judged.location.revision or "", []).append(judged)
    heads = frozenset(report.heads)
    nodes = [
        Node(
            revision,
            place := lanes.places[revision.id],
            lanes.widths[place.row] - 1,
            revision.id in heads,
            worst(found.get(revision.id, ())),
            codes(found.get(revision.id, ())),
        )
        for revision in reversed(report.revisions)
    ]
    width = max((node.label_x + CHARACTER * columns(node.label) + MARGIN for node in nodes), default=0)
    height = ROW * len(nodes)
    lines = [
        f'<svg width="{width:.0f}" height="{height}" viewBox="0 0 {width:.0f} {height}">',
        *map(_edge, lanes.edges),
        *(_node(node, anchors[node.revision.id]) for node in nodes),
        "</svg>",
    ]
    return "\n".join(lines)


def worst(findings: Sequence[Judged]) -> str:
    """Say what a revision's mark tells: "error", "warning", "noted" where all is known or waived, or ""."""
    if any(judged.is_error for judged in findings):
        return "error"
    if any(judged.is_warning for judged in findings):
        return "warning"
    return "noted" if any(judged.standing is not Standing.COUNTS for judged in findings) else ""


def codes(findings: Collection[Judged]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(judged.finding.code for judged in findings))


def cut(text: str, columns_: int) -> str:
    """Shorten a text to so many columns of a monospaced font."""
    if columns(text) <= columns_:
        return text
    kept = text
    while columns(kept) >= columns_:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def columns(text: str) -> int:
    """Count the columns of a monospaced font: East Asian wide characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _x(lane: int) -> int:
    return MARGIN + LANE * lane


def _y(row: int) -> int:
    return ROW * row + ROW // 2


def _edge(edge: Edge) -> str:
    (left, top), (right, bottom) = _point(edge.child), _point(edge.parent)
    via = _x(edge.via)
    way = [f"M{left} {top}"]
    if via != left:
        way.append(f"C{left} {top + ROW // 2} {via} {top + ROW // 2} {via} {top + ROW}")
    way.append(f"V{bottom if via == right else bottom - ROW}")
    if via != right:
        way.append(f"C{via} {bottom - ROW // 2} {right} {bottom - ROW // 2} {right} {bottom}")
    kind = " dependency" if edge.is_dependency else ""
    return f'<path class="edge lane{edge.via % COLOURS}{kind}" d="{"".join(way)}"/>'


def _point(place: Place) -> tuple[int, int]:
    return _x(place.lane), _y(place.row)


def _node(node: Node, anchor: str) -> str:
    x, y = _point(node.place)
    is_merge = len(node.revision.down_revisions) > 1
    mark = (
        f'<path class="mark" d="M{x} {y - 6}l6 6l-6 6l-6-6z"/>'
        if is_merge
        else f'<circle class="mark" cx="{x}" cy="{y}" r="5"/>'
    )
    ring = f'<circle class="ring" cx="{x}" cy="{y}" r="9"/>' if node.is_head else ""
    states = ["node", f"lane{node.place.lane % COLOURS}", node.worst, "" if node.revision.is_new else "shipped"]
    return (
        f'<a href="#{anchor}" class="{" ".join(filter(None, states))}" data-codes="{escape(" ".join(node.codes))}">'
        f"<title>{escape(node.revision.id)} {escape(node.revision.message)}</title>{ring}{mark}"
        f'<text x="{node.label_x}" y="{y + 4}">{escape(node.label)}</text></a>'
    )
