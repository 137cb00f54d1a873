"""The repository keeps the rules that no single module can see."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_stairway.codes import known_codes

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "pytest_stairway"
PROJECTS = ROOT / "tests" / "projects"

# A line may import from the lines above it and from itself; reports read findings and the report made of them alone.
LAYERS = (
    ("errors", "findings", "flavor", "passwords", "report"),
    ("setting_kinds", "settings", "load_settings", "waivers"),
    ("schema",),
    ("remedies",),
    ("history",),
    ("servers",),
    ("walk",),
    ("checks",),
    ("reports",),
    (
        *(
            "interruption",
            "shared",
            "codes",
            "judgement",
            "project_waivers",
            "baseline",
            "run_server",
            "build_report",
            "outputs",
            "scope",
            "session",
            "header",
            "review",
        ),
        *("parametrize", "suite", "fixtures", "options", "run", "plugin"),
    ),
)
MAY_IMPORT_ONLY = {"reports": {"errors", "findings", "flavor", "report", "reports"}}
ONLY_IN = {
    "pytest": {"parametrize.py", "suite.py", "fixtures.py", "options.py", "run.py", "plugin.py"},
    "_pytest": set(),
    "testcontainers": {"servers/container.py", "servers/engine.py"},
    "docker": {"servers/container.py", "servers/engine.py", "servers/removal.py"},
    "subprocess": {"servers/local.py", "history/git.py"},
    "alembic": {"history/", "walk/", "fixtures.py"},
    "sqlalchemy": {"servers/", "walk/", "fixtures.py"},
    "unittest": set(),
}
HEADINGS = ("What it finds", "Why it hurts", "Bad", "Instead", "Waive")


def imported(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            if node.module == "pytest_stairway":
                yield from ((node.lineno, f"pytest_stairway.{alias.name}") for alias in node.names)


def layer(part: str) -> int:
    return next(number for number, names in enumerate(LAYERS) if part in names)


def violations(package: Path) -> list[str]:
    found = []
    for path in sorted(package.rglob("*.py")):
        place = path.relative_to(package).as_posix()
        own = place.split("/")[0].removesuffix(".py")
        for line, module in imported(path):
            head, *rest = module.split(".")
            if head == "pytest_stairway" and rest and own != "__init__":
                allowed = MAY_IMPORT_ONLY.get(own)
                upwards = layer(rest[0]) > layer(own)
                if upwards or (allowed is not None and rest[0] not in allowed):
                    found.append(f"{place}:{line}: {own} imports {rest[0]}")
            elif head in ONLY_IN and not any(place.startswith(prefix) for prefix in ONLY_IN[head]):
                found.append(f"{place}:{line}: {head} is imported")
    return found


def test_imports_run_one_way() -> None:
    assert violations(PACKAGE) == []


@pytest.mark.parametrize(
    ("place", "line", "told"),
    [
        ("errors.py", "from pytest_stairway import settings", "errors.py:{n}: errors imports settings"),
        ("schema/diff.py", "import pytest_stairway.walk.record", "schema/diff.py:{n}: schema imports walk"),
        (
            "reports/terminal.py",
            "from pytest_stairway.checks import drift",
            "reports/terminal.py:{n}: reports imports checks",
        ),
        (
            "checks/drift.py",
            "from pytest_stairway.reports import terminal",
            "checks/drift.py:{n}: checks imports reports",
        ),
        ("session.py", "import pytest", "session.py:{n}: pytest is imported"),
        ("checks/drift.py", "import sqlalchemy", "checks/drift.py:{n}: sqlalchemy is imported"),
        ("walk/stairway.py", "from subprocess import run", "walk/stairway.py:{n}: subprocess is imported"),
        ("history/base_branch.py", "import subprocess", "history/base_branch.py:{n}: subprocess is imported"),
    ],
)
def test_an_import_that_runs_the_other_way_is_found(tmp_path: Path, place: str, line: str, told: str) -> None:
    package = tmp_path / "pytest_stairway"
    shutil.copytree(PACKAGE, package)
    text = (package / place).read_text(encoding="utf-8").rstrip("\n")
    (package / place).write_text(f"{text}\n\n{line}\n", encoding="utf-8")
    assert violations(package) == [told.format(n=text.count("\n") + 3)]


def codes() -> tuple[str, ...]:
    return known_codes()


@pytest.mark.parametrize("code", codes())
def test_each_code_has_a_page_with_the_same_headings(code: str) -> None:
    page = (ROOT / "docs" / "checks" / f"{code}.md").read_text(encoding="utf-8")
    headings = tuple(line.removeprefix("## ") for line in page.splitlines() if line.startswith("## "))
    assert (page.splitlines()[0], headings) == (f"# {code}", HEADINGS)


@pytest.mark.parametrize("code", codes())
def test_each_code_has_a_project_that_raises_it(code: str) -> None:
    marked = {
        code
        for path in PROJECTS.rglob("*")
        if path.suffix in {".py", ".ini", ".toml"}
        for codes in re.findall(r"# expect(?: on \w+)?: (.+)", path.read_text(encoding="utf-8", errors="replace"))
        for code in codes.split()
    }
    assert code in marked


def test_no_page_describes_a_code_that_no_check_has() -> None:
    assert {path.stem for path in (ROOT / "docs" / "checks").glob("*.md")} - {"README"} == set(codes())


def test_the_reference_application_does_not_hide_alembic() -> None:
    assert not (ROOT / "alembic" / "__init__.py").exists()


def test_pytest_alembic_finds_no_conftest_to_break_on() -> None:
    assert not (ROOT / "tests" / "conftest.py").exists()


def test_the_guide_names_every_module_of_the_walk() -> None:
    guide = (ROOT / "docs" / "contributing.md").read_text(encoding="utf-8")
    _, _, rows = guide.partition("In `walk/`,")
    named = re.findall(r"`(\w+\.py)`", rows.partition("| tests |")[0])
    assert sorted(named) == sorted(path.name for path in (PACKAGE / "walk").glob("[!_]*.py"))
