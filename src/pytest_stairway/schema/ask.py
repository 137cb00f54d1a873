"""Several questions to a server in one request: what a look costs is round trips more than rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pymysql
import pymysql.cursors

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Rows = list[tuple[Any, ...]]

_NOT_ABOUT_THE_QUESTION = frozenset({0, 1205, 1213, 1317, 1927, 2006, 2013, 2014, 2055, 3024, 4031})
"""Lock waits, interruptions and lost connections: they say nothing about what was asked, so they are raised."""


def ask(
    connection: pymysql.Connection[pymysql.cursors.Cursor], questions: Sequence[str]
) -> list[Rows | pymysql.MySQLError]:
    """Return the rows of each question, or the server's error about it; the connection must allow MULTI_STATEMENTS.

    The server stops at an error, so what follows it is sent again without it.
    """
    answers: list[Rows | pymysql.MySQLError] = []
    while remaining := questions[len(answers) :]:
        try:
            for rows in _answers(connection, remaining):
                answers.append(rows)  # noqa: PERF402 - what came before an error is kept
        except pymysql.MySQLError as error:
            if not error.args or error.args[0] in _NOT_ABOUT_THE_QUESTION:
                raise
            answers.append(error)
    return answers


def rows_of(answer: Rows | pymysql.MySQLError) -> Rows:
    """Return the rows of an answer, or raise what it says instead."""
    if isinstance(answer, pymysql.MySQLError):
        raise answer
    return answer


def _answers(connection: pymysql.Connection[pymysql.cursors.Cursor], questions: Sequence[str]) -> Iterator[Rows]:
    with connection.cursor() as cursor:
        cursor.execute(";".join(questions))
        for _ in questions:
            yield list(cursor.fetchall())
            cursor.nextset()
