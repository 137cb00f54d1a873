"""What the comparison of schemas is proved on: single differences by kind, and pairs that are equivalent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.server.drift_cases import columns, equivalent, keys, objects, tables

if TYPE_CHECKING:
    from tests.server.drift_cases.case import Case

DIFFERENT: dict[str, tuple[Case, ...]] = {
    "column type": columns.TYPES,
    "column default": columns.DEFAULTS,
    "column attribute": columns.ATTRIBUTES,
    "column presence": columns.PRESENCE,
    "index": keys.INDEXES,
    "unique key": keys.UNIQUES,
    "primary key": keys.PRIMARY_KEYS,
    "foreign key": keys.FOREIGN_KEYS,
    "check": keys.CHECKS,
    "table presence": tables.PRESENCE,
    "table option": tables.OPTIONS,
    "partitions": tables.PARTITIONS,
    "view": objects.VIEWS,
    "trigger": objects.TRIGGERS,
    "routine": objects.ROUTINES,
    "package": objects.PACKAGES,
    "event": objects.EVENTS,
    "sequence": objects.SEQUENCES,
}
EQUIVALENT: dict[str, tuple[Case, ...]] = {
    "default": equivalent.DEFAULTS,
    "type": equivalent.TYPES,
    "character set": equivalent.CHARACTER_SETS,
    "expression": equivalent.EXPRESSIONS,
    "key": equivalent.KEYS,
    "table": equivalent.TABLES,
    "object": equivalent.OBJECTS,
}
