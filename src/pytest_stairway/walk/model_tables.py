"""Creating the models' tables, so that one which cannot be created hides no other."""

from __future__ import annotations

import contextlib
import warnings
from typing import TYPE_CHECKING

from sqlalchemy.schema import AddConstraint, ForeignKeyConstraint

from pytest_stairway.findings import Location
from pytest_stairway.walk.failure import Failure
from pytest_stairway.walk.recorder import server_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import MetaData, Table
    from sqlalchemy.engine import URL, Connection, Engine


def create_all(engine: Engine, metadatas: Sequence[MetaData], wanted: Callable[[Table], bool]) -> Failure | None:
    """Create every table that is wanted as the project itself would, and return what kept it from that."""
    with _connected(engine) as connection:
        try:
            for metadata in metadatas:
                metadata.create_all(connection, tables=list(filter(wanted, metadata.tables.values())), checkfirst=False)
        except Exception as error:  # noqa: BLE001 - the models are the project's: types and events may raise anything
            return _failure(error, engine.url)
    return None


def send(engine: Engine, statements: Sequence[str]) -> None:
    """Send what is known to create the models.

    Raises:
        SQLAlchemyError: the server refuses a statement.
    """
    with _connected(engine) as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def create_each(
    engine: Engine, metadatas: Sequence[MetaData], wanted: Callable[[Table], bool]
) -> list[tuple[Table, Failure]]:
    """Create each table that is wanted by itself, and return those that could not be created."""
    failed = []
    with _connected(engine) as connection:
        for metadata in metadatas:
            for table in filter(wanted, _targets_first(metadata)):
                try:
                    table.create(connection, checkfirst=True)
                    _add_keys_left_for_later(connection, table)
                except Exception as error:  # noqa: BLE001 - see above
                    failed.append((table, _failure(error, engine.url)))
    return failed


@contextlib.contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    """Connect, so that a foreign key to a table that is not there, or not yet, keeps no other from being created."""
    try:
        with warnings.catch_warnings(), engine.connect() as connection:
            warnings.simplefilter("ignore")
            connection.exec_driver_sql("SET foreign_key_checks = 0")
            yield connection
            connection.commit()
    finally:
        engine.dispose()


def _add_keys_left_for_later(connection: Connection, table: Table) -> None:
    for key in table.constraints:
        if isinstance(key, ForeignKeyConstraint) and key.use_alter:
            connection.execute(AddConstraint(key))


def _targets_first(metadata: MetaData) -> list[Table]:
    """Put what foreign keys refer to before them: columns that do not fit are then told of the key's own table.

    `MetaData.sorted_tables` would not do, as it raises where a foreign key refers to a table that is not there.
    """
    left = dict(metadata.tables)
    targets = {
        name: {key.target_fullname.rpartition(".")[0] for key in table.foreign_keys} for name, table in left.items()
    }
    ordered: list[Table] = []
    while left:
        free = [name for name in left if not (targets[name] - {name}) & left.keys()]
        ordered += [left.pop(name) for name in free or list(left)]
    return ordered


def _failure(error: Exception, url: URL) -> Failure:
    errno, text = server_error(error)
    text = text.replace(f"`{url.database}`.", "").replace(f"{url.database}.", "")
    return Failure(error=text, location=Location(), errno=errno, statement=getattr(error, "statement", None))
