"""Prints how long the comparison of a change with its base branch takes: one test, in a pytest process of its own.

    python -m benchmarks.base_branch [--revisions 100 1000] [--repeat 3]

The change adds a revision while the base branch goes on by an edited docstring; then it writes all files anew as well.
"""

from __future__ import annotations

import ast
import subprocess
from typing import TYPE_CHECKING

from benchmarks.running import project, read_options, run_one_test, told
from benchmarks.table import circumstances, markdown, seconds

if TYPE_CHECKING:
    from pathlib import Path

HEAD = ("change", "revisions", "pytest process", "of processors", "goal")
ASKED = 1000
IDENTITY = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@example.com", "-c", "commit.gpgsign=false")
NEW = 'revision = "{id}"\ndown_revision = "{after}"\n\n\ndef upgrade():\n    pass\n\n\ndef downgrade():\n    pass\n'


def main() -> None:
    options = read_options(__doc__, revisions=(100, ASKED), servers=("none",))
    rows: list[tuple[str, ...]] = []
    for revisions in options.revisions:
        told(f"base_branch: {revisions} revisions")
        with project(revisions) as directory:
            diverge(directory)
            rows.append(measured(directory, "one new revision", revisions, options.repeat))
            reformat(directory)
            rows.append(measured(directory, "all reformatted", revisions, options.repeat))
    print(markdown(HEAD, rows))
    version = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S607 - any
    print(f"\nMedians of {options.repeat} runs. {circumstances([version.strip()], 'pytest-stairway')}")


def measured(directory: Path, change: str, revisions: int, repeat: int) -> tuple[str, ...]:
    runs = [run_one_test(directory, "test_base_branch", "--stairway-base=main") for _ in range(repeat)]
    taken, of_processors = [run.seconds for run in runs], [run.processor_seconds for run in runs]
    goal = "under 2 s" if revisions == ASKED else ""
    return change, str(revisions), seconds(taken), seconds(of_processors), goal


def diverge(directory: Path) -> None:
    """Commit the project to main; add a revision on a branch, and change the first on main."""
    files = revision_files(directory)
    git(directory, "init", "--quiet", "--initial-branch=main")
    commit(directory)
    git(directory, "checkout", "--quiet", "-b", "change")
    new = files[-1].with_name("new.py")
    new.write_text(NEW.format(id="new", after=head(directory)), encoding="utf-8")
    commit(directory)
    git(directory, "checkout", "--quiet", "main")
    files[0].write_text(files[0].read_text(encoding="utf-8") + "\n# looked at\n", encoding="utf-8")
    commit(directory)
    git(directory, "checkout", "--quiet", "change")


def reformat(directory: Path) -> None:
    for file in revision_files(directory):
        file.write_text(ast.unparse(ast.parse(file.read_text(encoding="utf-8"))), encoding="utf-8")
    commit(directory)


def revision_files(directory: Path) -> list[Path]:
    return sorted(directory.glob("migrations/versions/*.py"))


def head(directory: Path) -> str:
    """Return the revision that no other follows."""
    texts = [file.read_text(encoding="utf-8") for file in revision_files(directory)]
    named = [ast.literal_eval(line.partition("=")[2].strip()) for text in texts for line in _assignments(text)]
    (only,) = {name for name in named if name is not None and named.count(name) == 1}
    return str(only)


def _assignments(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(("revision =", "down_revision ="))]


def commit(directory: Path) -> None:
    git(directory, "add", "--all")
    git(directory, "commit", "--quiet", "--message", "A step")


def git(directory: Path, *words: str) -> None:
    subprocess.run(["git", *IDENTITY, *words], cwd=directory, check=True)  # noqa: S607 - any git


if __name__ == "__main__":
    main()
