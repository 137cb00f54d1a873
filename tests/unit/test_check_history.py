from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_stairway.checks.history import run
from pytest_stairway.findings import Finding, Location, Stage
from tests.unit.history_files import Files

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_stairway.findings import Skip


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def findings(files: Files) -> list[Finding | Skip]:
    return list(run(files.subject()))


def finding(code: str, place: Location, object_: str, message: str, remedy: str) -> Finding:
    return Finding(code, Stage.HISTORY, place, object_, message, remedy)


def test_a_history_in_order_has_no_finding(files: Files) -> None:
    files.add("0001", labels="billing")
    files.add("0002", "0001")
    files.add("0003", depends="billing")
    assert findings(files) == []


def test_a_project_without_revisions_has_no_finding(files: Files) -> None:
    assert findings(files) == []


def test_a_parent_that_is_misspelt(files: Files) -> None:
    files.add("0001")
    files.add("0002", "001")
    assert findings(files) == [
        finding(
            "unknown-parent",
            Location("alembic/versions/0002.py", 6, "0002"),
            "001",
            'down_revision of revision 0002 is "001", which is the id of no revision: '
            "Alembic stops with KeyError: '001'",
            "The nearest id is 0001; in alembic/versions/0002.py:6:\n"
            '    down_revision = "0001"\n'
            'or restore the file with revision = "001"',
        )
    ]


def test_a_parent_that_is_gone_and_like_no_other(files: Files) -> None:
    files.add("0001")
    files.add("0002", ("0001", "zzzz"))
    assert findings(files) == [
        finding(
            "unknown-parent",
            Location("alembic/versions/0002.py", 6, "0002"),
            "zzzz",
            'down_revision of revision 0002 is "zzzz", which is the id of no revision: '
            "Alembic stops with KeyError: 'zzzz'",
            'Restore the file with revision = "zzzz", or name an existing id in alembic/versions/0002.py:6',
        )
    ]


def test_a_partial_id_keeps_its_place_in_the_tuple(files: Files) -> None:
    files.add("1975ea83b712")
    files.add("0002")
    files.add("0003", ("1975ea", "0002"))
    (found,) = findings(files)
    assert isinstance(found, Finding)
    assert found.remedy == (
        "The nearest id is 1975ea83b712; in alembic/versions/0003.py:6:\n"
        '    down_revision = ("1975ea83b712", "0002")\n'
        'or restore the file with revision = "1975ea"'
    )


def test_a_dependency_on_the_head_of_a_label(files: Files) -> None:
    files.add("0001", labels="billing")
    files.add("0002", "0001", depends="billing@head")
    assert findings(files) == [
        finding(
            "unknown-parent",
            Location("alembic/versions/0002.py", 8, "0002"),
            "billing@head",
            'depends_on of revision 0002 is "billing@head", which is the id of no revision: '
            "Alembic stops with KeyError: 'billing@head'",
            'The nearest id is 0001; in alembic/versions/0002.py:8:\n    depends_on = "0001"',
        )
    ]


def test_a_file_that_cannot_be_loaded_is_told_and_not_what_follows_it(files: Files) -> None:
    files.add("0001")
    files.write("0002.py", 'revision = "0002"\nif\n')
    files.add("0003", "0002")
    assert findings(files) == [
        finding(
            "unreadable-revision",
            Location("alembic/versions/0002.py", 2, "0002"),
            "0002.py",
            "0002.py cannot be loaded, so no Alembic command that reads the history works\n"
            "  SyntaxError: invalid syntax\n    if",
            "In alembic/versions/0002.py:2: repair its syntax",
        )
    ]


def test_a_helper_among_the_revisions(files: Files) -> None:
    files.write("helpers.py", "def add_column(): ...\n")
    assert findings(files) == [
        finding(
            "unreadable-revision",
            Location("alembic/versions/helpers.py", None, None),
            "helpers.py",
            "helpers.py cannot be loaded, so no Alembic command that reads the history works\n"
            "  CommandError: Could not determine revision id from filename helpers.py",
            "In alembic/versions/helpers.py: give it a revision and a down_revision, or move it out of the directory",
        )
    ]


def test_two_files_with_one_number(files: Files) -> None:
    files.add("0001")
    files.add("0002", "0001", name="0002_a.py")
    files.add("0002", "0001", name="0002_b.py")
    assert findings(files) == [
        finding(
            "duplicate-revision",
            Location("alembic/versions/0002_b.py", 5, "0002"),
            "0002",
            'revision 0002 is declared by 2 files: Alembic warns "Revision 0002 is present more than once", '
            "and `alembic upgrade head` stops with "
            "\"Multiple head revisions are present for given argument 'head'\"\n"
            "  alembic/versions/0002_a.py:5\n"
            "  alembic/versions/0002_b.py:5",
            "Give one of them an id of its own, in alembic/versions/0002_b.py:5:\n"
            '    revision = "0003"\n'
            "and name it in the files that follow it",
        )
    ]


def test_two_files_with_one_hexadecimal_id(files: Files) -> None:
    files.add("1975ea83b712", name="a.py")
    files.add("1975ea83b712", name="b.py")
    (found,) = findings(files)
    assert isinstance(found, Finding)
    assert found.remedy == (
        "Give one of them an id of its own, in alembic/versions/b.py:5:\n"
        '    revision = "4a5b41e3baad"\n'
        "and name it in the files that follow it"
    )


def test_a_branch_label_that_is_taken(files: Files) -> None:
    files.add("0001", labels="billing")
    files.add("0002", "0001", labels="billing")
    assert findings(files) == [
        finding(
            "duplicate-revision",
            Location("alembic/versions/0002.py", 5, "0002"),
            "billing",
            "branch label billing of revision 0002 is taken: Alembic stops with "
            "\"Branch name 'billing' in revision 0002 already used by revision 0001\"",
            "Choose another label for branch_labels in alembic/versions/0002.py, or drop it",
        )
    ]


def test_a_branch_label_that_is_an_id(files: Files) -> None:
    files.add("0001")
    files.add("0002", "0001", labels="0001")
    (found,) = findings(files)
    assert isinstance(found, Finding)
    assert found.message == (
        "branch label 0001 of revision 0002 is taken: Alembic stops with "
        "\"Branch name '0001' in revision 0002 already used by revision 0001\""
    )


def test_a_cycle_beside_a_line(files: Files) -> None:
    files.add("0001")
    files.add("0002", "0003")
    files.add("0003", "0002")
    assert findings(files) == [
        finding(
            "cycle",
            Location("alembic/versions/0002.py", 6, "0002"),
            "0002 -> 0003",
            "revisions follow one another in a circle: 0002 -> 0003 -> 0002; "
            'Alembic stops with "Cycle is detected in revisions"',
            "In whichever comes first of alembic/versions/0002.py:6, alembic/versions/0003.py:6:\n"
            '    down_revision = "0001"',
        )
    ]


def test_a_cycle_of_everything(files: Files) -> None:
    files.add("0001", "0002")
    files.add("0002", "0001")
    (found,) = findings(files)
    assert isinstance(found, Finding)
    assert found.remedy == (
        "In whichever comes first of alembic/versions/0001.py:6, alembic/versions/0002.py:6:\n    down_revision = None"
    )


def test_a_revision_that_follows_itself(files: Files) -> None:
    files.add("0001", "0001")
    assert findings(files) == [
        finding(
            "cycle",
            Location("alembic/versions/0001.py", 6, "0001"),
            "0001",
            'revision 0001 follows itself: 0001 -> 0001; Alembic stops with "Self-loop is detected in revisions"',
            "In alembic/versions/0001.py:6:\n    down_revision = None",
        )
    ]


def test_a_cycle_through_a_dependency(files: Files) -> None:
    files.add("0001", depends="0002")
    files.add("0002", "0001")
    assert findings(files) == [
        finding(
            "cycle",
            Location("alembic/versions/0001.py", 8, "0001"),
            "0001 -> 0002",
            "revisions follow one another in a circle: 0001 -> 0002 -> 0001; "
            'Alembic stops with "Dependency cycle is detected in revisions"',
            "Drop the depends_on in alembic/versions/0001.py:8",
        )
    ]
