"""The order in which the triggers of one table and event fire."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_stairway.schema.change import Change
from pytest_stairway.schema.model import Kind, Schema
from pytest_stairway.schema.tokens import identifier_value, quote_identifier

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = r"`(?:[^`]|``)+`"
_HEAD = re.compile(
    rf"CREATE TRIGGER {_NAME} (?P<event>\w+ \w+ ON (?P<table>{_NAME})) FOR EACH ROW "
    rf"(?:FOLLOWS (?P<previous>{_NAME}) )?",
    re.DOTALL,
)


def trigger_text(name: str, event: str, table: str, previous: str, statement: str) -> str:
    """Write a trigger from information_schema.TRIGGERS, since SHOW CREATE TRIGGER does not tell the order."""
    where = f"{event} ON {quote_identifier(table)} FOR EACH ROW"
    follows = f"FOLLOWS {quote_identifier(previous)} " if previous else ""
    return f"CREATE TRIGGER {quote_identifier(name)} {where} {follows}{statement}"


def table_of_trigger(text: str) -> str:
    """Return the table that a trigger is on, "" where the text is no trigger's."""
    found = _HEAD.match(text)
    return identifier_value(found["table"]) if found else ""


def without_order(text: str) -> str:
    """Leave out FOLLOWS: that the one before came or went is no difference of this trigger."""
    found = _HEAD.match(text)
    if found is None or found["previous"] is None:
        return text
    return text[: found.start("previous") - len("FOLLOWS ")] + text[found.end("previous") + 1 :]


def trigger_order_changes(before: Schema, after: Schema) -> Iterator[Change]:
    """Compare the order of the triggers that both schemas have, for each event of a table."""
    old_orders, new_orders = firing_orders(before), firing_orders(after)
    for event in sorted(old_orders.keys() & new_orders.keys()):
        old, new = old_orders[event], new_orders[event]
        common = set(old) & set(new)
        if [name for name in old if name in common] != [name for name in new if name in common]:
            yield Change(
                Kind.TRIGGER,
                old[0],
                "trigger order",
                f"triggers {event.replace('`', '')}",
                ", ".join(old),
                ", ".join(new),
                ("order",),
            )


def firing_orders(schema: Schema) -> dict[str, list[str]]:
    """Return the triggers of each event of a table in firing order: each text names the one that it follows."""
    following: dict[str, dict[str, str]] = {}
    for name in schema.names(Kind.TRIGGER):
        found = _HEAD.match(schema.objects[Kind.TRIGGER, name])
        if found is not None:
            previous = identifier_value(found["previous"]) if found["previous"] else ""
            following.setdefault(found["event"], {})[previous] = name
    return {event: _chain(links) for event, links in following.items()}


def _chain(links: dict[str, str]) -> list[str]:
    order: list[str] = []
    while (following := links.get(order[-1] if order else "")) is not None and following not in order:
        order.append(following)
    return order
