"""The kinds of values that settings have: what each accepts, how it is read from a flag, kept and shown."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeGuard

from pytest_stairway.passwords import hide_password_of_url, hide_passwords

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

OFF = "off"
CREATE_ALL = "create_all"
PER_BRANCH: Literal["per-branch"] = "per-branch"

SYSTEM_DATABASES = frozenset({"information_schema", "mysql", "performance_schema", "sys"})

_SEVERITIES = ("error", "warning", OFF)
_WAIVER = frozenset({"code", "object", "reason"})


@dataclass(frozen=True, slots=True)
class Start:
    """Where the history begins: what counts as applied, and what makes the schema that goes with it.

    `schema` is `CREATE_ALL`, "package.module:function", or the path of an SQL dump.
    """

    revisions: tuple[str, ...]
    schema: str

    @classmethod
    def of(cls, table: Mapping[str, str | list[str]]) -> Start:
        revision, schema = table["revision"], str(table["schema"])
        return cls((revision,) if isinstance(revision, str) else tuple(revision), schema)

    @property
    def named(self) -> str:
        return ", ".join(self.revisions)

    @property
    def is_function(self) -> bool:
        return re.fullmatch(r"\w+(\.\w+)*:\w+", self.schema) is not None

    def __str__(self) -> str:
        return f"{self.named} by {self.schema}"


def show(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        value = tuple(value.items())
    if isinstance(value, list | tuple):
        return ", ".join("=".join(map(str, item)) if isinstance(item, tuple) else show(item) for item in value)
    return hide_passwords(str(value))


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of value. `keep` freezes a value that was accepted; `parse` reads a flag's text, or raises ValueError.

    `show` gives the text of a value, passwords hidden; `is_secret` keeps the value out of the settings' own repr.
    """

    expected: str
    accepts: Callable[[object], bool]
    keep: Callable[[Any], object] = lambda value: value
    parse: Callable[[str], object] = str
    show: Callable[[Any], str] = show
    is_secret: bool = False


def one_of(*words: str) -> Kind:
    quoted = [f'"{word}"' for word in words]
    return Kind(f"{', '.join(quoted[:-1])} or {quoted[-1]}", lambda value: value in words)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: object) -> TypeGuard[int]:
    return _is_number(value) and isinstance(value, int)


def _is_count(value: object) -> bool:
    return _is_whole(value) and value >= 1


def _is_seconds(value: object) -> bool:
    return _is_number(value) and math.isfinite(value) and value > 0


def _is_limit(value: object) -> bool:
    return _is_seconds(value) or (_is_number(value) and value == 0)


def _are_texts(value: object) -> bool:
    return isinstance(value, list | tuple) and all(map(_is_text, value))


def _are_variables(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(item, str) or _is_whole(item) for item in value.values())


def _are_attributes(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(item, str | bool | int | float) for item in value.values())


def _are_severities(value: object) -> bool:
    return isinstance(value, dict) and all(item in _SEVERITIES for item in value.values())


def _are_waivers(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(row, dict) and {"code"} <= set(row) <= _WAIVER and all(map(_is_text, row.values())) for row in value
    )


def _are_databases(value: object) -> bool:
    return isinstance(value, list | tuple) and all(
        isinstance(name, str) and name and name.casefold() not in SYSTEM_DATABASES for name in value
    )


def _are_reasons(value: object) -> bool:
    return isinstance(value, dict) and all(
        name and isinstance(reason, str) and reason.strip() for name, reason in value.items()
    )


def _is_start(value: object) -> bool:
    if not isinstance(value, dict) or value.keys() != {"revision", "schema"}:
        return False
    revision = value["revision"]
    named = [revision] if isinstance(revision, str) else revision
    return _are_texts(named) and bool(named) and _is_text(value["schema"])


def _is_drivername(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"(mysql|mariadb)(\+\w+)?", value) is not None


TEXT = Kind("text", _is_text)
SERVER_URL = Kind("text", _is_text, show=hide_password_of_url, is_secret=True)
BOOLEAN = Kind("true or false", lambda value: isinstance(value, bool))
HEADS = Kind(
    f'a whole number of at least 1 or "{PER_BRANCH}"',
    lambda value: value == PER_BRANCH or _is_count(value),
    parse=lambda text: text if text == PER_BRANCH else int(text),
)
SECONDS = Kind("a number of seconds above 0", _is_seconds, parse=float)
LIMIT = Kind("a number of seconds, or 0 for no limit", _is_limit, parse=float)
TEXTS = Kind("a list of texts", _are_texts, keep=tuple)
VARIABLES = Kind("a table of texts and whole numbers", _are_variables, keep=lambda table: tuple(table.items()))
ATTRIBUTES = Kind("a table of texts, numbers, true and false", _are_attributes, keep=lambda table: tuple(table.items()))
SEVERITY_OF_CODES = Kind(
    'a table of codes, each "error", "warning" or "off"', _are_severities, keep=lambda table: tuple(table.items())
)
WAIVERS = Kind(
    "a list of tables of code, object and reason",
    _are_waivers,
    keep=lambda rows: tuple(tuple(row.items()) for row in rows),
    show=lambda rows: f"{len(rows)} in all",
)
DATABASES = Kind("a list of names, none of them of a database of the server itself", _are_databases, keep=tuple)
REASONS = Kind(
    'a table of patterns with the reason of each ("legacy_*" = "owned by the billing service")',
    _are_reasons,
    keep=lambda table: tuple(table.items()),
)
START = Kind('a table such as { revision = "0007", schema = "create_all" }', _is_start, keep=Start.of)
DRIVERNAME = Kind('a drivername such as "mysql+asyncmy"', _is_drivername)
