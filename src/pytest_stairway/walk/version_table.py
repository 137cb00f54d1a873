"""The rows that Alembic keeps of what is applied, as the migrations leave them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pymysql
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from pytest_stairway.schema.tokens import quote_identifier
from pytest_stairway.walk.applied import AppliedRevisions
from pytest_stairway.walk.record import Versions
from pytest_stairway.walk.recorder import server_error

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext
    from sqlalchemy.engine import Connection

    from pytest_stairway.history.revisions import History
    from pytest_stairway.schema.ask import Rows


class VersionTable:
    """The version table of one run of env.py, beside the revisions that are really applied."""

    def __init__(self, context: MigrationContext, history: History) -> None:
        self.applied = AppliedRevisions(history)
        self._context = context
        table = sa.table(context.version_table, sa.column("version_num"), schema=context.version_table_schema)
        self._rows = sa.select(table.c.version_num)

    @property
    def connection(self) -> Connection:
        """Give env.py's own connection: what it has not committed is visible to no other."""
        connection = self._context.connection
        assert connection is not None  # noqa: S101 - checked in configure()
        return connection

    @property
    def in_outer_transaction(self) -> bool:
        """Tell whether env.py began a transaction of its own, which Alembic then does not commit."""
        return bool(self._context._in_external_transaction)  # noqa: SLF001 - nothing public tells it

    @property
    def question(self) -> str:
        """Ask for the rows on another connection, which sees what is committed."""
        names = (self._context.version_table_schema, self._context.version_table)
        table = ".".join(quote_identifier(name) for name in names if name is not None)
        return f"SELECT version_num FROM {table}"  # noqa: S608 - a quoted identifier

    def committed(self, answer: Rows | pymysql.MySQLError) -> Versions:
        """Describe the answer to `question`."""
        if isinstance(answer, pymysql.MySQLError):
            return Versions((), self.applied.heads(), error=server_error(answer)[1])
        return Versions(tuple(sorted(row[0] for row in answer)), self.applied.heads())

    def read_open_transaction(self) -> Versions | None:
        """Read the rows where a transaction is open after a step, None where all is committed.

        One of env.py's own around all steps is left alone; another, in which the rows would be lost, is committed.
        """
        if not self.in_outer_transaction and not self.connection.in_transaction():
            return None
        uncommitted = not self.in_outer_transaction
        try:
            found = tuple(sorted(row[0] for row in self.connection.execute(self._rows)))
            if uncommitted:
                self.connection.exec_driver_sql("COMMIT")
        except SQLAlchemyError as error:
            return Versions((), self.applied.heads(), error=server_error(error)[1])
        return Versions(found, self.applied.heads(), uncommitted)
