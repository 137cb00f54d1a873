"""The projects of this directory get what a release installs, and nothing of the work tree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.adoption.conftest import ROOT

if TYPE_CHECKING:
    from tests.adoption.conftest import Adopted

ONE_OF_EACH_VENDOR = True
LOOK = """
import importlib.util
import json
import sys

import pytest_stairway

names = ["benchmarks", "conftest", "demo", "models", "tests"]
found = [name for name in names if importlib.util.find_spec(name)]
print(json.dumps([pytest_stairway.__file__, sys.path, found]))
"""


def test_nothing_of_the_work_tree_can_be_imported(adopted: Adopted) -> None:
    adopted.write("look.py", LOOK)
    file, path, found = json.loads(adopted.run("look"))
    assert Path(file).is_relative_to(adopted.python.parents[1])
    assert {str(ROOT), str(ROOT / "src")}.isdisjoint(path)
    assert found == []
