"""The reports that a run writes: where, when, by whom, and what is said where that cannot be done."""

from __future__ import annotations

import json
import os
import re
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Project, Run

STORED = Path(__file__).with_name("stored_reports")
FILES = {
    "markdown": "report.md",
    "sarif": "report.sarif",
    "json": "report.json",
    "codequality": "quality.json",
    "html": "report.html",
}
FLAGS = tuple(f"--stairway-{name}=out/{file}" for name, file in FILES.items())
ADDS = 'op.add_column("users", sa.Column("name", sa.String(9)))'
DROPS = 'op.drop_column("users", "name")'
FILLS = """op.execute("INSERT INTO users VALUES (1, 'ada')")"""


def add_faults(project: Project) -> None:
    project.add("0003", "add name", f"{ADDS}\n{FILLS}", DROPS)
    project.add("0004", "drop | name", f"{DROPS}  # stairway: allow column-lost -- <b>gone</b>", ADDS)
    project.add("0005", "add name again", ADDS, "pass")


def normal(text: str, server: str) -> str:
    """Replace what differs from run to run and from server to server."""
    text = re.sub(r'"vendor": "\w+",\s+"version": "[\d.]+"', '"vendor": "V", "version": "N"', text)
    text = re.sub(r"(MySQL|MariaDB) [\d.]+\d", "SERVER", text)
    text = re.sub(r'\((local \w+|Docker [\w.:/-]+)\)|"origin": "[^"]+"', "ORIGIN", text)
    text = re.sub(r'"(commandLine|command)": "[^\n]+"', r'"\1": "COMMAND"', text)
    text = re.sub(r'"version": "\d+\.\d+\.\d+[^"]*"', '"version": "N"', text)
    text = re.sub(r'"seconds": [\d.e-]+', '"seconds": 0', text)
    text = text.replace("'users.PRIMARY'", "'PRIMARY'")  # MySQL names the table
    text = re.sub(r"(?<=pytest-stairway: )<code>.*</code>", "COMMAND", text)
    return re.sub(r"\b\d+\.\d+ (?:ms|s)\b", "N s", text).replace(server, "KIND")


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one process", "two workers"])
def test_every_report_is_as_it_is_stored(project: Project, run: Run, server: str, workers: tuple[str, ...]) -> None:
    add_faults(project)
    run(*FLAGS, *workers).assert_outcomes(passed=10, failed=3, skipped=1)
    for name, file in FILES.items():
        written = normal((project.root / "out" / file).read_text(encoding="utf-8"), server)
        stored = STORED / file
        if os.environ.get("STAIRWAY_STORE_REPORTS"):
            stored.write_text(written, encoding="utf-8")
        assert (name, written) == (name, stored.read_text(encoding="utf-8"))


def test_on_github_findings_are_annotations_and_the_report_is_the_summary(
    project: Project, run_here: Run, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_faults(project)
    (project.root / ".git").mkdir()
    summary = project.root / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    result = run_here()
    commands = [line for line in result.outlines if line.startswith("::")]
    assert [command.split("::")[1] for command in commands] == [
        "error file=migrations/versions/0003.py,line=13,title=reupgrade-fails%3A 0003",
        "error file=migrations/versions/0005.py,line=15,title=downgrade-missing%3A 0005",
        "error file=models.py,title=drift-extra%3A users.name",
    ]
    written = normal(summary.read_text(encoding="utf-8"), server)
    assert written == "before\n" + (STORED / "report.md").read_text(encoding="utf-8")


def test_paths_of_the_settings_are_relative_to_the_root(project: Project, run_here: Run) -> None:
    project.settings('json = "a/b/report.json"')
    run_here("-k", "upgrades").assert_outcomes(passed=2, deselected=6)
    report = json.loads((project.root / "a/b/report.json").read_text())
    assert report["projects"][0]["counts"]["revisions"] == 2


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (("--stairway-json=migrations",), "--stairway-json: ROOT/migrations is a directory"),
        (
            ("--stairway-sarif=alembic.ini/a/b",),
            "--stairway-sarif: ROOT/alembic.ini/a/b cannot be made: ROOT/alembic.ini is no directory",
        ),
        (
            ("--stairway-sarif=a", "--stairway-json=migrations/../a"),
            "--stairway-json and --stairway-sarif name the same file, ROOT/migrations/../a",
        ),
        ((f"--stairway-json={'a' * 300}",), f"--stairway-json: ROOT/{'a' * 300} cannot be written: File name too long"),
    ],
    ids=["a directory", "below a file", "twice the same", "too long"],
)
def test_a_path_that_cannot_be_written_ends_the_run_before_it_begins(
    project: Project, run_here: Run, flags: tuple[str, ...], told: str
) -> None:
    result = run_here(*flags)
    errors = [line.replace(str(project.root), "ROOT") for line in result.errlines if line]
    assert (result.ret, result.outlines, errors) == (4, [], [f"ERROR: stairway: {told}"])


def test_a_report_that_cannot_be_written_in_the_end_fails_the_run(project: Project, run_here: Run) -> None:
    project.write("conftest.py", "from pathlib import Path\n\ndef pytest_sessionstart():\n    Path('a').mkdir()\n")
    result = run_here("--stairway-json=a")
    result.assert_outcomes(passed=7, skipped=1)
    assert result.ret == 1
    told = f"stairway: --stairway-json: {project.root / 'a'} could not be written: Is a directory"
    assert told in result.outlines


def test_a_run_without_the_suite_writes_nothing(project: Project, run_here: Run) -> None:
    project.write("test_mine.py", "def test_mine(): pass\n")
    run_here("test_mine.py", *FLAGS).assert_outcomes(passed=1)
    assert not (project.root / "out").exists()


def test_a_report_says_why_nothing_was_verified(project: Project, run_here: Run) -> None:
    project.write("migrations/env.py", "raise ValueError('no settings')\n")
    run_here(*FLAGS)
    (told,) = json.loads((project.root / "out/report.json").read_text())["projects"]
    assert (told["problem"], told["server"]) == ("env.py raised ValueError: no settings", None)
    (sarif,) = json.loads((project.root / "out/report.sarif").read_text())["runs"]
    assert sarif["invocations"][0]["executionSuccessful"] is False
    assert (project.root / "out/report.md").read_text().startswith("## Migrations: not verified\n")


def test_no_report_shows_a_password(project: Project, run_here: Run) -> None:
    project.add("0003", "password", """op.execute("ALTER USER nobody IDENTIFIED BY 'hush'")""")
    run_here(*FLAGS)
    for file in FILES.values():
        assert "IDENTIFIED BY '***'" in unescape((project.root / "out" / file).read_text(encoding="utf-8"))


def test_a_report_says_that_the_base_branch_could_not_be_compared_with(project: Project, run_here: Run) -> None:
    run_here("--stairway-base=develop", *FLAGS).assert_outcomes(passed=7, failed=1)
    (told,) = json.loads((project.root / "out/report.json").read_text())["projects"]
    assert told["problem"] == "the base branch cannot be read: the migrations are in no git repository"
    assert told["server"] is not None
    assert "\n**Not verified:** the base branch cannot be read" in (project.root / "out/report.md").read_text()
