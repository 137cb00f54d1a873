"""What a statement says of itself, and what an error says of the server."""

from __future__ import annotations

import pymysql
import pytest
from sqlalchemy.exc import OperationalError

from pytest_stairway.findings import Location
from pytest_stairway.walk.failure import Statement
from pytest_stairway.walk.recorder import server_error
from pytest_stairway.walk.statements import first_word, named_in, reached_the_server


@pytest.mark.parametrize(
    ("sql", "word"),
    [
        ("ALTER TABLE t ADD c INT", "alter"),
        ("  \n-- why\n/* what */ # where\nInsert INTO t VALUES (1)", "insert"),
        ("(SELECT 1)", "select"),
        ("/*!50003 CREATE TRIGGER x */", ""),
        ("", ""),
    ],
)
def test_the_first_word(sql: str, word: str) -> None:
    assert first_word(sql) == word


def test_every_word_of_a_statement_may_be_a_name() -> None:
    statements = [
        Statement("ALTER TABLE `odd ``name` ADD Email INT", Location()),
        Statement("SELECT secret FROM users", Location()),
        Statement("UPDATE größen$1 SET a = 1", Location()),
    ]
    assert {"odd `name", "email", "größen$1"} <= named_in(statements)
    assert "users" not in named_in(statements)


@pytest.mark.parametrize(
    ("error", "reached"),
    [
        (None, True),
        ("(1553) Cannot drop index 'ix': needed in a foreign key constraint", True),
        ("(4161) Unknown data type: 'vectr'", True),
        ("(2013) Lost connection to MySQL server during query", False),
        ("KeyError: 'name'", False),
    ],
)
def test_what_the_server_refused_has_reached_it(error: str | None, reached: bool) -> None:  # noqa: FBT001 - a case
    assert reached_the_server(Statement("DROP INDEX ix ON t", Location(), error=error)) is reached


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (pymysql.OperationalError(1146, "Table 'x.t'\ndoesn't exist"), (1146, "(1146) Table 'x.t' doesn't exist")),
        (
            OperationalError("DROP TABLE t", {}, pymysql.OperationalError(1051, "Unknown table 't'")),
            (1051, "(1051) Unknown table 't'"),
        ),
        (ValueError("too\nlate"), (None, "ValueError: too late")),
        (NotImplementedError(), (None, "NotImplementedError")),
        (SystemExit(1), (None, "SystemExit: 1")),
    ],
)
def test_an_error_in_one_line(error: BaseException, told: tuple[int | None, str]) -> None:
    assert server_error(error) == told
