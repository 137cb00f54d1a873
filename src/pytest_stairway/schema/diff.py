"""What differs between two schemas of one server: *identical* by text, *equivalent* under tolerances."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pytest_stairway.schema import normalise
from pytest_stairway.schema.change import Change, table_text
from pytest_stairway.schema.checks import in_one_place
from pytest_stairway.schema.columns import column_changes, converting, following
from pytest_stairway.schema.keys import KeyComparison
from pytest_stairway.schema.model import UNREADABLE, Kind, Schema, Table
from pytest_stairway.schema.parse import parse_table
from pytest_stairway.schema.tolerances import DRIFT, ROUND_TRIP, DeclaredNames, Tolerances
from pytest_stairway.schema.triggers import trigger_order_changes, without_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_stairway.flavor import Flavor

__all__ = ["DRIFT", "ROUND_TRIP", "Change", "DeclaredNames", "Tolerances", "changes"]

_PARTS = ("table", "column", "column order", "primary key", "index", "index order", "foreign key", "check", "period")


def changes(
    before: Schema,
    after: Schema,
    tolerances: Tolerances,
    *,
    flavor: Flavor,
    declared: DeclaredNames | None = None,
) -> tuple[Change, ...]:
    """Return what differs, sorted, nothing where the schemas are equivalent.

    `before` is what should be: with `declared`, the schema made from the models, and `after` the migrated one. Equal
    texts are equal; only tables whose texts differ are taken apart. Databases beside the own one follow, where both
    schemas have them.
    """
    comparison = _Comparison(before, after, tolerances, flavor, declared)
    found = sorted(comparison.changes(), key=_position)
    for database in sorted(before.others.keys() & after.others.keys()):
        inside = changes(
            before.others[database],
            after.others[database],
            tolerances,
            flavor=flavor,
            declared=declared.of_database(database) if declared is not None else None,
        )
        found += [_in_database(change, database) for change in inside]
    return tuple(found)


def _in_database(change: Change, database: str) -> Change:
    label = f"{change.object} in database {database}".strip()
    return replace(change, table=f"{database}.{change.table}", object=label, database=database)


def _position(change: Change) -> tuple[int, str, int, str, str]:
    part = _PARTS.index(change.part) if change.part in _PARTS else len(_PARTS)
    return list(Kind).index(change.kind), change.table, part, change.part, change.object


@dataclass(frozen=True, slots=True)
class _Comparison:
    before: Schema
    after: Schema
    tolerances: Tolerances
    flavor: Flavor
    declared: DeclaredNames | None

    def changes(self) -> Iterator[Change]:
        old_objects, new_objects = self.before.objects, self.after.objects
        for kind, name in {**old_objects, **new_objects}:
            old, new = old_objects.get((kind, name)), new_objects.get((kind, name))
            if old == new or (kind is Kind.DATABASE and self.tolerances.database_defaults):
                continue
            if kind is Kind.TABLE and not any((text or "").startswith(UNREADABLE) for text in (old, new)):
                yield from self._table(name, old, new)
            elif old is None or new is None or not self._equivalent(kind, old, new):
                label = name if kind is Kind.TABLE else f"{kind} {name}".strip()
                yield Change(kind, name, kind.value, label, old, new, _text_attributes(old, new), old or "", new or "")
        yield from trigger_order_changes(self.before, self.after)
        if not self.tolerances.counters:
            yield from self._counters()

    def _equivalent(self, kind: Kind, old: str, new: str) -> bool:
        if kind is Kind.TRIGGER:
            old, new = without_order(old), without_order(new)
        if kind is Kind.VIEW:
            return normalise.expression(old, self.tolerances) == normalise.expression(new, self.tolerances)
        return normalise.body(old, self.tolerances) == normalise.body(new, self.tolerances)

    def _table(self, name: str, old_text: str | None, new_text: str | None) -> Iterator[Change]:
        old = parse_table(old_text, self.before.collations) if old_text else None
        new = parse_table(new_text, self.after.collations) if new_text else None
        if old is None or new is None:
            texts = table_text(old) if old else None, table_text(new) if new else None
            yield Change(Kind.TABLE, name, "table", name, *texts, (), old_text or "", new_text or "")
            return
        old, new = in_one_place(old, new, self.tolerances)
        follow = following(old, new, self.tolerances, self.flavor)
        yield from column_changes(old, new, self.tolerances, self.flavor, follow)
        yield from KeyComparison(old, new, self.tolerances, self.flavor, self.declared).changes()
        yield from self._options(old, new, follow)
        yield from self._texts(name, old, new)

    def _options(self, old: Table, new: Table, follow: tuple[str, ...]) -> Iterator[Change]:
        before = normalise.options(old.options, self.tolerances)
        after = normalise.options(new.options, self.tolerances)
        names = tuple(sorted(key for key in before | after if before.get(key) != after.get(key)))
        if not names:
            return
        was, became = (" ".join(_option(each, name) for name in names) for each in (before, after))
        change = Change(Kind.TABLE, old.name, "option", old.name, was, became, names, was, became)
        if follow:
            rest = [
                [_option(each, name) for name in names if name not in ("CHARSET", "COLLATE")]
                for each in (before, after)
            ]
            change = replace(
                change,
                before_definition=", ".join([converting(old, new, follow), *rest[0]]),
                after_definition=", ".join([converting(new, old, follow), *rest[1]]),
                following=follow,
            )
        yield change

    def _counters(self) -> Iterator[Change]:
        """Tell of counters that have not reached the start that `before` declares; equal texts say nothing of them."""
        common = self.before.objects.keys() & self.after.objects.keys()
        for name, start in self.before.counters.items():
            current = self.after.counters.get(name, 1)
            if (Kind.TABLE, name) in common and current < start:
                was, became = f"AUTO_INCREMENT={start}", f"AUTO_INCREMENT={current}"
                yield Change(Kind.TABLE, name, "option", name, was, became, ("AUTO_INCREMENT",), was, became)

    def _texts(self, name: str, old: Table, new: Table) -> Iterator[Change]:
        """Compare what is kept as text: partitions, periods, and every line that the parser does not know."""
        before = normalise.partitions(old.partitions, self.tolerances)
        after = normalise.partitions(new.partitions, self.tolerances)
        if before != after:
            yield _text_change(name, "partitions", old.partitions, new.partitions)
        for part, olds, news in (
            ("period", [each.definition for each in old.periods], [each.definition for each in new.periods]),
            ("definition", old.unparsed, new.unparsed),
        ):
            gone, come = Counter(olds) - Counter(news), Counter(news) - Counter(olds)
            if gone or come:
                yield _text_change(name, part, "\n".join(gone.elements()), "\n".join(come.elements()))


def _text_change(table: str, part: str, old: str, new: str) -> Change:
    attributes = ("text",) if old and new else ()
    return Change(Kind.TABLE, table, part, f"{part} of {table}", old or None, new or None, attributes, old, new)


def _text_attributes(old: str | None, new: str | None) -> tuple[str, ...]:
    return ("text",) if old is not None and new is not None else ()


_UNSET = {
    "AUTOEXTEND_SIZE": "AUTOEXTEND_SIZE=0",
    "COMMENT": "COMMENT=''",
    "COMPRESSION": "COMPRESSION=''",
    "ENCRYPTION": "ENCRYPTION='N'",
    "KEY_BLOCK_SIZE": "KEY_BLOCK_SIZE=0",
    "WITH SYSTEM VERSIONING": "DROP SYSTEM VERSIONING",
}
"""How ALTER TABLE takes an option back that knows no DEFAULT."""


def _option(options: Mapping[str, str], name: str) -> str:
    """Write an option so that ALTER TABLE takes it, whether it is set or not."""
    if name not in options:
        return _UNSET.get(name, f"{name}=DEFAULT")
    if name == "WITH SYSTEM VERSIONING":
        return "ADD SYSTEM VERSIONING"
    return f"{name}={options[name]}"
