"""Column types as SQLAlchemy has them, where it has them exactly."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_stairway.remedies.python import text
from pytest_stairway.schema.tokens import Sort, string_value, tokens

if TYPE_CHECKING:
    from pytest_stairway.schema.model import Column

_PLAIN = {
    "int": "sa.Integer()",
    "bigint": "sa.BigInteger()",
    "smallint": "sa.SmallInteger()",
    "tinyint": "mysql.TINYINT()",
    "mediumint": "mysql.MEDIUMINT()",
    "tinyint(1)": "sa.Boolean()",
    "int unsigned": "mysql.INTEGER(unsigned=True)",
    "bigint unsigned": "mysql.BIGINT(unsigned=True)",
    "smallint unsigned": "mysql.SMALLINT(unsigned=True)",
    "tinyint unsigned": "mysql.TINYINT(unsigned=True)",
    "mediumint unsigned": "mysql.MEDIUMINT(unsigned=True)",
    "float": "sa.Float()",
    "double": "mysql.DOUBLE()",
    "json": "sa.JSON()",
    "date": "sa.Date()",
    "datetime": "sa.DateTime()",
    "timestamp": "sa.TIMESTAMP()",
    "time": "sa.Time()",
    "year": "mysql.YEAR()",
    "tinyblob": "mysql.TINYBLOB()",
    "blob": "sa.LargeBinary()",
    "mediumblob": "mysql.MEDIUMBLOB()",
    "longblob": "mysql.LONGBLOB()",
}
_WITH_NUMBERS = {
    "decimal": "sa.Numeric({})",
    "datetime": "mysql.DATETIME(fsp={})",
    "timestamp": "mysql.TIMESTAMP(fsp={})",
    "time": "mysql.TIME(fsp={})",
    "bit": "mysql.BIT({})",
    "binary": "sa.BINARY({})",
    "varbinary": "sa.VARBINARY({})",
}
_STRINGS = {
    "char": "sa.CHAR",
    "varchar": "sa.String",
    "tinytext": "mysql.TINYTEXT",
    "text": "sa.Text",
    "mediumtext": "mysql.MEDIUMTEXT",
    "longtext": "mysql.LONGTEXT",
}
_VALUES = {"enum": ("sa.Enum", "mysql.ENUM"), "set": ("mysql.SET", "mysql.SET")}
_DEFAULT_WIDTHS = re.compile(
    r"(?:(int)\(1[01]\)|(bigint)\(20\)|(smallint)\([56]\)|(tinyint)\((?:4|3(?=\) unsigned))\)"
    r"|(mediumint)\([89]\)|(year)\(4\))(?: unsigned)?"
)
_JSON_OF_MARIADB = re.compile(r"json_valid\(`(?:[^`]|``)+`\)")


def is_json_alias(column: Column) -> bool:
    """Tell whether MariaDB made this LONGTEXT with its CHECK of a JSON column."""
    return column.type == "longtext" and column.collation == "utf8mb4_bin" and _is_json_check(column.check)


def _is_json_check(check: str) -> bool:
    return _JSON_OF_MARIADB.fullmatch(check) is not None


def sqlalchemy_type(column: Column) -> str | None:
    """Write a column's type, its collation included where it is not the table's; None where SQLAlchemy has no such."""
    if is_json_alias(column):
        return "sa.JSON()"
    printed = _without_default_width(column.type)
    if printed in _PLAIN:
        return _PLAIN[printed]
    base, _, rest = printed.partition("(")
    arguments = rest.removesuffix(")")
    if base in _STRINGS and re.fullmatch(r"\d*", arguments):
        return _string(column, base, arguments)
    if base in _VALUES and rest.endswith(")"):
        return _values(column, base, arguments)
    if base in _WITH_NUMBERS and re.fullmatch(r"[\d,]+", arguments) and rest.endswith(")"):
        return _WITH_NUMBERS[base].format(arguments.replace(",", ", "))
    return None


def _without_default_width(printed: str) -> str:
    """Leave out the display width that MariaDB prints where none was given."""
    found = _DEFAULT_WIDTHS.fullmatch(printed)
    if found is None:
        return printed
    name = next(group for group in found.groups() if group)
    return f"{name} unsigned" if printed.endswith(" unsigned") else name


def _collation(column: Column) -> list[str]:
    return [] if column.inherits_collation or not column.collation else [f"collation={text(column.collation)}"]


def _string(column: Column, base: str, length: str) -> str:
    arguments = [length] if length else []
    return f"{_STRINGS[base]}({', '.join([*arguments, *_collation(column)])})"


def _values(column: Column, base: str, listed: str) -> str | None:
    """Write an ENUM or SET; SQLAlchemy does not escape a backslash in a value."""
    values = [string_value(token.text) for token in tokens(listed) if token.sort is Sort.STRING]
    if any("\\" in value for value in values):
        return None
    collation = _collation(column)
    function = _VALUES[base][bool(collation)]
    return f"{function}({', '.join([*map(text, values), *collation])})"
