"""No text of a project becomes markup in the page; `test_reports` compares the whole of it with a stored one."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from pytest_stairway.findings import Finding, Location, Severity, Skip, Stage
from pytest_stairway.flavor import Flavor, Vendor
from pytest_stairway.report import (
    Judged,
    Report,
    ReportedChange,
    ReportedRevision,
    ReportedStatement,
    ReportedStep,
    Standing,
)
from pytest_stairway.reports.graph import columns, cut
from pytest_stairway.reports.html import render

NASTY = """</script><b>&"'$title</b>"""


def small_report(text: str = "name") -> Report:
    """Give a report with something of everything; `text` stands wherever a project's own words do."""
    place = Location(f"versions/0002_{text}.py", 14, "0002")
    found = Finding("downgrade-differs", Stage.ROUND_TRIP, place, text, f"leaves {text}", f"Instead: {text}")
    drift = Finding("drift-missing", Stage.MODELS, Location("models.py", 3), text, f"no {text}")
    warning = Finding("column-lost", Stage.ROUND_TRIP, place, text, f"drops {text}", severity=Severity.WARNING)
    shipped = Finding("rows-lost", Stage.ROUND_TRIP, Location("versions/0001.py", 9, "0001"), text, text)
    change = ReportedChange("table", "users", f"users.{text}", "varchar(9)", f"varchar(20)\n{text}")
    sent = ReportedStatement(f"ALTER TABLE users ADD {text}", place, 0.0041)
    refused = ReportedStatement(f"DROP {text}", Location(), 1.5, text, text)
    return Report(
        project=f"{text}.ini",
        revisions=(
            ReportedRevision("0001", text, "versions/0001.py", 3, is_new=False),
            ReportedRevision("0002", text, f"versions/0002_{text}.py", 3, ("0001",), (), (text,)),
            ReportedRevision(text, text, "versions/3.py", 3, ("0001",), ("0002",)),
            ReportedRevision("0004", text, "versions/0004.py", 3, ("0002", text, "gone")),
        ),
        findings=(
            Judged(found),
            Judged(drift),
            Judged(warning, Standing.WAIVED, text),
            Judged(shipped, Standing.KNOWN, text),
        ),
        skips=(
            Skip("rows", Stage.ROUND_TRIP, place, text),
            Skip("drift", Stage.MODELS, Location("env.py", 3), text),
        ),
        flavor=Flavor(Vendor.MYSQL, (9, 7, 4)),
        origin=text,
        steps=(
            ReportedStep("0002", "upgrade", (sent,), (change,), ("users",), 0.005),
            ReportedStep("0002", "downgrade", (refused,), (), (), 1.6, text),
        ),
        seconds=6.41,
        command=f"pytest {text}",
        problem=text,
    )


class Outline(HTMLParser):
    """The tags of a page in order, with what refers to something else."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.targets: set[str] = set()
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.targets |= {value or "" for name, value in attrs if name in {"src", "href", "action", "data"}}
        if tag not in {"meta", "br", "link"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_no_text_of_a_project_becomes_markup() -> None:
    nasty, plain = Outline(render([small_report(NASTY)])), Outline(render([small_report()]))
    assert nasty.tags == plain.tags
    assert nasty.open == plain.open == []


def test_the_page_refers_to_nothing_but_itself() -> None:
    page = render([small_report()])
    assert {target for target in Outline(page).targets if not re.fullmatch(r"#p0r\d", target)} == set()
    assert re.findall(r"url\(|@import|https?:", page) == []


def test_a_run_that_did_not_get_to_the_server_says_so() -> None:
    page = render([Report("alembic.ini", (), (), (), problem="no server")])
    assert '<h2>alembic.ini</h2>\n<p>not walked</p>\n<p class="problem">no server</p>' in page


def test_what_was_not_checked_stands_where_it_belongs() -> None:
    page = render([small_report()])
    assert page.index('<section id="p0r1"') < page.index("not checked: name") < page.index('<section id="p0r0"')
    assert "<h3>Not checked</h3>\n<ul>\n<li><code>env.py:3</code> name</li>\n</ul>" in page


def test_several_projects_are_on_one_page_and_nothing_has_two_meanings() -> None:
    page = render([small_report(), small_report("other")])
    anchors = re.findall(r' id="(\w+)"', page)
    assert len(anchors) == len(set(anchors)) == 9
    assert re.findall(r'<option value="rows-lost">(.*)</option>', page) == ["rows-lost (2)"]
    assert set(re.findall(r'href="#(\w+)"', page)) <= set(anchors)


def test_of_many_statements_the_first_are_shown() -> None:
    sent = ReportedStatement("INSERT INTO users VALUES (1)", Location(), 0.001)
    step = ReportedStep("0001", "upgrade", (sent,) * 5000, (), (), 5.0)
    page = render([Report("alembic.ini", (ReportedRevision("0001", "", "0001.py", 1),), (), (), steps=(step,))])
    assert page.count("INSERT INTO users VALUES (1)") == 200
    assert "<summary>upgrade: 5000 statements, 5.00 s</summary>" in page
    assert '<p class="time">and 4800 more statements</p>' in page


def test_a_label_is_cut_by_columns() -> None:
    assert (cut("abc", 3), cut("abcd", 3), cut("a bc", 3), cut("日本語", 5)) == ("abc", "ab…", "a…", "日本…")
    assert columns("aé日") == 4
