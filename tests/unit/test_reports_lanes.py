"""The revision graph is laid out like `git log --graph`: a line keeps its lane, and no edge runs through a node."""

from __future__ import annotations

import itertools

from pytest_stairway.report import ReportedRevision
from pytest_stairway.reports.lanes import Edge, Lanes, Place, lay_out
from tests.browser.large_report import large_report


def graph(*lines: str) -> Lanes:
    """Lay out revisions written as "id" or "id parent parent ~dependency", base first."""
    revisions = []
    for id_, *parents in map(str.split, lines):
        down = tuple(parent for parent in parents if not parent.startswith("~"))
        depends_on = tuple(parent[1:] for parent in parents if parent.startswith("~"))
        revisions.append(ReportedRevision(id_, "", "", 1, down, depends_on))
    return lay_out(revisions)


def lanes(drawn: Lanes) -> dict[str, int]:
    return {name: place.lane for name, place in drawn.places.items()}


def test_a_line_without_branches_is_one_lane() -> None:
    drawn = graph("a", "b a", "c b")
    assert drawn.places == {"c": Place(0, 0), "b": Place(1, 0), "a": Place(2, 0)}
    assert drawn.edges == (
        Edge(Place(0, 0), Place(1, 0), 0, is_dependency=False),
        Edge(Place(1, 0), Place(2, 0), 0, is_dependency=False),
    )
    assert drawn.widths == (1, 1, 1)


def test_a_branch_that_is_merged_has_a_lane_of_its_own() -> None:
    drawn = graph("a", "b a", "c a", "m b c", "d m")
    assert lanes(drawn) == {"d": 0, "m": 0, "c": 1, "b": 0, "a": 0}
    assert drawn.widths == (1, 2, 2, 2, 1)


def test_two_heads_stand_side_by_side() -> None:
    assert lanes(graph("a", "b a", "c a")) == {"c": 0, "b": 1, "a": 0}


def test_a_lane_that_has_ended_is_used_again() -> None:
    drawn = graph("a", "b a", "c a", "m b c", "d m", "e m", "n d e")
    assert max(lanes(drawn).values()) == 1


def test_lines_to_one_revision_share_a_lane_of_a_merge() -> None:
    drawn = graph("a", "b a", "c a", "m c a", "n m b")
    assert max(edge.via for edge in drawn.edges) == 2
    assert drawn.places["a"] == Place(4, 0)


def test_a_dependency_is_an_edge_of_its_own_kind() -> None:
    drawn = graph("a", "b", "c a ~b")
    assert [edge.is_dependency for edge in drawn.edges] == [False, True]


def test_what_leads_nowhere_or_round_in_a_circle_has_no_edge() -> None:
    assert graph("a x").edges == ()
    assert [edge.child.row for edge in graph("a b", "b a").edges] == [0]
    assert graph() == Lanes({}, (), ())


def test_no_edge_of_a_large_graph_runs_through_a_node() -> None:
    drawn = lay_out(large_report().revisions)
    nodes = {(place.row, place.lane) for place in drawn.places.values()}
    passed = {(row, edge.via) for edge in drawn.edges for row in range(edge.child.row + 1, edge.parent.row)}
    assert len(drawn.places) == 344
    assert nodes & passed == set()


def test_lanes_side_by_side_belong_to_different_lines() -> None:
    drawn = lay_out(large_report().revisions)
    spans = [(edge.via, edge.child.row, edge.parent) for edge in drawn.edges]
    for one, other in itertools.combinations(spans, 2):
        if one[0] == other[0] and one[2] != other[2]:
            above, below = sorted((one, other), key=lambda span: span[1])
            assert above[2].row <= below[1]
