"""One revision as a script and as a diff, compared whole."""

from __future__ import annotations

import dataclasses

from pytest_stairway.findings import Location
from pytest_stairway.report import ReportedStatement
from pytest_stairway.reports.revision import (
    Altered,
    Line,
    ShownRevision,
    Style,
    Way,
    render_change,
    render_sql,
)

FILE = Location("versions/0002.py", 8, "0002")
TABLE = "CREATE TABLE `users` (\n  `id` int NOT NULL{}\n) ENGINE=InnoDB"
OLD, NEW = TABLE.format(""), TABLE.format(",\n  `name` varchar(9) DEFAULT NULL")
UP = Way(
    "upgrade",
    (
        ReportedStatement(
            "\n\tALTER TABLE users\n\tADD name VARCHAR(9)\n", Location("versions/0002.py", 14, "0002"), 0.0041
        ),
        ReportedStatement("UPDATE users SET name = %s", Location("versions/0002.py", 15, "0002"), 1.5, "('ada',)"),
    ),
    (Altered("table users", OLD, NEW),),
)
DOWN = Way(
    "downgrade",
    (ReportedStatement("ALTER TABLE users DROP name;", Location(), 0.002),),
    (Altered("table users", NEW, OLD),),
)
REVISION = ShownRevision("0002", "add name", FILE, UP, DOWN, ())


def text(lines: list[Line]) -> str:
    return "\n".join(line.text for line in lines)


def test_the_statements_of_a_revision_are_a_script() -> None:
    assert (
        text(render_sql(REVISION))
        == """\
-- revision 0002: add name
-- versions/0002.py:8

-- upgrade: 2 statements, 1.50 s

-- 4.1 ms, line 14
ALTER TABLE users
ADD name VARCHAR(9);

-- 1.50 s, line 15
UPDATE users SET name = %s;
-- with ('ada',)

-- downgrade: 1 statement, 2.0 ms

-- 2.0 ms
ALTER TABLE users DROP name;"""
    )


def test_a_refused_statement_and_what_was_not_run_are_told() -> None:
    refused = ReportedStatement("DROP TABLE x", Location(), 0.001, error="(1051) Unknown table 'x'")
    up = Way("upgrade", (refused,), (), "(1051) Unknown table 'x'")
    revision = dataclasses.replace(REVISION, up=up, down=Way("downgrade", not_run="not run"), left=None)
    assert (
        text(render_sql(revision)).partition("\n\n")[2]
        == """\
-- upgrade: 1 statement, 1.0 ms

-- 1.0 ms
DROP TABLE x;
-- refused: (1051) Unknown table 'x'

-- upgrade fails: (1051) Unknown table 'x'

-- downgrade: not run"""
    )


def test_the_change_of_a_revision_is_a_diff_without_commas() -> None:
    assert render_change(REVISION) == [
        Line("revision 0002: add name", Style.HEADING),
        Line("versions/0002.py:8"),
        Line(""),
        Line("table users", Style.HEADING),
        Line("@@ -1,3 +1,4 @@", Style.HUNK),
        Line(" CREATE TABLE `users` ("),
        Line("   `id` int NOT NULL"),
        Line("+  `name` varchar(9) DEFAULT NULL", Style.ADDED),
        Line(" ) ENGINE=InnoDB"),
        Line(""),
        Line("the downgrade restores the schema"),
    ]


def test_what_the_downgrade_leaves_is_a_diff_too() -> None:
    left = dataclasses.replace(REVISION, left=(Altered("table users", OLD, NEW),))
    assert (
        text(render_change(left)[10:])
        == """\
the downgrade does not restore the schema; before the upgrade and after the downgrade:

table users
@@ -1,3 +1,4 @@
 CREATE TABLE `users` (
   `id` int NOT NULL
+  `name` varchar(9) DEFAULT NULL
 ) ENGINE=InnoDB"""
    )


def test_an_upgrade_that_changes_no_schema_says_so() -> None:
    rows = dataclasses.replace(
        REVISION, up=Way("upgrade", UP.sent), down=Way("downgrade", not_run="not run"), left=None
    )
    assert text(render_change(rows)[2:]) == (
        "the upgrade leaves the schema as it is; it sends 2 statements\n\ndowngrade: not run"
    )


def test_failures_are_told() -> None:
    up = dataclasses.replace(UP, failure="(1) x")
    assert text(render_change(dataclasses.replace(REVISION, up=up))).endswith("\n\nupgrade fails: (1) x")
    down = dataclasses.replace(DOWN, failure="(1) x")
    assert text(render_change(dataclasses.replace(REVISION, down=down))).endswith("\n\ndowngrade fails: (1) x")
    blocked = dataclasses.replace(REVISION, up=Way("upgrade", not_run="not run"))
    assert text(render_change(blocked)).endswith("\nupgrade: not run")
