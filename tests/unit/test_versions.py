"""The versions that are promised are proved: pyproject.toml, requirements/, tox.ini, the workflows and docs agree."""

from __future__ import annotations

import re
import tomllib
from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))
PAGE = (ROOT / "docs" / "adopting.md").read_text(encoding="utf-8").partition("\n## Versions\n")[2]
TOX = ConfigParser(interpolation=None)
TOX.read(ROOT / "tox.ini", encoding="utf-8")
(MATRIX,) = (name for name in TOX.sections() if name.startswith("testenv:py3"))
FACTORS = MATRIX.rpartition("{")[2].rstrip("}").split(",")
UNPINNED = "newest"


def text_of(*parts: str) -> str:
    return ROOT.joinpath(*parts).read_text(encoding="utf-8")


def pins(file: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w-]+)==([\d.*]+)$", text_of("requirements", file), re.MULTILINE))


def bounds() -> dict[str, str]:
    """Give the lower bound of each package that is needed, or that the tests need."""
    groups = PROJECT["dependency-groups"]
    needed = [*PROJECT["project"]["dependencies"], *groups["test"], *groups["drivers"]]
    found = [re.match(r"([\w-]+)(?:\[\w+\])?>=([\d.]+)", each) for each in needed if isinstance(each, str)]
    return {match[1]: match[2] for match in found if match}


def pythons() -> list[str]:
    prefix = "Programming Language :: Python :: 3."
    return [each.removeprefix(prefix) for each in PROJECT["project"]["classifiers"] if each.startswith(prefix)]


def series(version: str) -> tuple[int, int]:
    """Give the first two numbers of a version, which are what the page and the environments speak of."""
    major, minor = version.split(".")[:2]
    return int(major), int(minor)


def released(version: str) -> tuple[int, int, int]:
    """Read a version; what a bound leaves out is 0."""
    numbers = [*(int(number) for number in version.split(".")), 0, 0]
    return numbers[0], numbers[1], numbers[2]


def environments(workflow: str) -> list[tuple[str, str]]:
    """Give the Pythons, such as 311, and the tox environments of a workflow's matrix."""
    rows = re.findall(r'- \{ python: "([\d.]+)", environment: (\S+) \}', text_of(".github", "workflows", workflow))
    return [(python.replace(".", ""), environment) for python, environment in rows]


def test_each_lower_bound_is_what_the_environment_lowest_installs() -> None:
    installed = pins("lowest.txt")
    assert {name: released(installed[name]) for name in bounds()} == {
        name: released(bound) for name, bound in bounds().items()
    }


def test_each_factor_has_constraints_of_its_name() -> None:
    expected = [f"{factor}: requirements/{factor}.txt" for factor in FACTORS if factor != UNPINNED]
    assert TOX[MATRIX]["constraints"].split("\n")[1:] == expected
    assert {path.stem for path in REQUIREMENTS} == {*FACTORS, "dev", "lowest"} - {UNPINNED}


def test_the_workflows_run_each_python_and_each_factor() -> None:
    pushed, nightly = environments("ci.yml"), environments("nightly.yml")
    assert {each for _, each in pushed} == {"lowest", *(f"py3{minor}" for minor in pythons())}
    assert {python for python, _ in nightly} == {f"3{minor}" for minor in pythons()}
    assert [each for python, each in nightly if not each.startswith(f"py{python}-")] == []
    assert {each.partition("-")[2] for _, each in nightly} == set(FACTORS)


def test_the_page_names_the_lower_bounds_and_what_is_proved() -> None:
    (python, oldest, all_pythons), *rows = re.findall(r"^\| ([\w-]+) \| ([\d.]+) \| ([\d., ]+) \|$", PAGE, re.MULTILINE)
    assert (python, f">={oldest}") == ("Python", PROJECT["project"]["requires-python"])
    assert all_pythons == ", ".join(f"3.{minor}" for minor in pythons())
    for name, lowest, proved in rows:
        pinned = {pins(path.name).get(name.lower()) for path in REQUIREMENTS} - {None}
        assert lowest == bounds()[name.lower()]
        assert [series(each) for each in proved.split(", ")] == sorted({series(each) for each in pinned if each})
