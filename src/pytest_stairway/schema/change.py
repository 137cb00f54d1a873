"""One difference between two schemas, in SQL terms."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pytest_stairway.schema.model import NO_DEFAULT, NULL_DEFAULT_NOT_PRINTED, Column, Kind, Table
from pytest_stairway.schema.tokens import Sort, string_literal, tokens

if TYPE_CHECKING:
    from collections.abc import Collection


@dataclass(frozen=True, slots=True)
class Change:
    """What one object was and is.

    `table` is the name of the object of `kind`; `part` what of it differs ("column", "index", "option", ...; its kind
    for a whole object). `object` is stable from run to run: `users.email`, `index ix_a on users`. `before` and `after`
    are SQL, None where the object does not exist; `attributes` what differs where both exist. The definitions are the
    server's own lines, ready to paste after ADD or MODIFY, empty where there is none; a column's names its collation
    where the other table's default is another one. `following` are the columns that differ only as a table's default
    collation does; `along` further actions without which ALTER TABLE could not make `before` of `after`, `along_back`
    those of the way back: each adds an index that this way takes away. `database` is one beside the project's own; the
    names of table and object say it as well.
    """

    kind: Kind
    table: str
    part: str
    object: str
    before: str | None
    after: str | None
    attributes: tuple[str, ...] = ()
    before_definition: str = ""
    after_definition: str = ""
    following: tuple[str, ...] = ()
    along: tuple[str, ...] = ()
    along_back: tuple[str, ...] = ()
    database: str = ""

    @property
    def column(self) -> str:
        """The name of the column that a change of one is about."""
        return self.object.removeprefix(f"{self.table}.")

    @property
    def inside(self) -> Change:
        """The change as it is called inside its database."""
        if not self.database:
            return self
        return replace(
            self,
            table=self.table.removeprefix(f"{self.database}."),
            object=self.object.removesuffix(f" in database {self.database}"),
            database="",
        )


def column_text(column: Column, differing: Collection[str] = ("check",), *, lacks_default: bool = False) -> str:
    """Write a column as SQL: `VARCHAR(120) NOT NULL DEFAULT ''`.

    A character set is written where it is not the table's or is `differing`; the CHECK that MariaDB's JSON stands for
    where it is. DEFAULT NULL goes without saying, unless the difference is that one side `lacks_default` altogether.
    """
    written = [upper_case(column.type)]
    if column.collation and (not column.inherits_collation or {"character set", "collation"} & set(differing)):
        written.append(f"CHARACTER SET {column.charset} COLLATE {column.collation}")
    if column.generated:
        expression = f"({column.generated}) {column.stored}" if column.stored else column.generated
        written.append(f"GENERATED ALWAYS AS {expression}")
    written.append("NULL" if column.nullable else "NOT NULL")
    written += _default(column, lacks_default=lacks_default)
    written += [f"ON UPDATE {column.on_update}"] if column.on_update else []
    written += ["AUTO_INCREMENT"] if column.auto_increment else []
    written += [] if column.visible else ["INVISIBLE"]
    written += [f"SRID {column.srid}"] if column.srid else []
    written += [f"STORAGE {column.storage}"] if column.storage else []
    written += [f"COLUMN_FORMAT {column.column_format}"] if column.column_format else []
    written += [f"COMMENT {string_literal(column.comment)}"] if column.comment else []
    if column.check and ("check" in differing or not column.check.startswith("json_valid(")):
        written.append(f"CHECK ({column.check})")
    return " ".join([*written, *column.other])


def _default(column: Column, *, lacks_default: bool) -> list[str]:
    if column.default not in (NO_DEFAULT, "NULL"):
        return [f"DEFAULT {column.default}"]
    unknown = column.default == NO_DEFAULT and column.type.split("(")[0] in NULL_DEFAULT_NOT_PRINTED
    if not lacks_default or unknown:
        return []
    return ["DEFAULT NULL" if column.default == "NULL" else "(no default)"]


def table_text(table: Table) -> str:
    return f"TABLE ({', '.join(column.name for column in table.columns)})"


def upper_case(text: str) -> str:
    """Write in capitals what does not stand in quotes."""
    written = []
    end = 0
    for token in tokens(text):
        written += [text[end : token.start], token.text if token.sort is Sort.STRING else token.text.upper()]
        end = token.end
    return "".join(written)
