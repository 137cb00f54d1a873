"""docs/public-projects.md says what the baselines hold."""

from __future__ import annotations

from pathlib import Path

from tests.public.page import table

PAGE = Path(__file__).parents[2] / "docs" / "public-projects.md"


def test_the_page_has_the_table_of_the_baselines() -> None:
    assert table() in PAGE.read_text(encoding="utf-8")
