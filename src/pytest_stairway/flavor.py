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

    def __str__(self) -> str:
        return f"{self.vendor} {'.'.join(map(str, self.version))}"
