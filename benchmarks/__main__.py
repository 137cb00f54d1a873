"""Runs all benchmarks one after the other, and prints what each of them prints.

    python -m benchmarks [walk ...] [--quick] [--server mysqld] [--write docs/performance.md]

With --write each one's output replaces what stands between its two comments in a Markdown file, as soon as it is there.
With --quick histories are short and nothing is repeated: do the benchmarks run?
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

QUICK = {
    "whole_process": ("--revisions", "20", "--repeat", "1"),
    "walk": ("--revisions", "20", "40", "--repeat", "1"),
    "failing_downgrades": ("--revisions", "20", "40", "--repeat", "1"),
    "server_start": ("--repeat", "1"),
    "memory": ("--revisions", "20"),
    "workers": ("--revisions", "20", "--repeat", "1"),
    "base_branch": ("--revisions", "20", "--repeat", "1"),
}
"""The benchmarks in order, with their arguments for a quick run."""

BY_NAME = {"comparison": (), "snapshot": ("--tables", "10", "20", "--repeat", "1")}
"""Likewise those that run only where they are named: they need sqlalchemy-diff, and docs/comparison.md shows them."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one or more of {', '.join(QUICK)} instead of all")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--server", action="append", default=[])
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    known = QUICK | BY_NAME
    if not known.keys() >= set(given.names):
        parser.error(f"a benchmark is one of {', '.join(known)}")
    servers = [f"--server={name}" for name in given.server]
    failed = []
    for name in given.names or QUICK:
        quick = known[name] if given.quick else ()
        command = [sys.executable, "-m", f"benchmarks.{name}", *servers, *quick]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        print(f"## {name}\n\n{done.stdout}", flush=True)
        if done.returncode != 0:
            failed.append(name)
        elif given.write is not None:
            given.write.write_text(with_section(given.write.read_text(encoding="utf-8"), name, done.stdout), "utf-8")
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


def with_section(text: str, name: str, output: str) -> str:
    """Put the output of a benchmark between its two comments.

    Raises:
        ValueError: the text does not have them.
    """
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"there is no {begin} before an {end}")
    return pattern.sub(lambda _: f"{begin}\n{output.strip()}\n{end}", text)


if __name__ == "__main__":
    main()
