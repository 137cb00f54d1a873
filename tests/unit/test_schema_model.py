"""Snapshots as values."""

from __future__ import annotations

import pickle

from pytest_stairway.schema.model import Kind, Schema

CHILD = "CREATE TABLE `c` (\n  CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `Pa``rent` (`id`)\n) ENGINE=InnoDB"
SCHEMA = Schema({(Kind.TABLE, "c"): CHILD, (Kind.TABLE, "b"): "", (Kind.VIEW, "v"): "select 1"}, (("latin1", "x"),))


def test_names_are_sorted_and_of_one_kind() -> None:
    assert SCHEMA.names(Kind.TABLE) == ("b", "c")


def test_children_are_found_by_the_name_of_their_parent_in_any_case() -> None:
    assert SCHEMA.referencing({"pa`RENT", "b"}) == {"c"}
    assert SCHEMA.referencing({"c"}) == set()


def test_a_snapshot_comes_through_pickle_identical() -> None:
    copied = pickle.loads(pickle.dumps(SCHEMA))  # noqa: S301 - our own bytes
    assert copied == SCHEMA
    assert copied.collations == SCHEMA.collations


def test_schemas_are_identical_by_their_objects_alone() -> None:
    assert Schema(dict(SCHEMA.objects)) == SCHEMA
