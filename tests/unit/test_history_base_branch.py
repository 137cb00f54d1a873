"""Finding the base branch in every kind of checkout that git makes."""

from __future__ import annotations

import ast
import shlex
import shutil
import sys
import textwrap
from pathlib import Path

import pytest

from pytest_stairway.errors import ProjectError
from pytest_stairway.history.base_branch import Base, NoBase, find_base
from pytest_stairway.history.project import find_project
from pytest_stairway.history.revisions import read_history
from pytest_stairway.settings import Settings
from tests.unit.git_clones import Clone, published

ROOT = Path(__file__).parent.parent.parent
UNNAMED = Settings()


def base_of(clone: Clone, environment: dict[str, str] | None = None, settings: Settings | None = None) -> Base | NoBase:
    settings = settings or clone.settings
    history = read_history(find_project(clone.root, settings))
    return find_base(history, settings, environment or {})


def refused(clone: Clone) -> str:
    with pytest.raises(ProjectError) as caught:
        base_of(clone)
    return str(caught.value)


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """Make a branch of one commit, pushed, while main went on by another."""
    made = published(tmp_path)
    other = made.clone("other")
    made.branch()
    made.add("0003a", "0002")
    made.push()
    other.add("0003b", "0002")
    other.push()
    made.git("fetch", "--quiet")
    return made


def ids(base: Base | NoBase) -> tuple[list[str], list[str]]:
    assert isinstance(base, Base)
    return sorted(base.merge_base.ids), sorted(base.tip.ids)


def test_the_base_is_read_where_the_branch_left_it_and_where_it_stands(clone: Clone) -> None:
    status = clone.git("status", "--porcelain=v2", "--branch")
    assert ids(base_of(clone)) == (["0001", "0002"], ["0001", "0002", "0003b"])
    assert clone.git("status", "--porcelain=v2", "--branch") == status


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("GITHUB_BASE_REF", "main"),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
        ("BITBUCKET_PR_DESTINATION_BRANCH", "main"),
        ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main"),
        ("CHANGE_TARGET", "main"),
        ("BUILDKITE_PULL_REQUEST_BASE_BRANCH", "main"),
        ("GITHUB_REF", "refs/heads/gh-readonly-queue/main/pr-12-8c0a1f"),
    ],
)
def test_the_base_that_a_ci_service_names_is_the_one_of_the_remote(clone: Clone, variable: str, value: str) -> None:
    base = base_of(clone, {variable: value}, UNNAMED)
    assert isinstance(base, Base)
    assert (base.name, base.source) == ("origin/main", variable)


def test_the_setting_wins_over_what_the_ci_service_names(clone: Clone) -> None:
    base = base_of(clone, {"GITHUB_BASE_REF": "develop"})
    assert isinstance(base, Base)
    assert (base.name, base.source) == ("origin/main", "pyproject.toml")


def test_a_plain_name_is_the_branch_here_or_that_of_the_remote(clone: Clone) -> None:
    local = base_of(clone, settings=Settings(base="main"))
    assert isinstance(local, Base)
    assert (local.name, sorted(local.tip.ids)) == ("main", ["0001", "0002"])
    clone.git("branch", "--delete", "--force", "main")
    remote = base_of(clone, settings=Settings(base="main"))
    assert isinstance(remote, Base)
    assert (remote.name, sorted(remote.tip.ids)) == ("origin/main", ["0001", "0002", "0003b"])


@pytest.mark.parametrize(
    "environment",
    [{}, {"GITHUB_BASE_REF": "", "BUILDKITE_PULL_REQUEST_BASE_BRANCH": ""}, {"GITHUB_REF": "refs/heads/main"}],
)
def test_without_a_base_everything_is_new(clone: Clone, environment: dict[str, str]) -> None:
    assert base_of(clone, environment, UNNAMED) == NoBase(
        'no base branch is named: set base = "origin/main" in [tool.stairway], or pass --stairway-base origin/main'
    )


def test_a_worktree_is_read_as_a_clone_is(clone: Clone) -> None:
    clone.git("worktree", "add", "--quiet", "--detach", "../linked")
    assert ids(base_of(Clone(clone.root.parent / "linked"))) == (["0001", "0002"], ["0001", "0002", "0003b"])


def test_a_detached_head_is_read_as_a_branch_is(clone: Clone) -> None:
    clone.git("checkout", "--quiet", "--detach")
    assert ids(base_of(clone)) == (["0001", "0002"], ["0001", "0002", "0003b"])


def test_a_project_below_the_top_of_its_repository_is_read(tmp_path: Path) -> None:
    clone = published(tmp_path)
    clone.write("backend/alembic.ini", "[alembic]\nscript_location = %(here)s/alembic\n")
    clone.write("backend/alembic/env.py", "")
    clone.write("backend/alembic/versions/b1.py", 'revision = "b1"\ndown_revision = None\n')
    clone.push()
    assert ids(base_of(Clone(clone.root / "backend"))) == (["b1"], ["b1"])


HOOK = """\
#!{python}
import os, sys
sys.path[:0] = {path}
from pathlib import Path
from tests.unit.git_clones import Clone

assert "GIT_DIR" in os.environ
Path({told!r}).write_text(Clone(Path.cwd()).told())
"""


def test_a_hook_in_a_linked_worktree_reads_the_same(clone: Clone, tmp_path: Path) -> None:
    """It exports GIT_DIR and GIT_INDEX_FILE to its hooks."""
    told = tmp_path / "told"
    clone.git("worktree", "add", "--quiet", "-b", "linked", "../linked")
    hook = clone.root / ".git" / "hooks" / "pre-commit"
    hook.write_text(HOOK.format(python=sys.executable, path=sys.path, told=str(told)))
    hook.chmod(0o755)
    linked = Clone(tmp_path / "linked")
    linked.replace("0002", "sa.String(120)", "sa.String(255)")
    linked.git("-c", f"core.hooksPath={hook.parent}", "commit", "--quiet", "--all", "--message", "Edit")
    assert "shipped-upgrade-edited" in told.read_text()


SHALLOW = """\
stairway: this clone is shallow: it does not reach back to where this branch left origin/main
  tried   git merge-base HEAD origin/main: no commit in common
  fix     fetch what is missing: git fetch --unshallow origin +refs/heads/main:refs/remotes/origin/main"""
SHALLOW_WITHOUT_BASE = """\
stairway: the base branch origin/main (pyproject.toml) is not in this clone
  tried   origin/main: git knows no such commit
  fix     fetch it: git fetch --unshallow origin +refs/heads/main:refs/remotes/origin/main"""


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--depth=1", "--branch=change", "--no-single-branch"), SHALLOW),
        (("--depth=1", "--branch=change"), SHALLOW_WITHOUT_BASE),
    ],
)
def test_a_shallow_clone_says_which_fetch_is_missing(clone: Clone, options: tuple[str, ...], told: str) -> None:
    shallow = clone.clone("shallow", *options)
    assert refused(shallow) == told
    _, command = told.rsplit(": ", 1)
    shallow.git(*shlex.split(command)[1:])
    assert ids(base_of(shallow)) == (["0001", "0002"], ["0001", "0002", "0003b"])


def test_a_merge_commit_checked_out_alone_can_be_compared_after_the_fetch_that_is_told(clone: Clone) -> None:
    """As the checkout action of GitHub does: the merge of the pull request with its base, one commit deep."""
    clone.git("checkout", "--quiet", "--detach")
    clone.git("merge", "--quiet", "--no-edit", "origin/main")
    clone.git("push", "--quiet", "origin", "HEAD:refs/pull/1/merge")
    checkout = Clone(clone.root.parent / "checkout")
    checkout.root.mkdir()
    checkout.git("init", "--quiet")
    checkout.git("remote", "add", "origin", clone.remote_url)
    checkout.git("fetch", "--quiet", "--depth=1", "origin", "+refs/pull/1/merge:refs/remotes/pull/1/merge")
    checkout.git("checkout", "--quiet", "--detach", "refs/remotes/pull/1/merge")
    environment = {"GITHUB_BASE_REF": "main"}
    assert base_of(checkout, environment, UNNAMED) == NoBase(
        "the base branch main (GITHUB_BASE_REF) is not in this clone; "
        "fetch it: git fetch --unshallow origin +refs/heads/main:refs/remotes/origin/main",
        is_named=True,
    )
    checkout.git("fetch", "--unshallow", "origin", "+refs/heads/main:refs/remotes/origin/main")
    assert ids(base_of(checkout, environment, UNNAMED)) == (["0001", "0002", "0003b"], ["0001", "0002", "0003b"])


def test_a_repository_whose_object_ids_are_of_sha256_is_read(tmp_path: Path) -> None:
    made = published(tmp_path)
    shutil.rmtree(made.root / ".git")
    made.git("init", "--quiet", "--object-format=sha256", "--initial-branch=main")
    made.git("add", "--all")
    made.git("commit", "--quiet", "--message", "All")
    assert ids(base_of(made, settings=Settings(base="main"))) == (["0001", "0002"], ["0001", "0002"])


def test_a_ref_that_does_not_exist_is_told(clone: Clone) -> None:
    clone.settings = Settings(base="develop", sources=(("base", "--stairway-base"),))
    assert refused(clone) == textwrap.dedent(
        """\
        stairway: the base branch develop (--stairway-base) is not in this clone
          tried   develop: git knows no such commit
                  origin/develop: git knows no such commit
          fix     fetch it: git fetch origin +refs/heads/develop:refs/remotes/origin/develop"""
    )


def test_a_ref_that_looks_like_an_option_is_no_option(clone: Clone) -> None:
    clone.settings = Settings(base="--output=x", sources=(("base", "--stairway-base"),))
    clone.git("remote", "remove", "origin")
    assert refused(clone) == textwrap.dedent(
        """\
        stairway: the base branch --output=x (--stairway-base) is not in this clone
          tried   --output=x: git knows no such commit
                  origin/--output=x: git knows no such commit
          fix     name a branch that `git branch --all` lists"""
    )


def test_histories_without_a_common_commit_are_told(clone: Clone) -> None:
    clone.git("checkout", "--quiet", "--orphan", "unrelated")
    clone.commit()
    assert refused(clone) == textwrap.dedent(
        """\
        stairway: HEAD and the base branch origin/main have no commit in common
          tried   git merge-base HEAD origin/main: no commit in common
          fix     name the branch that this one goes to instead of origin/main (pyproject.toml)"""
    )


def test_what_is_no_repository_is_told(clone: Clone) -> None:
    shutil.rmtree(clone.root / ".git")
    assert refused(clone) == textwrap.dedent(
        f"""\
        stairway: the base branch cannot be read: the migrations are in no git repository
          tried   {clone.root}/alembic: fatal: not a git repository (or any of the parent directories): .git
          fix     run the tests in a clone
                  or leave out base and --stairway-base"""
    )


def test_a_missing_git_is_told(clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refused(clone) == textwrap.dedent(
        """\
        stairway: git cannot be run, which reads the base branch
          tried   git: No such file or directory
          fix     install git
                  or leave out the base branch"""
    )


def test_a_file_that_computes_its_revision_is_compared_where_it_is_the_same_and_never_run(tmp_path: Path) -> None:
    clone = published(tmp_path)
    clone.write("alembic/versions/0003.py", 'revision = "00" + "03"\ndown_revision = "0002"\n')
    clone.push()
    clone.branch()
    assert ids(base_of(clone)) == (["0001", "0002", "0003"], ["0001", "0002", "0003"])
    clone.write("alembic/versions/0003.py", 'revision = "0003"\ndown_revision = "0002"\n')
    base = base_of(clone)
    assert isinstance(base, Base)
    assert [file.reason for file in base.tip.history.unreadable] == [
        "its revision or down_revision is computed, and no file of a commit is run"
    ]


def reference_application(tmp_path: Path) -> Clone:
    """Make a repository of the reference application's migrations, on a branch of its own."""
    clone = Clone(tmp_path / "reference", base="main")
    shutil.copytree(ROOT / "alembic", clone.root / "alembic", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "alembic.ini", clone.root)
    clone.git("init", "--quiet", "--initial-branch=main")
    clone.commit()
    clone.branch()
    return clone


def test_reformatting_the_reference_application_raises_nothing(tmp_path: Path) -> None:
    clone = reference_application(tmp_path)
    for file in clone.versions.glob("*.py"):
        file.write_text(ast.unparse(ast.parse(file.read_text())))  # one line each, single quotes, no comments
    assert clone.git("status", "--porcelain").count("\n") == 13
    assert clone.told() == ""


def test_one_literal_in_an_upgrade_of_the_reference_application_is_told(tmp_path: Path) -> None:
    clone = reference_application(tmp_path)
    before = clone.git("rev-parse", "--short=12", "HEAD")
    clone.replace("0003_add_user_status", '"suspended"', '"blocked"')
    assert clone.told() == (
        "alembic/versions/0003_add_user_status.py:27  shipped-upgrade-edited\n"
        "  upgrade of 0003 is not what main has: databases that ran it keep what it did before, and only new ones get "
        "this\n"
        "    was: sa.Enum('invited', 'active', 'suspended')\n"
        "    is:  sa.Enum('invited', 'active', 'blocked')\n"
        "  Take back the edit, and write what it adds as a revision of its own:\n"
        f"      git restore --source={before} -- alembic/versions/0003_add_user_status.py\n"
        "      alembic revision -m ..."
    )


def test_a_repository_of_another_user_is_told_with_the_command_that_trusts_it(
    clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert refused(clone) == textwrap.dedent(
        f"""\
        stairway: git does not trust the repository, which another user owns
          tried   {clone.root}/alembic: fatal: detected dubious ownership in repository at '{clone.root}'
          fix     git config --global --add safe.directory {clone.root}"""
    )
