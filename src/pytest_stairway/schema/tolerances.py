"""When two texts that are not identical are still equivalent."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerances:
    """Each switch names one difference that is no difference, with its reason. All off: everything counts."""

    automatic_names: bool = False
    """A name that nobody chose (`users_ibfk_1`, `users_chk_1`, `CONSTRAINT_1`) says nothing about the schema."""

    implicit_foreign_key_indexes: bool = False
    """InnoDB makes an index for a foreign key where none serves it, and drops it again when one does."""

    foreign_key_index_names: bool = False
    """The server names the index that it makes for a foreign key after the key, or after its first column."""

    foreign_key_column_order: bool = False
    """(a, b) REFERENCES (x, y) demands what (b, a) REFERENCES (y, x) demands."""

    restrict_is_no_action: bool = False
    """InnoDB checks at once, so RESTRICT, NO ACTION and no clause mean the same; the server prints each as written."""

    column_checks: bool = False
    """MariaDB keeps `a INT CHECK (a > 0)` with its column; ADD CONSTRAINT, which Alembic writes, checks the same."""

    charset_introducers: bool = False
    """`_utf8mb4'a'` and `char charset utf8mb4` repeat the character set of the connection that created the object."""

    default_spellings: bool = False
    """`DEFAULT '0.00'`, `DEFAULT (0)` and `DEFAULT 0.0` store the same value; so do `(now())` and CURRENT_TIMESTAMP."""

    index_order: bool = False
    """The order of KEY lines is that of their creation; SQLAlchemy keeps a table's indexes in a set."""

    column_order: bool = False
    """A column that is dropped and added again comes last; only SELECT * and INSERT without names see it."""

    counters: bool = False
    """AUTO_INCREMENT goes up with every row; off, only one that is below the start that the models declare counts."""

    display_width: bool = False
    """INT(5) stores what INT(11) stores. TINYINT(1) and ZEROFILL stay apart: drivers and results depend on them."""

    explicit_server_defaults: bool = False
    """ROW_FORMAT=DYNAMIC on InnoDB, USING BTREE where it is the only algorithm: spelled out or not, the same table.

    So are COMPRESSED beside the KEY_BLOCK_SIZE that implies it, and compression that is said to be none.
    """

    default_partitions: bool = False
    """PARTITIONS 2 makes the partitions p0 and p1 that the longer form names; without a number there is one."""

    body_formatting: bool = False
    """Blanks and line ends between the words of a trigger, routine or event do nothing."""

    database_defaults: bool = False
    """Models declare no default character set of the database."""


ROUND_TRIP = Tolerances(
    foreign_key_index_names=True,
    restrict_is_no_action=True,
    charset_introducers=True,
    default_spellings=True,
    index_order=True,
    column_order=True,
    counters=True,
    explicit_server_defaults=True,
    default_partitions=True,
    body_formatting=True,
)
"""Before and after on one server. Names count: the next migration will use them."""

DRIFT = Tolerances(
    automatic_names=True,
    implicit_foreign_key_indexes=True,
    foreign_key_index_names=True,
    foreign_key_column_order=True,
    column_checks=True,
    restrict_is_no_action=True,
    charset_introducers=True,
    default_spellings=True,
    index_order=True,
    column_order=True,
    display_width=True,
    explicit_server_defaults=True,
    default_partitions=True,
    body_formatting=True,
    database_defaults=True,
)
"""Migrations against models: what nobody named or chose does not count."""


@dataclass(frozen=True, slots=True)
class DeclaredNames:
    """The names of constraints and indexes that the models choose themselves, by table.

    Whatever else the models' schema has was named by the server, and may have any name in the migrated schema.
    """

    tables: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def of_database(self, database: str) -> DeclaredNames:
        """Give those of a database beside the project's own, whose tables are here as `database.table`."""
        prefix = f"{database}."
        return DeclaredNames(
            {name.removeprefix(prefix): names for name, names in self.tables.items() if name.startswith(prefix)}
        )

    def has(self, table: str, name: str) -> bool:
        """Compare without regard to case, as `lower_case_table_names` may have changed the table's."""
        names = self.tables.get(table)
        if names is None:
            same = (each for other, each in self.tables.items() if other.casefold() == table.casefold())
            names = next(same, frozenset())
        return name in names or name.casefold() in map(str.casefold, names)


def looks_automatic(table: str, name: str) -> bool:
    """Tell whether the server would have made this name for a foreign key or check: the models were not asked."""
    return not name or bool(re.fullmatch(rf"(?:{re.escape(table)}_(?:ibfk|chk)_|CONSTRAINT_)?\d+", name))
