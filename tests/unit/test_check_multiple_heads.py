from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest

from pytest_stairway.checks.multiple_heads import run
from pytest_stairway.findings import Finding, Location, Skip, Stage
from pytest_stairway.settings import Settings
from tests.unit.git_clones import published
from tests.unit.history_files import Files

if TYPE_CHECKING:
    from pathlib import Path

STOPS = "stops with \"Multiple head revisions are present for given argument 'head'\""


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def meant(heads: int | Literal["per-branch"]) -> Settings:
    return Settings(heads=heads, sources=(("heads", "pyproject.toml"),))


def finding(place: Location, message: str, remedy: str) -> Finding:
    return Finding("multiple-heads", Stage.HEADS, place, "heads", message, remedy)


def two_heads(files: Files) -> None:
    """Add a branch that is older but longer (0002, 0003), and a newer one (0004, 0005)."""
    files.add("0001", message="Users", created="2024-01-01")
    files.add("0002", "0001", message="Roles", created="2024-01-02")
    files.add("0003", "0002", message="Role names", created="2024-01-03")
    files.add("0004", "0001", message="Phone", created="2024-02-01")
    files.add("0005", "0004", message="Phone index", created="2024-02-02")


def test_one_head_has_no_finding(files: Files) -> None:
    files.add("0001")
    files.add("0002", "0001")
    assert list(run(files.subject())) == []


def test_a_project_without_revisions_has_no_finding(files: Files) -> None:
    assert list(run(files.subject())) == []


def test_as_many_heads_as_are_meant_have_no_finding(files: Files) -> None:
    two_heads(files)
    assert list(run(files.subject(meant(2)))) == []


def test_two_heads_name_the_merge_and_the_edit_that_puts_the_newer_line_last(files: Files) -> None:
    two_heads(files)
    assert list(run(files.subject())) == [
        finding(
            Location("alembic/versions/0004.py", 6, "0004"),
            f"the history has 2 heads where 1 is intended: `alembic upgrade head` {STOPS}\n"
            "  0005 Phone index, alembic/versions/0005.py:6, branched off after 0001\n"
            "  0003 Role names, alembic/versions/0003.py:6, branched off after 0001",
            "Merge them:\n"
            '    alembic merge -m "merge 0003 and 0005" 0003 0005\n'
            "or, while 0005 is deployed nowhere, put it after 0003 in alembic/versions/0004.py:6:\n"
            '    down_revision = "0003"',
        )
    ]


def test_the_edit_leaves_one_head(files: Files) -> None:
    two_heads(files)
    edited = files.versions / "0004.py"
    edited.write_text(edited.read_text().replace("down_revision = '0001'", 'down_revision = "0003"'))
    subject = files.subject()
    assert list(run(subject)) == []
    assert [revision.id for revision in subject.history.revisions] == ["0001", "0002", "0003", "0004", "0005"]


def test_no_edit_where_the_newer_line_merged_what_the_older_has(files: Files) -> None:
    files.add("0001", created="2024-01-01", message="a")
    files.add("0002", "0001", created="2024-01-02", message="b")
    files.add("0003", "0002", created="2024-01-03", message="c")
    files.add("0004", ("0001", "0002"), created="2024-02-01", message="d")
    assert [found.remedy for found in run(files.subject()) if isinstance(found, Finding)] == [
        'Merge them:\n    alembic merge -m "merge 0003 and 0004" 0003 0004'
    ]


def test_no_edit_where_the_older_head_depends_on_the_newer_line(files: Files) -> None:
    files.add("0001", created="2024-01-01", message="a")
    files.add("0002", "0001", created="2024-01-02", message="b", depends="0003")
    files.add("0003", "0001", created="2024-02-01", message="c")
    assert [found.remedy for found in run(files.subject()) if isinstance(found, Finding)] == [
        'Merge them:\n    alembic merge -m "merge 0002 and 0003" 0002 0003'
    ]


def test_heads_on_lines_of_their_own(files: Files) -> None:
    files.add("0001", created="2024-01-01", message="a")
    files.add("0002", created="2024-02-01", message="b")
    assert list(run(files.subject())) == [
        finding(
            Location("alembic/versions/0002.py", 6, "0002"),
            f"the history has 2 heads where 1 is intended: `alembic upgrade head` {STOPS}\n"
            "  0002 b, alembic/versions/0002.py:6, on a line of its own\n"
            "  0001 a, alembic/versions/0001.py:6, on a line of its own",
            'Merge them:\n    alembic merge -m "merge 0001 and 0002" 0001 0002\n'
            "or, while 0002 is deployed nowhere, put it after 0001 in alembic/versions/0002.py:6:\n"
            '    down_revision = "0001"',
        )
    ]


def test_more_heads_than_the_two_that_are_meant(files: Files) -> None:
    two_heads(files)
    files.add("0006", created="2023-01-01", message="Audit")
    assert list(run(files.subject(meant(2)))) == [
        finding(
            Location("alembic/versions/0004.py", 6, "0004"),
            f"the history has 3 heads where 2 are intended: `alembic upgrade head` {STOPS}\n"
            "  0006 Audit, alembic/versions/0006.py:6, on a line of its own\n"
            "  0005 Phone index, alembic/versions/0005.py:6, branched off after 0001\n"
            "  0003 Role names, alembic/versions/0003.py:6, branched off after 0001",
            "Merge them:\n"
            '    alembic merge -m "merge 0003 and 0005" 0003 0005\n'
            "or, while 0005 is deployed nowhere, put it after 0003 in alembic/versions/0004.py:6:\n"
            '    down_revision = "0003"\n'
            "or set heads = 3, if so many are meant",
        )
    ]


def test_fewer_heads_than_are_meant(files: Files) -> None:
    files.add("0001")
    assert list(run(files.subject(meant(2)))) == [
        finding(
            Location("alembic/versions/0001.py", 6, "0001"),
            "the history has 1 head (0001) where heads = 2 (pyproject.toml) are intended",
            "set heads = 1, or restore the branch that is gone",
        )
    ]


def expand_and_contract(files: Files) -> None:
    files.add("0001", labels="expand", created="2024-01-01", message="Add email")
    files.add("0002", labels="contract", depends="0001", created="2024-01-02", message="Drop mail")


def test_one_head_for_each_branch_label_has_no_finding(files: Files) -> None:
    expand_and_contract(files)
    files.add("0003", created="2024-01-03", message="on no branch")
    assert list(run(files.subject(meant("per-branch")))) == []


def test_two_heads_of_one_branch_name_its_label(files: Files) -> None:
    expand_and_contract(files)
    files.add("0003", "0001", created="2024-01-03", message="Add phone")
    files.add("0004", "0001", created="2024-01-04", message="Add fax")
    assert list(run(files.subject(meant("per-branch")))) == [
        Finding(
            "multiple-heads",
            Stage.HEADS,
            Location("alembic/versions/0004.py", 6, "0004"),
            "heads of expand",
            "branch expand has 2 heads where 1 is intended: `alembic upgrade expand@head` "
            "stops with \"Multiple head revisions are present for given argument 'expand@head'\"\n"
            "  0004 Add fax, alembic/versions/0004.py:6, branched off after 0001\n"
            "  0003 Add phone, alembic/versions/0003.py:6, branched off after 0001",
            'Merge them:\n    alembic merge -m "merge 0003 and 0004" 0003 0004\n'
            "or, while 0004 is deployed nowhere, put it after 0003 in alembic/versions/0004.py:6:\n"
            '    down_revision = "0003"',
        )
    ]


def test_two_heads_without_a_label_beside_branches(files: Files) -> None:
    expand_and_contract(files)
    files.add("0003", created="2024-01-03", message="Audit")
    files.add("0004", created="2024-01-04", message="Log")
    assert list(run(files.subject(meant("per-branch")))) == [
        finding(
            Location("alembic/versions/0004.py", 6, "0004"),
            f"what has no branch label has 2 heads where 1 is intended: `alembic upgrade head` {STOPS}\n"
            "  0004 Log, alembic/versions/0004.py:6, on a line of its own\n"
            "  0003 Audit, alembic/versions/0003.py:6, on a line of its own",
            'Merge them:\n    alembic merge -m "merge 0003 and 0004" 0003 0004\n'
            "or, while 0004 is deployed nowhere, put it after 0003 in alembic/versions/0004.py:6:\n"
            '    down_revision = "0003"\n'
            "or label the first revision of one of them: branch_labels = (...)",
        )
    ]


def test_where_each_branch_has_one_head_the_setting_is_named(files: Files) -> None:
    expand_and_contract(files)
    (found,) = run(files.subject())
    assert isinstance(found, Finding)
    assert found.remedy.splitlines()[-1] == 'or set heads = "per-branch", if each branch is meant to have its own'


def test_the_heads_of_one_branch_are_counted_where_it_is_verified_alone(files: Files) -> None:
    expand_and_contract(files)
    files.add("0003", "0001")
    files.add("0004", "0001")
    assert list(run(files.subject(Settings(branch="contract")))) == []
    (found,) = run(files.subject(Settings(branch="expand")))
    assert isinstance(found, Finding)
    assert found.message.startswith("branch expand has 2 heads where 1 is intended: ")


def test_a_flask_migrate_project_is_told_flask_commands(tmp_path: Path) -> None:
    files = Files(tmp_path, directory="migrations", ini="[alembic]\n", ini_file="migrations/alembic.ini")
    files.add("0001", message="a")
    files.add("0002", message="b")
    (found,) = run(files.subject())
    assert isinstance(found, Finding)
    assert found.message.startswith(f"the history has 2 heads where 1 is intended: `flask db upgrade head` {STOPS}\n")
    assert found.remedy == (
        'Merge them:\n    flask db merge -m "merge 0001 and 0002" 0001 0002\n'
        "or, while 0002 is deployed nowhere, put it after 0001 in migrations/versions/0002.py:6:\n"
        '    down_revision = "0001"'
    )


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("b.py", "x = 1\n", "the heads cannot be counted: b.py cannot be loaded"),
        ("b.py", "revision = 'b'\ndown_revision = 'c'\n",
         "the heads cannot be counted: b follows c, which does not exist"),
        ("b.py", "revision = 'b'\ndown_revision = 'b'\n", "the heads cannot be counted: b is part of a cycle"),
    ],
)  # fmt: skip
def test_heads_are_not_counted_where_the_files_do_not_link(files: Files, name: str, text: str, reason: str) -> None:
    files.add("a")
    files.write(name, text)
    assert list(run(files.subject())) == [Skip("multiple-heads", Stage.HEADS, Location(), reason)]


def test_the_head_that_the_base_branch_has_stays_where_it_is(tmp_path: Path) -> None:
    clone = published(tmp_path)
    clone.branch()
    other = clone.clone("other")
    clone.add("0003", "0002")
    clone.commit()
    other.add("0004", "0002")
    other.push()
    clone.git("fetch", "--quiet")
    clone.git("merge", "--quiet", "--no-edit", "origin/main")
    (found,) = run(clone.subject())
    assert isinstance(found, Finding)
    assert found.remedy == (
        "Merge them:\n"
        '    alembic merge -m "merge 0004 and 0003" 0004 0003\n'
        "or, while 0003 is deployed nowhere, put it after 0004 in alembic/versions/0003.py:7:\n"
        '    down_revision = "0004"'
    )


def test_no_revision_that_the_base_branch_has_is_moved(tmp_path: Path) -> None:
    clone = published(tmp_path)
    clone.add("0003", "0001")
    clone.push()
    clone.branch()
    clone.add("0004", "0003")
    clone.commit()
    (found,) = run(clone.subject())
    assert isinstance(found, Finding)
    assert found.remedy == 'Merge them:\n    alembic merge -m "merge 0002 and 0004" 0002 0004'
