"""`--stairway-sql` and `--stairway-show`: no test runs, and a reviewer sees what one revision does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Project, Run

ADD = """
op.add_column("users", sa.Column("name", sa.String(9), server_default="%"))
users = sa.table("users", sa.column("id"), sa.column("name"))
op.bulk_insert(users, [{"id": 1, "name": "ada"}, {"id": 2, "name": "bob"}])
"""


def printed(result: pytest.RunResult) -> str:
    text = "\n".join(result.outlines).partition("\n\n")[2].partition("\n---")[0]
    text = re.sub(r"\d+\.\d ms", "N ms", text)
    return re.sub(r" COLLATE=\w+", "", text.replace("int(11)", "int")).strip()


def test_statements_are_printed_as_sent_with_their_parameters(project: Project, run: Run) -> None:
    project.add("0003", "add name", ADD, 'op.drop_column("users", "name")')
    result = run("--stairway-sql", "0003")
    assert result.ret == pytest.ExitCode.OK
    assert (
        printed(result)
        == """\
-- revision 0003: add name
-- migrations/versions/0003.py:7

-- upgrade: 2 statements, N ms

-- N ms, line 12
ALTER TABLE users ADD COLUMN name VARCHAR(9) DEFAULT '%';

-- N ms, line 14
INSERT INTO users (id, name) VALUES (%(id)s, %(name)s);
-- with {'id': 1, 'name': 'ada'}, {'id': 2, 'name': 'bob'}

-- downgrade: 1 statement, N ms

-- N ms, line 18
ALTER TABLE users DROP COLUMN name;"""
    )


def test_a_change_is_printed_with_what_the_downgrade_leaves(project: Project, run: Run) -> None:
    project.add(
        "0003",
        "index",
        'op.create_index("a", "users", ["id"])\nop.create_index("b", "users", ["id"])',
        'op.drop_index("a", "users")',
    )
    result = run("--stairway-show", "head")
    assert printed(result).replace("  `id` int NOT NULL AUTO_INCREMENT\n", "") == EXPECTED_CHANGE


EXPECTED_CHANGE = """\
revision 0003: index
migrations/versions/0003.py:7

table users
@@ -1,4 +1,6 @@
 CREATE TABLE `users` (
 \
   PRIMARY KEY (`id`)
+  KEY `a` (`id`)
+  KEY `b` (`id`)
 ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4

the downgrade does not restore the schema; before the upgrade and after the downgrade:

table users
@@ -1,4 +1,5 @@
 CREATE TABLE `users` (
 \
   PRIMARY KEY (`id`)
+  KEY `b` (`id`)
 ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4"""


@pytest.mark.parametrize(
    ("argument", "variable", "coloured"),
    [
        ("--color=yes", "STAIRWAY_TEST", True),
        ("--color=no", "FORCE_COLOR", False),
        ("--color=auto", "NO_COLOR", False),
    ],
)
@pytest.mark.usefixtures("project")
def test_colours_are_those_of_pytest(
    run: Run, monkeypatch: pytest.MonkeyPatch, argument: str, variable: str, *, coloured: bool
) -> None:
    monkeypatch.setenv(variable, "1")
    output = "\n".join(run("--stairway-show", "0001", argument).outlines)
    assert ("\x1b[32m+CREATE TABLE `roles` (" in output) is coloured


@pytest.mark.usefixtures("project")
def test_one_process_walks_where_workers_are_asked_for(run: Run) -> None:
    result = run("--stairway-show", "0001", "--stairway-sql", "0002", "-n", "2")
    assert result.ret == pytest.ExitCode.OK
    output = "\n".join(result.outlines)
    assert "-- revision 0002: create users" in output
    assert "+CREATE TABLE `roles` (" in output


@pytest.mark.usefixtures("project")
def test_an_unknown_revision_is_refused_before_a_server_starts(run: Run) -> None:
    result = run("--stairway-sql", "0020")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "\n".join(result.errlines).strip() == EXPECTED_REFUSAL


EXPECTED_REFUSAL = """\
ERROR: stairway: there is no revision "0020"
  fix     name an id, the beginning of one, or "head"
          perhaps 0001 (create roles), 0002 (create users)"""


def test_what_fails_and_what_follows_it_is_shown(project: Project, run: Run) -> None:
    project.add("0003", "fail", 'op.execute("DROP TABLE x")')
    project.add("0004", "follow")
    output = "\n".join(run("--stairway-sql", "0003", "--stairway-show", "0004").outlines)
    assert "-- refused: (1051) Unknown table 'x'" in output
    assert "-- downgrade: not run: its upgrade did not succeed" in output
    assert "upgrade: not run: the upgrade of 0003, which it follows, failed" in output


def test_passwords_in_statements_are_hidden(project: Project, run: Run) -> None:
    project.add("0003", "connect", """op.execute("SELECT 'mysql://root:hush@host/'")""")
    assert "SELECT 'mysql://root:***@host/';" in "\n".join(run("--stairway-sql", "0003").outlines)
