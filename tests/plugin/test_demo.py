"""docs/demo.md shows what the suite says today of the bad branch that `make demo` makes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy

from demo.__main__ import ARGUMENTS, make_branch

if TYPE_CHECKING:
    from conftest import Project, Run

ROOT = Path(__file__).parent.parent.parent


def findings(text: str) -> list[str]:
    """Find the lines that begin a finding: a place and a code, two spaces between."""
    return re.findall(r"^[\w/]+\.py:\d+  [a-z-]+$", text, re.MULTILINE)


@pytest.mark.skipif(sqlalchemy.__version__ < "2", reason="the reference application needs SQLAlchemy 2")
def test_the_page_shows_what_is_found(bare: Project, run: Run, pytester: pytest.Pytester) -> None:
    bare.change({"pytest.ini": None, "test_migrations.py": None})
    branch = bare.root / "application"
    branch.mkdir()
    make_branch(branch)
    pytester.chdir()
    result = run(*ARGUMENTS, "--rootdir", str(branch), str(branch))
    page = (ROOT / "docs" / "demo.md").read_text(encoding="utf-8")
    assert findings("\n".join(result.outlines)) == findings(page) != []
