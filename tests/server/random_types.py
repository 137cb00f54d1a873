"""The column types of random schemas, as data: each group is one thing in all its spellings, two groups differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_stairway.flavor import Flavor

Groups = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Family:
    """Types that take the same defaults and attributes, so that one can stand for another.

    `key` says how an index takes such a column: "whole", by a "prefix", "spatial" or not at all. `now` is the current
    time as these types take it for ON UPDATE. Columns of a family with `expressions` are generated.
    """

    name: str
    types: Groups
    defaults: Groups = ()
    expressions: tuple[str, ...] = ()
    charset: bool = False
    key: str = ""
    now: str = ""
    extras: tuple[str, ...] = ()


def single(*texts: str) -> Groups:
    return tuple((text,) for text in texts)


_STRINGS: Groups = (
    ("''", "('')"),
    ("'x'", "('x')"),
    ("'X'",),
    ("'it''s'", r"'it\'s'", "('it''s')"),
    ("'NULL'",),
    ("'uuid()'",),
    (r"'x\\y'", r"('x\\y')"),
    ("(lower('Z'))",),
)
_NUMBERS: Groups = (("0", "'0'", "(0)"), ("7", "(7)", "'7'"), ("99",), ("(1 + 1)", "((1 + 1))"))

FAMILIES = (
    Family(
        "integer",
        (
            ("TINYINT",),
            ("TINYINT UNSIGNED",),
            ("SMALLINT",),
            ("MEDIUMINT",),
            ("INT", "INTEGER"),
            ("INT UNSIGNED", "INTEGER UNSIGNED"),
            ("INT UNSIGNED ZEROFILL", "INT ZEROFILL"),
            ("BIGINT",),
            ("BIGINT UNSIGNED",),
        ),
        _NUMBERS,
        key="whole",
    ),
    Family("boolean", (("BOOL", "TINYINT(1)", "BOOLEAN"),), (("TRUE", "1", "(TRUE)"), ("FALSE", "0", "'0'"))),
    Family(
        "decimal",
        (("DECIMAL(10,2)", "NUMERIC(10,2)", "DEC(10,2)"), ("DECIMAL(11,2)",), ("DECIMAL(11,3)",), ("DECIMAL(65,30)",)),
        (("0", "'0.00'", "0.0", "(0)"), ("1.5", "'1.50'", "(1.5)"), ("-1.5", "(-1.5)", "'-1.5'")),
        key="whole",
    ),
    Family(
        "float",
        (("FLOAT",), ("DOUBLE", "DOUBLE PRECISION", "FLOAT(53)"), ("FLOAT(7,3)",), ("DOUBLE(9,3)",)),
        (("0", "(0)"), ("1.5", "'1.5'"), ("1000", "(1e3)", "1e3")),
    ),
    Family("bit", single("BIT(4)", "BIT(7)", "BIT(64)"), (("b'101'", "5", "0x05"), ("b'1'",)), key="whole"),
    Family("short string", single("CHAR(9)", "VARCHAR(9)", "VARCHAR(40)"), _STRINGS, charset=True, key="whole"),
    Family("string", single("VARCHAR(40)", "VARCHAR(191)", "VARCHAR(300)"), _STRINGS, charset=True, key="prefix"),
    Family(
        "text",
        single("TINYTEXT", "TEXT", "MEDIUMTEXT", "LONGTEXT"),
        (("('x')",), ("('X')",), ("('')",)),
        charset=True,
        key="prefix",
    ),
    Family("bytes", single("BINARY(9)", "VARBINARY(9)", "VARBINARY(40)"), (("'x'", "('x')"), ("'y'",)), key="whole"),
    Family("blob", single("TINYBLOB", "BLOB", "MEDIUMBLOB", "LONGBLOB"), (("('x')",), ("('y')",)), key="prefix"),
    Family("date", single("DATE"), (("'2020-01-01'", "('2020-01-01')"), ("'2020-01-02'",)), key="whole"),
    Family("time", single("TIME", "TIME(3)", "TIME(6)"), (("'10:00:00'",), ("'-10:00:01'",)), key="whole"),
    Family("year", single("YEAR"), (("2020", "'2020'", "(2020)"), ("2021",))),
    Family(
        "moment",
        single("DATETIME", "DATETIME(2)", "DATETIME(6)"),
        (("'2020-01-01'", "'2020-01-01 00:00:00'"), ("'2020-01-01 00:00:01'",)),
        key="whole",
    ),
    Family(
        "seconds",
        single("DATETIME", "TIMESTAMP"),
        (("CURRENT_TIMESTAMP", "NOW()", "(NOW())", "LOCALTIME"), ("'2020-01-01 00:00:01'",)),
        now="CURRENT_TIMESTAMP",
    ),
    Family(
        "milliseconds",
        single("DATETIME(3)", "TIMESTAMP(3)"),
        (("CURRENT_TIMESTAMP(3)", "NOW(3)", "(NOW(3))"), ("'2020-01-01 00:00:01'", "'2020-01-01 00:00:01.000'")),
        now="CURRENT_TIMESTAMP(3)",
    ),
    Family(
        "enumeration",
        single("ENUM('x','y')", "ENUM('y','x')", "ENUM('x','y','it''s')", "ENUM('x','y','a,b','Z')", "SET('x','y')"),
        (("'x'", "('x')"), ("'y'",)),
        charset=True,
        key="whole",
    ),
    Family("json", single("JSON"), (("(json_array())",), ("(json_object())",))),
    Family("geometry", single("POINT", "GEOMETRY", "LINESTRING"), key="spatial"),
    Family("generated number", single("INT", "BIGINT"), expressions=("n + 1", "n + 2", "n * 2"), key="whole"),
    Family(
        "generated string",
        single("VARCHAR(40)", "VARCHAR(50)"),
        expressions=("concat(n, 'x')", "concat(n, 'X')", "coalesce(n, 'it''s')"),
    ),
)


def families(flavor: Flavor) -> tuple[Family, ...]:
    if flavor.is_mariadb:
        return (*FAMILIES, Family("MariaDB's own", single("UUID", "INET6"), key="whole"))
    spatial = Family(
        "geometry with SRID", single("POINT", "GEOMETRY"), extras=("", "SRID 0", "SRID 4326"), key="spatial"
    )
    stored = Family("number on disk", single("INT"), extras=("", "COLUMN_FORMAT FIXED", "STORAGE DISK"), key="whole")
    vector = (Family("vector", single("VECTOR(3)", "VECTOR(4)")),) if flavor.version >= (9, 0, 0) else ()
    return (*FAMILIES, spatial, stored, *vector)
