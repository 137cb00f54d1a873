"""The documentation says what the code does."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from pytest_stairway.schema.tolerances import DRIFT, ROUND_TRIP
from pytest_stairway.settings import KEYS, Key

ROOT = Path(__file__).parent.parent.parent
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


def documented_keys() -> dict[str, list[str]]:
    rows = [line.strip("|").split("|") for line in CONFIGURATION.splitlines() if line.startswith("| `")]
    return {cells[0].strip(" `"): [cell.strip() for cell in cells] for cells in rows}


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_each_key_is_documented_with_its_flag_and_default(key: Key) -> None:
    _, flag, _, default, _ = documented_keys()[key.name]
    assert flag == (f"`{key.flag}`" if key.flag else "")
    if key.default not in (None, ()):
        shown = f'"{key.default}"' if isinstance(key.default, str) else str(key.default).lower()
        assert default == f"`{shown}`"


def test_no_key_is_documented_that_does_not_exist() -> None:
    assert set(documented_keys()) == {key.name for key in KEYS}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_each_link_leads_to_a_file(document: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8"))
    assert [target for target in targets if not (document.parent / target).exists()] == []


def headings(document: Path) -> list[str]:
    """Give the anchors of a page as GitHub makes them of its headings."""
    lines = re.sub(
        r"^```.*?^```", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    ).splitlines()
    titles = [line.lstrip("#").strip().lower() for line in lines if line.startswith("#")]
    return [re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_each_anchor_is_that_of_one_heading(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]*)#([^)]+)\)", document.read_text(encoding="utf-8"))
    counts = {link: headings(document.parent / link[0] if link[0] else document).count(link[1]) for link in links}
    assert counts == dict.fromkeys(links, 1)


def test_the_readme_links_to_every_page() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in sorted((ROOT / "docs").glob("*.md")) if f"(docs/{page.name})" not in readme] == []


def test_each_tolerance_is_documented_with_where_it_holds() -> None:
    page = (ROOT / "docs" / "comparison.md").read_text(encoding="utf-8")
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines() if line.startswith("| `")]
    documented = {name.strip("`"): (round_trip == "x", drift == "x") for name, round_trip, drift, _ in cells}
    names = [field.name for field in dataclasses.fields(DRIFT)]
    assert documented == {name: (getattr(ROUND_TRIP, name), getattr(DRIFT, name)) for name in names}


def test_each_make_target_of_the_readme_exists() -> None:
    targets = re.findall(r"^    make (\w+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert targets
    assert [target for target in targets if f"\n{target}:" not in makefile] == []
