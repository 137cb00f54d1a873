"""Print the table of docs/public-projects.md: what the baselines hold."""

from __future__ import annotations

import collections
import json
import re
import sys
from pathlib import Path

PROJECTS = Path(__file__).parent / "projects"


def table() -> str:
    """Give a row for each project: its pinned version, and how many findings of each code its baseline has."""
    rows = ["| project | version | findings |", "|---|---|---|"]
    for directory in sorted(path for path in PROJECTS.iterdir() if path.is_dir()):
        required = (directory / "requirements.txt").read_text(encoding="utf-8").splitlines()[0]
        name, version = re.sub(r"\[.*?]", "", required).split("==")
        found = json.loads((directory / "baseline.json").read_text(encoding="utf-8"))["findings"]
        codes = collections.Counter(each["code"] for each in found)
        told = ", ".join(f"{number} {code}" for code, number in sorted(codes.items()))
        rows.append(f"| {name} | {version} | {told} |")
    return "\n".join(rows)


if __name__ == "__main__":
    sys.stdout.write(f"{table()}\n")
