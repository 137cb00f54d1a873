"""Labelled branches: one verified alone, and one head for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import alembic
import pytest

if TYPE_CHECKING:
    from conftest import Project, Run, Told

ALEMBIC = tuple(int(number) for number in alembic.__version__.split(".")[:3])


@pytest.fixture
def branches(project: Project) -> Project:
    """Add a branch that depends on the revisions of the project, and one that stands alone."""
    for id_, table, label, depends in (("a1", "audits", "audit", "0001"), ("l1", "logs", "log", None)):
        project.add_table(id_, table)
        text = (project.root / f"migrations/versions/{id_}.py").read_text()
        project.write(f"migrations/versions/{id_}.py", f"{text}\nbranch_labels = {label!r}\ndepends_on = {depends!r}\n")
    return project


def collected(result: pytest.RunResult) -> list[str]:
    return [line.partition("::")[2] for line in result.outlines if "::" in line]


def test_a_branch_that_is_verified_alone_has_the_collected_what_it_needs(branches: Project, run: Run) -> None:  # noqa: ARG001 - collected
    assert collected(run("--stairway-branch=audit", "--collect-only", "-q")) == [
        "test_single_head",
        "test_history",
        "test_base_branch",
        "test_upgrades[0001-create-roles]",
        "test_upgrades[a1-create-audits]",
        "test_round_trip[0001-create-roles]",
        "test_round_trip[a1-create-audits]",
        "test_models_match_migrations",
    ]


def test_the_other_branches_are_not_walked_and_models_not_compared(branches: Project, run: Run) -> None:
    branches.add("l2", "fail", "op.execute('x')", down="l1")
    result = run("--stairway-branch=audit")
    result.assert_outcomes(passed=6, skipped=2)
    (reason,) = [line for line in result.outlines if line.startswith("not checked: ")]
    assert reason == (
        "not checked: migrations/env.py:9: the branch audit alone was migrated, and the models describe all branches"
    )
    assert "2 revisions of alembic.ini walked on " in "\n".join(result.outlines)


def test_a_label_that_no_revision_has_is_told_once(branches: Project, run: Run, told: Told) -> None:  # noqa: ARG001 - run
    assert told(run("--stairway-branch=audits")) == UNKNOWN


UNKNOWN = """\
status 1, 1 failed, 1 passed, 4 skipped

test_single_head:
stairway: no revision of alembic.ini has the branch label "audits"
  fix     name one of audit, log"""


def test_one_head_for_each_branch_and_all_of_them_walked(branches: Project, run: Run) -> None:  # noqa: ARG001 - run
    result = run("--stairway-heads=per-branch", "-k", "not models")
    result.assert_outcomes(passed=10, skipped=1, deselected=1)


def test_branches_in_places_of_their_own_that_depend_on_one_another_are_walked_as_one_graph(
    empty: Project, run: Run
) -> None:
    places = " ".join(f"%(here)s/{place}" for place in ("migrations/versions", "shop", "audit"))
    empty.write(
        "alembic.ini",
        f"[alembic]\nscript_location = %(here)s/migrations\nversion_locations = {places}\npath_separator = space\n"
        "version_path_separator = space\n",
    )
    empty.add_table("0001", "core")
    for id_, place, down, depends in (
        ("s1", "shop", None, "0001"),
        ("a1", "audit", None, "s1"),
        ("s2", "shop", "s1", "a1"),
        ("a2", "audit", "a1", "0001"),
    ):
        key = f', sa.Column("r", sa.Integer, sa.ForeignKey("t_{depends}.id"))'.replace("t_0001", "core")
        column = 'sa.Column("id", sa.Integer, primary_key=True)'
        create, drop = f'op.create_table("t_{id_}", {column}{key})', f'op.drop_table("t_{id_}")'
        empty.add(id_, f"make {id_}", create, drop, down="x")
        text = (empty.root / f"migrations/versions/{id_}.py").read_text()
        text = text.replace("down_revision = 'x'", f"down_revision = {down!r}\ndepends_on = {depends!r}")
        empty.change({f"migrations/versions/{id_}.py": None})
        empty.write(f"{place}/{id_}.py", text + (f"\nbranch_labels = {place!r}\n" if down is None else ""))
    result = run("--stairway-heads=per-branch", "-k", "not models and not base_branch")
    if ALEMBIC < (1, 13, 1):
        result.assert_outcomes(passed=11, failed=1, deselected=2)
        assert "  Alembic before 1.13.1 does so " in "\n".join(result.outlines)
    else:
        result.assert_outcomes(passed=12, deselected=2)
    result = run("--stairway-branch=audit", "-k", "upgrades")
    assert "4 revisions of alembic.ini walked on " in "\n".join(result.outlines)
