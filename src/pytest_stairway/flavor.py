"""Which server this is, and what it does: the only place that compares versions."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass


class Vendor(enum.StrEnum):
    MYSQL = "MySQL"
    MARIADB = "MariaDB"


@dataclass(frozen=True, slots=True, order=True)
class Flavor:
    vendor: Vendor
    version: tuple[int, int, int]

    @classmethod
    def parse(cls, text: str) -> Flavor:
        """Read what `SELECT VERSION()` or `mysqld --version` prints.

        MariaDB is known by its name; since 11.0 it no longer prefixes its version with 5.5.5-.

        Raises:
            ValueError: no version in the text.
        """
        vendor = Vendor.MARIADB if "mariadb" in text.lower() else Vendor.MYSQL
        found = re.search(r"(\d+)\.(\d+)\.(\d+)", text.replace("5.5.5-", ""))
        if found is None:
            raise ValueError(f"no server version in {text!r}")
        return cls(vendor, (int(found[1]), int(found[2]), int(found[3])))

    @property
    def is_mariadb(self) -> bool:
        return self.vendor is Vendor.MARIADB

    @property
    def is_mysql(self) -> bool:
        return self.vendor is Vendor.MYSQL

    @property
    def is_built_with_latin1(self) -> bool:
        """Whether latin1 is the compiled default character set (MDEV-19123); packages configure another."""
        return self.is_mariadb and self.version < (11, 6, 0)

    @property
    def prints_null_default_of_text(self) -> bool:
        """Whether SHOW CREATE TABLE says DEFAULT NULL of a TEXT or BLOB column too."""
        return self.is_mariadb

    @property
    def drops_default_to_null(self) -> bool:
        """Whether a nullable column has DEFAULT NULL after ALTER COLUMN ... DROP DEFAULT.

        Seen on MariaDB 10.11.19 and 11.8.6, not on 10.6.7; which release changed it is not known.
        """
        return self.is_mariadb and self.version >= (10, 11, 0)

    @property
    def drops_default_to_none(self) -> bool:
        """Whether such a column has no default at all, so that an INSERT without it fails (1364)."""
        return not self.drops_default_to_null

    @property
    def has_hash_unique_keys(self) -> bool:
        """Whether UNIQUE ... USING HASH makes a unique key of its own sort (MDEV-371, MariaDB 10.4)."""
        return self.is_mariadb and self.version >= (10, 4, 0)

    @property
    def has_generated_invisible_primary_keys(self) -> bool:
        """Whether `sql_generate_invisible_primary_key` exists (MySQL 8.0.30), and a switch that hides such keys."""
        return not self.is_mariadb and self.version >= (8, 0, 30)

    @property
    def hides_indexes_as_ignored(self) -> bool:
        """Whether an index that the optimizer leaves out is called IGNORED (MDEV-7317) and not INVISIBLE."""
        return self.is_mariadb

    @property
    def has_duality_views(self) -> bool:
        """Whether there is CREATE JSON RELATIONAL DUALITY VIEW (MySQL 9.4)."""
        return self.is_mysql and self.version >= (9, 4, 0)

    @property
    def has_libraries(self) -> bool:
        """Whether there is CREATE LIBRARY, and information_schema.LIBRARIES (MySQL 9.2)."""
        return self.is_mysql and self.version >= (9, 2, 0)

    @property
    def has_vectors(self) -> bool:
        """Whether there is a type VECTOR (MySQL 9.0, MariaDB 11.7)."""
        return self.version >= ((11, 7, 0) if self.is_mariadb else (9, 0, 0))

    @property
    def has_vector_indexes(self) -> bool:
        """Whether there is a VECTOR KEY (MariaDB 11.7)."""
        return self.is_mariadb and self.has_vectors

    @property
    def has_uuid(self) -> bool:
        """Whether there is a type UUID (MariaDB 10.7)."""
        return self.is_mariadb and self.version >= (10, 7, 0)

    @property
    def has_inet4(self) -> bool:
        """Whether there is a type INET4 (MariaDB 10.10)."""
        return self.is_mariadb and self.version >= (10, 10, 0)

    @property
    def has_descending_indexes(self) -> bool:
        """Whether DESC in a key is kept (MySQL 8.0, MariaDB 10.8) and not read and forgotten."""
        return self.is_mysql or self.version >= (10, 8, 0)

    def __str__(self) -> str:
        return f"{self.vendor} {'.'.join(map(str, self.version))}"
