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


class Asker:
    """Asks over a connection of our own, which must allow MULTI_STATEMENTS; `asked` counts the questions."""

    def __init__(self, connection: pymysql.Connection[pymysql.cursors.Cursor]) -> None:
        self.asked = 0
        self._connection = connection

    def ask(self, questions: Sequence[str]) -> list[Rows | pymysql.MySQLError]:
        """Return the rows of each question, or the server's error about it.

        The server stops at an error, so what follows it is sent again without it.
        """
        self.asked += len(questions)
        answers: list[Rows | pymysql.MySQLError] = []
        while remaining := questions[len(answers) :]:
            try:
                for rows in self._answers(remaining):
                    answers.append(rows)  # noqa: PERF402 - what came before an error is kept
            except pymysql.MySQLError as error:
                if not error.args or error.args[0] in _NOT_ABOUT_THE_QUESTION:
                    raise
                answers.append(error)
        return answers

    def rows(self, question: str) -> Rows:
        (answer,) = self.ask([question])
        return rows_of(answer)

    def _answers(self, questions: Sequence[str]) -> Iterator[Rows]:
        with self._connection.cursor() as cursor:
            cursor.execute(";".join(questions))
            for _ in questions:
                yield list(cursor.fetchall())
                cursor.nextset()


def rows_of(answer: Rows | pymysql.MySQLError) -> Rows:
    """Return the rows of an answer, or raise what it says instead."""
    if isinstance(answer, pymysql.MySQLError):
        raise answer
    return answer
