"""One difference between models and database, or two spellings of one table, as a line of data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy
from sqlalchemy import DDL, Column, Integer, MetaData, Table, UniqueConstraint, event
from sqlalchemy.dialects import mysql
from sqlalchemy.types import UserDefinedType

if TYPE_CHECKING:
    from pytest_stairway.flavor import Flavor

PARENT = "CREATE TABLE p (id INT PRIMARY KEY, x INT, y INT, UNIQUE (x), UNIQUE (y), UNIQUE (x, y), UNIQUE (y, x))"
"""The table that foreign keys of all cases may refer to: made once in each database."""


@dataclass(frozen=True, slots=True)
class Case:
    """`before` is what the models say and `after` what the migrated database has, both as DDL.

    DDL is what follows `CREATE TABLE $t (id INT PRIMARY KEY, `; table options follow ` | `. One that begins with CREATE
    or SET is a whole statement, with the table $t (id, a, b) already there. More statements follow `;;`. A name with $
    is the case's own (it gets the case's number), so that all cases live in one database.

    `model` says `before` in SQLAlchemy: the further arguments of `Table("$t", metadata, Column("id", ...), ...)`, or
    whole tables where it begins with `Table(`. Where it is empty a DDL event of the models executes `before`.

    `expected` are the changes from `before` to `after` as `object: attributes`, `-object` gone, `+object` new; empty
    where the two are equivalent; `drift` says what drift tells where that is something else than a round trip. `needs`
    is the question to Flavor that a server must answer with yes. A case that is `alone` has databases of its own.
    """

    name: str
    before: str
    after: str
    expected: str = ""
    model: str = ""
    needs: str = ""
    drift: str | None = None
    alone: bool = False

    @property
    def is_whole(self) -> bool:
        return self.before.startswith(("CREATE", "SET"))

    def runs_on(self, flavor: Flavor) -> bool:
        return not self.needs or bool(getattr(flavor, self.needs))

    @property
    def expected_drift(self) -> str:
        return self.expected if self.drift is None else self.drift


class Raw(UserDefinedType[Any]):
    """A type as projects define it where SQLAlchemy has none: `Raw("POINT")`."""

    cache_ok = True

    def __init__(self, text: str) -> None:
        self.text = text

    def get_col_spec(self, **_: Any) -> str:
        return self.text


NAMES = {**vars(sqlalchemy), "mysql": mysql, "Raw": Raw}
"""What the source of a model may use."""


def statements(definition: str, number: int) -> list[str]:
    """Write the statements that build one side of a case."""
    first, *more = (part.strip() for part in definition.split(";;"))
    if definition.startswith(("CREATE", "SET")):
        written = ["CREATE TABLE $t (id INT PRIMARY KEY, a INT, b INT)", first, *more]
    else:
        body, _, options = first.partition(" | ")
        written = [f"CREATE TABLE $t (id INT PRIMARY KEY, {body}) {options}".strip(), *more]
    return [numbered(statement, number) for statement in written]


def parent(metadata: MetaData) -> Table:
    """Declare the table p of `PARENT`."""
    columns = [Column("id", Integer, primary_key=True, autoincrement=False), Column("x", Integer), Column("y", Integer)]
    uniques = [UniqueConstraint(*each) for each in (("x",), ("y",), ("x", "y"), ("y", "x"))]
    return Table("p", metadata, *columns, *uniques)


def declare(case: Case, number: int, metadata: MetaData) -> MetaData:
    """Add what a case says of the models to `metadata`; return the metadata it was added to, which may be its own."""
    if not case.model:
        for statement in statements(case.before, number):
            event.listen(metadata, "after_create", DDL(statement.replace("%", "%%")))
        return metadata
    names = {**NAMES, "metadata": metadata, "identifier": _identifier()}
    arguments = 'Column("a", Integer), Column("b", Integer)' if case.is_whole else case.model
    table = f'Table("$t", metadata, identifier, {arguments})'
    source = f"[{table}, {case.model}]" if case.is_whole else f"[{table}]"
    made = eval(numbered(source, number), names)  # noqa: S307 - our own data, as source so that names can vary
    last: Table = made[-1]
    return last.metadata


def _identifier() -> Column[int]:
    return Column("id", Integer, primary_key=True, autoincrement=False)


def numbered(text: str, number: int) -> str:
    return re.sub(r"\$([a-z]+)", rf"\1__{number}", text)


def number_in(text: str) -> int | None:
    """Return the number of the case that a name belongs to."""
    found = re.search(r"__(\d+)", text)
    return int(found[1]) if found else None


def without_number(text: str) -> str:
    return re.sub(r"__\d+", "", text)
