from __future__ import annotations

import random
import sys
import warnings
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from pytest_stairway.errors import ProjectError
from pytest_stairway.history.project import find_project
from pytest_stairway.history.revision import Unreadable
from pytest_stairway.history.revisions import History, read_history
from pytest_stairway.settings import Settings
from tests.unit.history_files import INI, Files

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def history(files: Files) -> History:
    return read_history(find_project(files.root, Settings()))


def ids(revisions: object) -> list[str]:
    return [revision.id for revision in revisions]  # type: ignore[attr-defined] # any collection of revisions


def test_a_project_without_revisions(files: Files) -> None:
    found = history(files)
    assert (found.revisions, found.heads, found.bases, found.unreadable) == ((), (), (), ())


def test_a_line_is_ordered_from_its_base(files: Files) -> None:
    files.add("a", "b")
    files.add("b", "c")
    files.add("c")
    found = history(files)
    assert ids(found.revisions) == ["c", "b", "a"]
    assert (ids(found.bases), ids(found.heads)) == (["c"], ["a"])
    assert ids(found.children("c")) == ["b"]
    assert ids(found.ancestors("b")) == ["c", "b"]
    assert found.get("b") is found.revisions[1]
    assert found.get("zz") is None


def test_branches_stay_in_one_piece(files: Files) -> None:
    files.add("a")
    files.add("b1", "a")
    files.add("b2", "b1")
    files.add("c1", "a")
    files.add("c2", "c1")
    files.add("d", ("b2", "c2"))
    assert ids(history(files).revisions) == ["a", "c1", "c2", "b1", "b2", "d"]


def test_a_dependency_comes_first_and_leaves_heads_as_they_are(files: Files) -> None:
    files.add("a", labels="billing")
    files.add("b", depends="billing")
    found = history(files)
    assert ids(found.revisions) == ["a", "b"]
    assert ids(found.heads) == ["a", "b"]
    assert found.revisions[1].depends_on == ("a",)
    assert found.revisions[1].parents == ("a",)


def test_partial_ids_and_labels_at_head_are_not_resolved_in_files(files: Files) -> None:
    files.add("aaaabbbb", labels="billing")
    files.add("b", "aaaa")
    files.add("c", "aaaabbbb", depends=("billing@head", "aaaa"))
    found = history(files)
    missing = [(revision.id, parent) for revision, parent in found.missing_parents]
    assert sorted(missing) == [("b", "aaaa"), ("c", "aaaa"), ("c", "billing@head")]


def test_of_files_with_one_id_the_last_counts(files: Files) -> None:
    first = files.add("a", name="1.py")
    last = files.add("a", name="2.py")
    found = history(files)
    assert [revision.path for revision in found.revisions] == [last]
    assert [[revision.path for revision in group] for group in found.duplicates] == [[first, last]]


def test_a_file_that_cannot_be_loaded_hides_no_other(files: Files) -> None:
    files.add("a")
    path = files.write("b.py", "x = 1\n")
    found = history(files)
    assert ids(found.revisions) == ["a"]
    assert [(file.path, type(file)) for file in found.unreadable] == [(path, Unreadable)]


def test_names_that_alembic_passes_over(files: Files) -> None:
    for name in ("__init__.py", ".#a.py", "README.txt", "a.pyc", "__init__x.py"):
        files.write(name, "raise SystemExit\n")
    (files.versions / "sub").mkdir()
    files.write("sub/deep.py", "raise SystemExit\n")
    found = history(files)
    assert (found.revisions, found.unreadable) == ((), ())


def test_subdirectories_where_they_are_asked_for(tmp_path: Path) -> None:
    files = Files(tmp_path, INI + "recursive_version_locations = true\n")
    for folder in ("2024", "2023", "__pycache__"):
        (files.versions / folder).mkdir()
    files.add("b", "a", name="2024/b.py")
    files.add("a", name="2023/a.py")
    files.write("__pycache__/c.py", "raise SystemExit\n")
    found = history(files)
    if not hasattr(ScriptDirectory(str(files.root / "alembic")), "recursive_version_locations"):
        pytest.skip("Alembic before 1.10 has no recursive_version_locations")
    assert (ids(found.revisions), found.unreadable) == (["a", "b"], ())


def test_sources_beside_their_bytecode(tmp_path: Path) -> None:
    files = Files(tmp_path, INI + "sourceless = true\n")
    (files.versions / "__pycache__").mkdir()
    files.add("a")
    for name in ("a.pyc", "__pycache__/a.cpython-311.pyc", "__pycache__/a.cpython-311.opt-1.pyc", "__init__.pyc"):
        files.write(name, "bytes\n")
    assert ids(history(files).revisions) == ["a"]


@pytest.mark.parametrize("name", ["b.pyc", "__pycache__/b.cpython-311.pyc"])
def test_bytecode_without_its_source(tmp_path: Path, name: str) -> None:
    files = Files(tmp_path, INI + "sourceless = true\n")
    (files.versions / "__pycache__").mkdir()
    files.add("a")
    files.write(name, "bytes\n")
    with pytest.raises(ProjectError) as error:
        history(files)
    assert str(error.value) == (
        f"stairway: alembic/versions/{name} is a revision without its source,"
        " which Alembic loads by sourceless = true\n"
        f"  tried   {files.versions}/b.py: not there\n"
        "  fix     verify the revisions where their .py files are, before these are taken away\n"
        f"          or delete alembic/versions/{name} if it is left over from a revision that is gone"
    )


def test_a_file_reached_twice_is_read_once(tmp_path: Path) -> None:
    files = Files(tmp_path, INI + "version_locations = %(here)s/alembic/versions %(here)s/link\n")
    (tmp_path / "link").symlink_to(files.versions)
    files.add("a")
    found = history(files)
    assert (ids(found.revisions), found.duplicates) == (["a"], ())


def test_links_that_lead_nowhere_are_told_by_their_own_names(files: Files) -> None:
    files.add("a")
    (files.versions / "gone.py").symlink_to("nowhere.py")
    (files.versions / "loop.py").symlink_to("loop.py")
    found = history(files)
    assert [(each.path.name, each.reason) for each in found.unreadable] == [
        ("gone.py", "FileNotFoundError: No such file or directory"),
        ("loop.py", "OSError: Too many levels of symbolic links"),
    ]


def test_an_invalid_escape_is_no_error_of_the_session(files: Files) -> None:
    files.write("a.py", 'revision = "a"\ndown_revision = None\npattern = "\\d"\n')
    assert ids(history(files).revisions) == ["a"]


def test_a_file_is_imported_with_the_paths_that_alembic_prepends(tmp_path: Path) -> None:
    files = Files(tmp_path, INI + "prepend_sys_path = lib\n")
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "stairway_test_previous.py").write_text('revision = "z"\n')
    files.write("a.py", 'import stairway_test_previous as p\nrevision = p.revision + "1"\ndown_revision = None\n')
    before = list(sys.path)
    assert ids(history(files).revisions) == ["z1"]
    assert sys.path == before


@pytest.mark.parametrize(
    ("graph", "cycles"),
    [
        ({"a": "a"}, (("a",),)),
        ({"a": None, "b": "c", "c": "b"}, (("b", "c"),)),
        ({"a": "c", "b": "a", "c": "b"}, (("a", "b", "c"),)),
        ({"a": "b", "b": "a", "c": "d", "d": "c"}, (("a", "b"), ("c", "d"))),
        ({"a": ("b", "c"), "b": "a", "c": "a"}, (("a", "b"), ("a", "c"))),
    ],
)
def test_each_cycle_is_told_once_in_the_order_of_upgrades(
    files: Files, graph: dict[str, str | tuple[str, ...] | None], cycles: tuple[tuple[str, ...], ...]
) -> None:
    for id_, down in graph.items():
        files.add(id_, down)
    found = history(files)
    assert found.cycles == cycles
    assert ids(found.revisions) == sorted(graph)


def test_a_cycle_through_a_dependency(files: Files) -> None:
    files.add("a", depends="b")
    files.add("b", "a")
    assert history(files).cycles == (("a", "b"),)


def write_random_graph(files: Files, chance: random.Random, *, dependencies: int) -> None:
    """Write up to 25 revisions with branches, merges, several bases and, where asked for, dependencies."""
    down_revisions: dict[str, tuple[str, ...]] = {}
    names = [f"{number:02}.py" for number in range(25)]
    chance.shuffle(names)
    for number in range(chance.randint(1, 25)):
        known = list(down_revisions)
        followed = Counter(parent for those in down_revisions.values() for parent in those)
        heads = [id_ for id_ in known if not followed[id_]]
        kind = chance.random()
        down: tuple[str, ...] = ()
        if known and kind < 0.6:
            down = (chance.choice(heads),)
        elif known and kind < 0.8:
            down = (chance.choice(known),)
        elif known and kind < 0.95:
            down = tuple(chance.sample(heads, min(len(heads), chance.choice([2, 2, 3]))))
        others = [id_ for id_ in known if id_ not in down]
        depends = chance.sample(others, min(len(others), dependencies)) if chance.random() < 0.2 else []
        down_revisions[f"r{number}"] = down
        files.add(f"r{number}", down or None, name=names[number], depends=tuple(depends) or None)


def order_of_alembic(files: Files) -> tuple[list[str], list[str]]:
    script = ScriptDirectory(str(files.root / "alembic"))
    if not hasattr(Config, "toml_file_name"):
        pytest.skip("Alembic before 1.16 may load files in the order of the file system")
    with warnings.catch_warnings(action="ignore"):
        downwards = list(script.revision_map.iterate_revisions("heads", "base", assert_relative_length=False))
    return [revision.revision for revision in reversed(downwards)], list(script.get_heads())


@pytest.mark.parametrize("dependencies", [0, 1])
@pytest.mark.parametrize("seed", range(40))
def test_the_order_and_the_heads_are_those_of_alembic(files: Files, seed: int, dependencies: int) -> None:
    write_random_graph(files, random.Random(seed), dependencies=dependencies)  # noqa: S311 - a graph, no secret
    found = history(files)
    order, heads = order_of_alembic(files)
    assert ids(found.revisions) == order
    assert sorted(ids(found.heads)) == sorted(heads)


@pytest.mark.parametrize("seed", range(20))
def test_with_several_dependencies_each_follows_its_parents(files: Files, seed: int) -> None:
    write_random_graph(files, random.Random(seed), dependencies=3)  # noqa: S311 - a graph, no secret
    found = history(files)
    order, _ = order_of_alembic(files)
    assert sorted(ids(found.revisions)) == sorted(order)
    applied: set[str] = set()
    for revision in found.revisions:
        assert applied.issuperset(revision.parents)
        applied.add(revision.id)
    assert (found.cycles, found.missing_parents) == ((), ())


def test_a_branch_is_its_line_and_what_that_depends_on(files: Files) -> None:
    files.add("0001")
    files.add("0002", "0001", labels="shop")
    files.add("0003", labels="audit")
    files.add("0004", "0003", depends="shop")
    files.add("0005", "0002")
    files.add("0006", labels="log")
    whole = history(files)
    heads = {label: ids(heads) for label, heads in whole.branches.items()}
    assert heads == {"audit": ["0004"], "log": ["0006"], "shop": ["0005"]}
    walked = {label: ids(whole.branch(label).revisions) for label in whole.branches}
    assert walked == {"audit": ["0001", "0002", "0003", "0004"], "log": ["0006"], "shop": ["0001", "0002", "0005"]}


@pytest.mark.parametrize(
    ("labels", "fix"), [("shop", "name one of shop"), (None, "no branch is labelled: leave branch out")]
)
def test_a_branch_that_no_revision_is_labelled_with_is_refused(files: Files, labels: str | None, fix: str) -> None:
    files.add("0001", labels=labels)
    with pytest.raises(ProjectError) as error:
        history(files).branch("shops")
    assert (error.value.what, error.value.fix) == ('no revision of alembic.ini has the branch label "shops"', (fix,))
