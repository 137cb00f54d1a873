"""What a change does to the base branch, in repositories that git itself made."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pytest_stairway.findings import Finding
from tests.unit.git_clones import Clone, published

PROJECTS = Path(__file__).parent.parent / "projects" / "base_branch"
DELETED = "# deleted"
STOPS = "stops with \"Multiple head revisions are present for given argument 'head'\""
EDIT = ("sa.String(120)", "sa.String(255)")


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    made = published(tmp_path)
    made.branch()
    return made


def test_new_revisions_on_top_raise_nothing(clone: Clone) -> None:
    clone.add("0003", "0002")
    clone.add("0004", "0003")
    clone.commit()
    assert clone.told() == ""


def test_two_clones_that_add_a_revision_each_learn_of_it_before_they_merge(clone: Clone) -> None:
    other = clone.clone("other")
    clone.add("0003a", "0002")
    clone.commit()
    other.add("0003b", "0002")
    other.push()
    assert clone.told() == ""
    clone.git("fetch", "--quiet")
    assert clone.told() == (
        "alembic/versions/0003a.py:7  diverges-from-base\n"
        f"  merged with origin/main the history has 2 heads where 1 is intended: `alembic upgrade head` {STOPS}\n"
        "    0003a Step 0003a, alembic/versions/0003a.py:7, of this branch\n"
        "    0003b Step 0003b, alembic/versions/0003b.py:7, of origin/main\n"
        "  Bring this branch up to date (git merge origin/main), and in alembic/versions/0003a.py:7:\n"
        '      down_revision = "0003b"'
    )
    clone.git("merge", "--quiet", "--no-edit", "origin/main")
    clone.replace("0003a", 'down_revision = "0002"', 'down_revision = "0003b"')
    assert clone.told() == ""


def test_a_line_that_one_edit_cannot_move_is_merged(clone: Clone) -> None:
    other = clone.clone("other")
    clone.write(
        "alembic/versions/0003a.py",
        'revision = "0003a"\ndown_revision = ("0001", "0002")\n\n\ndef upgrade():\n    pass\n',
    )
    other.add("0003b", "0002")
    other.push()
    clone.git("fetch", "--quiet")
    assert clone.told() == (
        "alembic/versions/0003a.py:2  diverges-from-base\n"
        f"  merged with origin/main the history has 2 heads where 1 is intended: `alembic upgrade head` {STOPS}\n"
        "    0003a, alembic/versions/0003a.py:2, of this branch\n"
        "    0003b Step 0003b, alembic/versions/0003b.py:7, of origin/main\n"
        "  Bring this branch up to date (git merge origin/main), and merge the two heads:\n"
        '      alembic merge -m "merge 0003b and 0003a" 0003b 0003a'
    )


def test_a_branch_that_is_behind_deletes_nothing(clone: Clone) -> None:
    other = clone.clone("other")
    other.add("0003", "0002")
    other.replace("0002", *EDIT)
    other.push()
    clone.git("fetch", "--quiet")
    assert clone.told() == ""


def test_what_was_merged_or_picked_from_the_base_is_not_this_changes_doing(clone: Clone) -> None:
    other = clone.clone("other")
    other.add("0003", "0002")
    other.replace("0002", *EDIT)
    picked = other.push()
    clone.git("fetch", "--quiet")
    clone.git("cherry-pick", picked)
    clone.add("0004", "0003")
    assert clone.told() == ""


def test_an_edited_upgrade_is_told_with_both_versions(clone: Clone) -> None:
    before = clone.git("rev-parse", "--short=12", "HEAD")
    clone.replace("0002", *EDIT)
    clone.commit()
    assert clone.told() == (
        "alembic/versions/0002.py:11  shipped-upgrade-edited\n"
        "  upgrade of 0002 is not what origin/main has: databases that ran it keep what it did before, "
        "and only new ones get this\n"
        "    was: sa.String(120)\n"
        "    is:  sa.String(255)\n"
        "  Take back the edit, and write what it adds as a revision of its own:\n"
        f"      git restore --source={before} -- alembic/versions/0002.py\n"
        "      alembic revision -m ..."
    )


def test_an_edited_downgrade_is_a_warning(clone: Clone) -> None:
    before = clone.git("rev-parse", "--short=12", "HEAD")
    clone.replace("0002", 'op.drop_column("users", "email")', "raise NotImplementedError")
    (found,) = clone.outcomes()
    assert getattr(found, "severity", None) == "warning"
    assert clone.told() == (
        "alembic/versions/0002.py:15  shipped-downgrade-edited\n"
        "  downgrade of 0002 is not what origin/main has: it must fit databases that upgraded before this edit\n"
        "    was: op.drop_column('users', 'email')\n"
        "    is:  raise NotImplementedError\n"
        "  Right where it repairs a downgrade; waive it then. Else take it back:\n"
        f"      git restore --source={before} -- alembic/versions/0002.py"
    )


def test_a_deleted_revision_is_told_with_the_command_that_restores_it(clone: Clone) -> None:
    before = clone.git("rev-parse", "--short=12", "HEAD")
    (clone.versions / "0002.py").unlink()
    assert clone.told() == (
        "alembic/versions/0002.py  shipped-revision-deleted\n"
        "  revision 0002 Step 0002, which origin/main has, is gone: on a database that is at 0002 every "
        "Alembic command stops with \"Can't locate revision identified by '0002'\"\n"
        "  Restore it:\n"
        f"      git restore --source={before} -- alembic/versions/0002.py"
    )


def test_a_revision_that_the_base_deleted_as_well_is_not_told(clone: Clone) -> None:
    other = clone.clone("other")
    (other.versions / "0002.py").unlink()
    other.push()
    clone.git("fetch", "--quiet")
    (clone.versions / "0002.py").unlink()
    assert clone.told() == ""


def test_a_reparented_revision_is_told_with_the_edit_that_puts_it_back(tmp_path: Path) -> None:
    clone = published(tmp_path)
    clone.add("0003", "0002")
    clone.push()
    clone.branch()
    clone.replace("0003", 'down_revision = "0002"', 'down_revision = "0001"')
    clone.replace("0002", 'down_revision = "0001"', 'down_revision = "0003"')
    assert clone.told() == (
        "alembic/versions/0003.py:7  shipped-revision-reparented\n"
        '  down_revision of 0003 is "0001" here and "0002" in origin/main: a database that is at 0003 counts what '
        "stands below it now as run, and never runs it\n"
        "  In alembic/versions/0003.py:7:\n"
        '      down_revision = "0002"\n'
        "\n"
        "alembic/versions/0002.py:7  shipped-revision-reparented\n"
        '  down_revision of 0002 is "0003" here and "0001" in origin/main: a database that is at 0002 counts what '
        "stands below it now as run, and never runs it\n"
        "  In alembic/versions/0002.py:7:\n"
        '      down_revision = "0001"'
    )


def test_a_revision_inserted_below_a_shipped_one_is_told_once_with_both_edits(clone: Clone) -> None:
    clone.add("0001b", "0001")
    clone.replace("0002", 'down_revision = "0001"', 'down_revision = "0001b"')
    assert clone.told() == (
        "alembic/versions/0001b.py:7  revision-not-on-top\n"
        "  0001b is new and stands below 0002, which origin/main has: a database that is at 0002 counts 0001b as run, "
        "and never runs it\n"
        "  In alembic/versions/0001b.py:7:\n"
        '      down_revision = "0002"\n'
        "  and in alembic/versions/0002.py:7:\n"
        '      down_revision = "0001"'
    )


def test_one_id_for_two_revisions_is_told(clone: Clone) -> None:
    other = clone.clone("other")
    clone.add("0003", "0002", 'op.drop_table("a")')
    clone.commit()
    other.add("0003", "0002", 'op.drop_table("b")')
    other.push()
    clone.git("fetch", "--quiet")
    assert clone.told() == (
        "alembic/versions/0003.py:6  diverges-from-base\n"
        "  revision 0003 is another one in origin/main: merged, two migrations would have one id, of which Alembic "
        "loads one\n"
        "    0003 Step 0003, alembic/versions/0003.py:6, of this branch\n"
        "    0003 Step 0003, alembic/versions/0003.py:6, of origin/main\n"
        "  Bring this branch up to date (git merge origin/main), give this one a name and an id of its own, and put it "
        "last:\n"
        '      down_revision = "0003"'
    )


def test_several_heads_that_are_meant_do_not_diverge(tmp_path: Path) -> None:
    clone = published(tmp_path)
    clone.add("b001")
    clone.push()
    clone.branch()
    other = clone.clone("other")
    clone.add("0003", "0002")
    other.add("b002", "b001")
    other.push()
    clone.git("fetch", "--quiet")
    settings = type(clone.settings)(base="origin/main", heads=2)
    assert clone.told(settings) == ""
    other.add("0003b", "0002")
    other.push()
    clone.git("fetch", "--quiet")
    assert "  merged with origin/main the history has 3 heads where 2 are intended" in clone.told(settings)
    assert '      down_revision = "0003b"' in clone.told(settings)


def test_the_heads_of_each_branch_label_are_counted_apart(tmp_path: Path) -> None:
    clone = published(tmp_path)
    clone.add("b001")
    clone.replace("b001", "down_revision = None", 'down_revision = None\nbranch_labels = ("billing",)')
    clone.push()
    clone.branch()
    other = clone.clone("other")
    clone.add("b002", "b001")
    other.add("0003", "0002")
    other.push()
    clone.git("fetch", "--quiet")
    settings = type(clone.settings)(base="origin/main", heads="per-branch")
    assert clone.told(settings) == ""
    other.add("b002b", "b001")
    other.push()
    clone.git("fetch", "--quiet")
    assert clone.told(settings) == (
        "alembic/versions/b002.py:7  diverges-from-base\n"
        "  merged with origin/main branch billing has 2 heads where 1 is intended: `alembic upgrade billing@head` "
        "stops with \"Multiple head revisions are present for given argument 'billing@head'\"\n"
        "    b002 Step b002, alembic/versions/b002.py:7, of this branch\n"
        "    b002b Step b002b, alembic/versions/b002b.py:7, of origin/main\n"
        "  Bring this branch up to date (git merge origin/main), and in alembic/versions/b002.py:7:\n"
        '      down_revision = "b002b"'
    )


def test_two_heads_that_the_base_has_already_are_not_put_on_this_change(clone: Clone) -> None:
    other = clone.clone("other")
    other.add("0003a", "0002")
    other.push()
    clone.git("fetch", "--quiet")
    clone.git("merge", "--quiet", "--no-edit", "origin/main")
    other.add("0003b", "0002")
    other.push()
    clone.git("fetch", "--quiet")
    clone.add("0004", "0003a")
    assert clone.told() == ""


def test_a_renamed_directory_is_followed(clone: Clone) -> None:
    clone.git("mv", "alembic", "migrations")
    clone.write("alembic.ini", "[alembic]\nscript_location = %(here)s/migrations\n")
    clone.commit()
    assert clone.told() == ""
    file = clone.root / "migrations/versions/0002.py"
    file.write_text(file.read_text().replace(*EDIT))
    assert clone.told().startswith("migrations/versions/0002.py:11  shipped-upgrade-edited\n")


def test_a_base_without_migrations_has_everything_new(tmp_path: Path) -> None:
    clone = Clone(tmp_path / "work", base="main")
    clone.root.mkdir()
    clone.git("init", "--quiet", "--initial-branch=main")
    clone.write("README", "")
    clone.commit()
    clone.branch()
    clone.write("alembic.ini", "[alembic]\nscript_location = %(here)s/alembic\n")
    clone.write("alembic/env.py", "")
    clone.add("0001")
    assert clone.told() == ""


def test_a_file_of_the_base_that_cannot_be_parsed_is_skipped_and_the_others_are_compared(tmp_path: Path) -> None:
    clone = published(tmp_path)
    clone.write("alembic/versions/0003.py", 'revision = "0003"\ndown_revision = "0002"\ndef upgrade(:\n')
    clone.push()
    commit = clone.git("rev-parse", "--short=12", "HEAD")
    clone.branch()
    clone.add("0003", "0002")
    clone.replace("0002", *EDIT)
    told = clone.told()
    assert told.startswith("alembic/versions/0002.py:11  shipped-upgrade-edited\n")
    assert told.splitlines()[-2:] == [
        f"skipped: alembic/versions/0003.py:3 of origin/main ({commit}) cannot be read: SyntaxError: invalid syntax",
        "skipped: whether merging makes two heads cannot be told: a revision file cannot be loaded",
    ]


def test_without_a_base_the_check_says_how_to_name_one(clone: Clone) -> None:
    settings = type(clone.settings)()
    assert clone.told(settings) == (
        'skipped: no base branch is named: set base = "origin/main" in [tool.stairway], '
        "or pass --stairway-base origin/main"
    )


def expected_of(overlay: Path) -> list[tuple[str, str]]:
    """List place and code of each mark; a file that says it is deleted is told without a line."""
    return sorted(
        (file.relative_to(overlay).as_posix() + ("" if line.startswith(DELETED) else f":{number}"), code)
        for file in overlay.rglob("*.py")
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        for code in line.partition("# expect: ")[2].split()
    )


def lay_over(clone: Clone, overlay: Path) -> None:
    for file in overlay.rglob("*.py"):
        path, text = file.relative_to(overlay).as_posix(), file.read_text(encoding="utf-8")
        if text.startswith(DELETED):
            (clone.root / path).unlink()
        else:
            clone.write(path, text)
    clone.commit()


@pytest.mark.parametrize("case", sorted(path.name for path in PROJECTS.iterdir() if path.name != "shipped"))
def test_a_change_raises_what_it_marks_and_nothing_else(case: str, tmp_path: Path) -> None:
    """`shipped/common` is what both sides began with; `branch` and `main` of each case are what they made of it."""
    clone = Clone(tmp_path / "work", base="main")
    shutil.copytree(PROJECTS / "shipped" / "common", clone.root)
    clone.git("init", "--quiet", "--initial-branch=main")
    clone.commit()
    clone.branch()
    if (PROJECTS / case / "main").is_dir():
        clone.git("checkout", "--quiet", "main")
        lay_over(clone, PROJECTS / case / "main")
        clone.git("checkout", "--quiet", "change")
    lay_over(clone, PROJECTS / case / "branch")
    found = [outcome for outcome in clone.outcomes() if isinstance(outcome, Finding)]
    assert sorted((str(finding.location), finding.code) for finding in found) == expected_of(PROJECTS / case / "branch")
