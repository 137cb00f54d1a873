"""What the benchmarks write, without running them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks import history
from benchmarks.__main__ import with_section
from benchmarks.running import take_turns
from benchmarks.table import markdown

if TYPE_CHECKING:
    from pathlib import Path


def test_a_section_takes_the_place_of_the_last_one() -> None:
    page = "# Page\n<!-- begin walk -->\nold\n<!-- end walk -->\n<!-- begin memory -->\nkept\n<!-- end memory -->\n"
    assert with_section(page, "walk", "| new \\1 |\n") == page.replace("old", "| new \\1 |")


def test_a_page_without_the_section_is_told() -> None:
    with pytest.raises(ValueError, match="there is no <!-- begin walk --> before an <!-- end walk -->"):
        with_section("# Page\n", "walk", "| new |")


def test_a_table_has_its_numbers_to_the_right() -> None:
    assert (
        markdown(("server", "walk"), [("MySQL", "1.00 s")]) == "| server | walk |\n| --- | ---: |\n| MySQL | 1.00 s |"
    )


def test_a_slow_contestant_has_fewer_turns() -> None:
    taken = take_turns({"quick": lambda: 1.0, "slow": lambda: 12.0}, repeat=3, most_seconds=20.0)
    assert taken == {"quick": [1.0, 1.0, 1.0], "slow": [12.0, 12.0]}


def test_a_history_that_cannot_have_so_few_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="11 revisions make at least 3 tables"):
        history.write(tmp_path, 11, 2)
