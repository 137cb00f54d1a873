"""Where a revision graph's nodes and edges go: a row for each revision, newest first, and a lane for each line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pytest_stairway.report import ReportedRevision


@dataclass(frozen=True, slots=True)
class Place:
    """The row from the top and the lane from the left, both from 0."""

    row: int
    lane: int


@dataclass(frozen=True, slots=True)
class Edge:
    """A line from a revision down to one that it follows, in the lane `via` between the two rows."""

    child: Place
    parent: Place
    via: int
    is_dependency: bool


@dataclass(frozen=True, slots=True)
class Lanes:
    """`places` has every revision, newest first; `widths` says of each row how many lanes are taken from the left."""

    places: Mapping[str, Place]
    edges: tuple[Edge, ...]
    widths: tuple[int, ...]


def lay_out(revisions: Sequence[ReportedRevision]) -> Lanes:
    """Lay out revisions that are given base first.

    A line keeps its lane as long as it goes on; a lane that has ended is taken by the next line that begins. So a
    history without branches is one lane, and as many are needed as lines run side by side. What leads to no revision,
    or to a newer one in a cycle, has no edge.
    """
    rows = {revision.id: row for row, revision in enumerate(reversed(revisions))}
    waiting: list[str | None] = []  # of each lane the revision that it leads down to
    places: dict[str, Place] = {}
    lines: list[tuple[str, str, int, bool]] = []
    for row, revision in enumerate(reversed(revisions)):
        arriving = [lane for lane, awaited in enumerate(waiting) if awaited == revision.id]
        for lane in arriving:
            waiting[lane] = None
        own = arriving[0] if arriving else _free_lane(waiting)
        places[revision.id] = Place(row, own)
        for parent, is_dependency in _parents(revision):
            if rows.get(parent, -1) > row:
                via = _lane_down(waiting, parent, own)
                lines.append((revision.id, parent, via, is_dependency))
    edges = tuple(Edge(places[child], places[parent], via, depends) for child, parent, via, depends in lines)
    return Lanes(places, edges, _widths(places, edges))


def _parents(revision: ReportedRevision) -> Iterator[tuple[str, bool]]:
    yield from ((parent, False) for parent in revision.down_revisions)
    yield from ((parent, True) for parent in revision.depends_on if parent not in revision.down_revisions)


def _free_lane(waiting: list[str | None]) -> int:
    if None not in waiting:
        waiting.append(None)
    return waiting.index(None)


def _lane_down(waiting: list[str | None], parent: str, own: int) -> int:
    """Take the revision's own lane for the first line that leaves it; a further one may share a lane."""
    if own == len(waiting) or waiting[own] is None:
        lane = own
    elif parent in waiting:
        return waiting.index(parent)
    else:
        lane = _free_lane(waiting)
    waiting[lane] = parent
    return lane


def _widths(places: Mapping[str, Place], edges: Sequence[Edge]) -> tuple[int, ...]:
    widths = [place.lane + 1 for place in places.values()]
    for edge in edges:
        for row in range(edge.child.row, edge.parent.row):
            widths[row] = max(widths[row], edge.via + 1)
    return tuple(widths)
