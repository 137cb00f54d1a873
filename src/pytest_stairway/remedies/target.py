"""The database that remedies are written for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_stairway.schema.model import Kind
from pytest_stairway.schema.parse import parse_table
from pytest_stairway.schema.tokens import quote_identifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.flavor import Flavor
    from pytest_stairway.schema.model import Column, ForeignKey, Schema, Table


@dataclass(frozen=True, slots=True)
class Target:
    """The schema that the calls start from, and the server. The collation of `unsettled` tables changes on the way."""

    schema: Schema
    flavor: Flavor
    unsettled: frozenset[str] = frozenset()

    def table(self, text: str) -> Table:
        return parse_table(text, self.schema.collations)

    def line(self, text: str) -> Table:
        """Read one line of a CREATE TABLE, as part of a table that says nothing else."""
        return self.table(f"CREATE TABLE `t` (\n  {text}\n)")

    def column(self, table: str, name: str, definition: str) -> Column:
        """Read a column's definition; MySQL repeats the table's collation in it where that is not the default one."""
        text = self.schema.objects.get((Kind.TABLE, table), "")
        options = self.table(text).options if text and table not in self.unsettled else {}
        collation = f" COLLATE={options['COLLATE']}" if "COLLATE" in options else ""
        line = f"{quote_identifier(name)} {definition}"
        (column,) = self.table(f"CREATE TABLE `t` (\n  {line}\n){collation}").columns
        return column

    @property
    def default_options(self) -> dict[str, str]:
        """Give the options of a table of which nothing is said."""
        text = self.schema.objects.get((Kind.DATABASE, ""), "")
        charset, collation = re.search(r"CHARACTER SET (\S+)", text), re.search(r"COLLATE (\S+)", text)
        return {
            "ENGINE": "InnoDB",
            "CHARSET": charset[1] if charset else "",
            "COLLATE": collation[1] if collation else "",
        }

    def foreign_keys(self) -> Iterator[tuple[str, ForeignKey]]:
        """Give every foreign key with the name of its table."""
        for (kind, name), text in self.schema.objects.items():
            if kind is Kind.TABLE and "FOREIGN KEY" in text:
                yield from ((name, key) for key in self.table(text).foreign_keys)
