"""Every report compared whole with a stored one, made from fixed values.

STAIRWAY_STORE_REPORTS=1 stores what is written now: look at the difference then.
"""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest

from pytest_stairway.report import Judged, Standing
from pytest_stairway.reports.escaping import code_block, code_span, table_cell, text
from pytest_stairway.reports.fingerprint import fingerprinted
from pytest_stairway.reports.formats import RENDERERS
from pytest_stairway.reports.github import workflow_commands
from pytest_stairway.reports.markdown import SUMMARY_LIMIT, render
from pytest_stairway.reports.mermaid import graph
from pytest_stairway.reports.terminal import counts, summary
from pytest_stairway.settings import REPORT_KEYS
from tests.unit.reported import BROKEN, CLEAN, DIFFERS, LOST, REPORT, REVISIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_stairway.report import Report

STORED = Path(__file__).parent / "stored_reports"


def terminal(reports: Sequence[Report]) -> str:
    return "\n".join(line for report in reports for line in (*summary(report), counts(report))) + "\n"


def github(reports: Sequence[Report]) -> str:
    return "\n".join(workflow_commands(reports)) + "\n"


ALL = {**RENDERERS, "terminal": terminal, "github": github}
SUFFIXES = {"markdown": "md", "html": "html", "sarif": "sarif", "terminal": "txt", "github": "txt"}


def compare(stored: Path, written: str) -> None:
    if os.environ.get("STAIRWAY_STORE_REPORTS"):
        stored.write_text(written, encoding="utf-8")
    assert written == stored.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ALL)
def test_a_report_is_as_it_is_stored(name: str) -> None:
    compare(STORED / f"{name}.{SUFFIXES.get(name, 'json')}", ALL[name]([REPORT]))


@pytest.mark.parametrize("name", ALL)
def test_reports_of_several_projects_are_as_they_are_stored(name: str) -> None:
    compare(STORED / f"{name}_several.{SUFFIXES.get(name, 'json')}", ALL[name]([BROKEN, CLEAN]))


def test_each_report_has_a_setting() -> None:
    assert tuple(RENDERERS) == REPORT_KEYS


def thousand() -> Report:
    errors = [Judged(dataclasses.replace(DIFFERS, object=f"users.c{number}")) for number in range(1000)]
    return dataclasses.replace(REPORT, findings=(*errors, *(Judged(LOST) for _ in range(11))))


def test_github_shows_ten_errors_and_ten_warnings_and_the_others_are_counted() -> None:
    lines = workflow_commands([thousand()])
    assert [line.partition(" ")[0] for line in lines] == ["::error"] * 10 + ["::warning"] * 10 + ["::notice"]
    assert lines[-1] == "::notice title=pytest-stairway::990 more errors and 1 more warnings are in the summary"


@pytest.mark.parametrize("limit", [2000, 65_536, SUMMARY_LIMIT])
def test_markdown_stays_below_its_limit_and_says_what_is_left_out(limit: int) -> None:
    written = render([thousand()] * 10, limit)
    assert len(written.encode()) <= limit
    left_out = f"parts left out: GitHub takes no more than {limit} bytes. --stairway-json has everything."
    assert written.splitlines()[-1].endswith(left_out)


@pytest.mark.parametrize("name", ["sarif", "json", "codequality"])
def test_a_thousand_findings_are_written(name: str) -> None:
    assert RENDERERS[name]([thousand()]).count("downgrade of 0003 leaves users.name as VARCHAR(9) NOT NULL") == 1000


def test_sarif_is_as_its_published_schema_wants_it() -> None:
    schema = json.loads((STORED / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))  # OASIS, errata 01, unchanged
    for reports in ([REPORT], [BROKEN, CLEAN]):
        jsonschema.validate(json.loads(RENDERERS["sarif"](reports)), schema)


def test_a_terminal_lists_twenty_known_findings_and_counts_the_others() -> None:
    known = tuple(Judged(DIFFERS, Standing.KNOWN, "main has it") for _ in range(1000))
    lines = summary(dataclasses.replace(REPORT, findings=known, skips=()))
    place = "known: migrations/versions/0003.py:16  downgrade-differs: users.name -- main has it"
    assert lines == [place] * 20 + ["known: 980 more, which --stairway-json lists"]


def test_a_statement_of_megabytes_is_cut_in_markdown() -> None:
    (step, *others) = REPORT.steps
    long = dataclasses.replace(step, statements=(dataclasses.replace(step.statements[0], sql="x" * 3_000_000),))
    written = render([dataclasses.replace(REPORT, steps=(long, *others))])
    assert "… 2988001 more characters" in written


def test_fingerprints_stay_where_lines_and_words_change() -> None:
    moved = dataclasses.replace(DIFFERS, message="otherwise", location=dataclasses.replace(DIFFERS.location, line=99))
    first, second = (
        [fingerprint for _, fingerprint in fingerprinted(dataclasses.replace(REPORT, findings=findings))]
        for findings in ((Judged(DIFFERS), Judged(LOST)), (Judged(LOST), Judged(moved)))
    )
    assert first == second[::-1]


def test_findings_that_have_everything_in_common_have_fingerprints_of_their_own() -> None:
    findings = (Judged(DIFFERS),) * 3
    assert len({fingerprint for _, fingerprint in fingerprinted(dataclasses.replace(REPORT, findings=findings))}) == 3


def test_a_graph_too_large_to_be_read_shows_the_last_revisions() -> None:
    chain = tuple(
        dataclasses.replace(REVISIONS[2], id=f"{number:04}", down_revisions=(f"{number - 1:04}",), depends_on=())
        for number in range(1, 101)
    )
    lines = graph(dataclasses.replace(REPORT, revisions=chain)).splitlines()
    assert lines[1] == '    earlier["40 earlier revisions"]:::known'
    assert sum("]:::new" in line for line in lines) == 60
    assert sum("-->" in line for line in lines) == 59


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("a *b* _c_ [d](e) <f> & `g`", "a \\*b\\* \\_c\\_ \\[d\\](e) &lt;f&gt; &amp; \\`g\\`"),
        ("@user | ~x~ $1$ \\", "@<!-- -->user \\| \\~x\\~ \\$1\\$ \\\\"),
        ("two\r\n\tlines", "two lines"),
    ],
)
def test_text_is_shown_as_it_is(told: str, expected: str) -> None:
    assert text(told) == expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [("a", "`a`"), ("a`b", "``a`b``"), ("`a``", "``` `a`` ```"), ("a\nb", "`a b`"), ("", ""), ("|", "`|`")],
)
def test_code_is_fenced_by_more_backticks_than_it_holds(told: str, expected: str) -> None:
    assert code_span(told) == expected


def test_a_block_is_fenced_by_more_backticks_than_it_holds() -> None:
    assert code_block("````\nx", "sql") == "`````sql\n````\nx\n`````\n"


def test_a_bar_does_not_end_a_cell() -> None:
    assert table_cell("`a|b` c\\|d") == "`a\\|b` c\\|d"


@pytest.mark.parametrize("name", ["sarif", "json", "codequality"])
def test_what_is_not_unicode_is_written(name: str) -> None:
    odd = dataclasses.replace(DIFFERS, message="\udce9\x00\x1b")
    written = RENDERERS[name]([dataclasses.replace(REPORT, findings=(Judged(odd),))])
    assert json.loads(written.encode("utf-8"))
