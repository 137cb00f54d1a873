"""Comparing the keys and constraints of one table."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pytest_stairway.schema import normalise
from pytest_stairway.schema.change import Change
from pytest_stairway.schema.model import Check, ForeignKey, Index, IndexPart, Kind, Table
from pytest_stairway.schema.pairing import Matching, Meaning, T, differing, pair
from pytest_stairway.schema.tolerances import DeclaredNames, Tolerances, looks_automatic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_stairway.flavor import Flavor


@dataclass(frozen=True, slots=True)
class KeyComparison:
    """The keys of `before` and `after`, where `before` is the models' table if there are `declared` names."""

    before: Table
    after: Table
    tolerances: Tolerances
    flavor: Flavor
    declared: DeclaredNames | None

    def changes(self) -> Iterator[Change]:
        yield from self._primary_key()
        yield from self._indexes()
        yield from self._foreign_keys()
        yield from self._checks()
        yield from self._index_order()

    def _primary_key(self) -> Iterator[Change]:
        old, new = self.before.primary_key, self.after.primary_key
        if old is not None or new is not None:
            for change in self._change("primary key", f"primary key of {self.before.name}", old, new, self._index):
                come, gone = self._untold_indexes()
                yield replace(change, along=_adding(come), along_back=_adding(gone))

    def _index_pairs(self) -> list[tuple[Index | None, Index | None]]:
        matching = Matching(self._index, _index_subject, self._is_automatic)
        return pair(self.before.indexes, self.after.indexes, matching)

    def _untold_indexes(self) -> tuple[list[Index], list[Index]]:
        """Return either table's indexes for foreign keys that in the other one only the primary key can be serving."""
        kept = {key.columns for key in self.after.foreign_keys}
        pairs = self._index_pairs()
        missing = [old for old, new in pairs if old is not None and new is None]
        extra = [new for old, new in pairs if old is None and new is not None]
        return (
            [index for index in missing if index.columns in kept and self._is_implicit(index)],
            [index for index in extra if self._is_made_and_needed(index)],
        )

    def _indexes(self) -> Iterator[Change]:
        for old, new in self._index_pairs():
            implicit = old is not None and self._is_implicit(old)
            if (implicit and new is None) or (old is None and new is not None and self._is_made_and_needed(new)):
                continue
            known = None if implicit and old and new and self._index(old) != self._index(new) else old
            yield from self._change("index", self._label("index", known, new), known, new, self._index)

    def _foreign_keys(self) -> Iterator[Change]:
        matching = Matching(self._foreign_key, _foreign_key_subject, self._is_automatic)
        for old, new in pair(self.before.foreign_keys, self.after.foreign_keys, matching):
            yield from self._change("foreign key", self._label("foreign key", old, new), old, new, self._foreign_key)

    def _checks(self) -> Iterator[Change]:
        matching = Matching(self._check, lambda check: check.name.casefold(), self._is_automatic)
        for old, new in pair(self.before.checks, self.after.checks, matching):
            yield from self._change("check", self._label("check", old, new), old, new, self._check)

    def _index_order(self) -> Iterator[Change]:
        if self.tolerances.index_order:
            return
        old, new = ([index.name for index in table.indexes] for table in (self.before, self.after))
        common = set(old) & set(new)
        if [name for name in old if name in common] != [name for name in new if name in common]:
            name = self.before.name
            yield Change(Kind.TABLE, name, "index order", name, ", ".join(old), ", ".join(new), ("order",))

    def _label(self, part: str, old: T | None, new: T | None) -> str:
        """Name a key by the name it had."""
        names = [each.name for each in (old, new) if each is not None]
        return f"{part} {names[0]} on {self.before.name}"

    def _change(
        self, part: str, label: str, old: T | None, new: T | None, meaning: Callable[[T], Meaning]
    ) -> Iterator[Change]:
        attributes: tuple[str, ...] = ()
        if old is not None and new is not None:
            attributes = differing(meaning(old), meaning(new))
            if old.name.casefold() != new.name.casefold() and not self._may_have_any_name(old, new):
                attributes = ("name", *attributes)
            if not attributes:
                return
        before = None if old is None else old.definition
        after = None if new is None else new.definition
        yield Change(Kind.TABLE, self.before.name, part, label, before, after, attributes, before or "", after or "")

    def _index(self, index: Index) -> Meaning:
        engine = self.before.options.get("ENGINE", "")
        return (
            ("kind", index.kind),
            ("columns", tuple(self._part(part) for part in index.parts)),
            ("using", normalise.algorithm(index, engine, self.tolerances, self.flavor)),
            ("comment", index.comment),
            ("visible", index.visible),
            ("key block size", index.key_block_size),
            ("parser", index.parser.casefold()),
            ("other", index.other),
        )

    def _part(self, part: IndexPart) -> tuple[str | int | bool | None, ...]:
        text = normalise.expression(part.text, self.tolerances) if part.expression else part.text.casefold()
        return text, part.expression, part.length, part.descending, part.other

    def _foreign_key(self, key: ForeignKey) -> Meaning:
        columns = (name.casefold() for name in key.columns)
        pairs = tuple(zip(columns, (name.casefold() for name in key.referenced_columns), strict=True))
        on_delete, on_update = normalise.actions(key, self.tolerances)
        return (
            ("columns", frozenset(pairs) if self.tolerances.foreign_key_column_order else pairs),
            ("references", (key.referenced_database, key.referenced_table)),
            ("on delete", on_delete),
            ("on update", on_update),
            ("other", key.other),
        )

    def _check(self, check: Check) -> Meaning:
        return (
            ("expression", normalise.expression(check.expression, self.tolerances)),
            ("enforced", check.enforced),
            ("other", check.other),
        )

    def _is_automatic(self, key: Index | ForeignKey | Check) -> bool:
        if not self.tolerances.automatic_names:
            return False
        if self.declared is None:
            return looks_automatic(self.before.name, key.name)
        return not self.declared.has(self.before.name, key.name)

    def _may_have_any_name(self, old: T, new: T) -> bool:
        if isinstance(old, Index) and isinstance(new, Index):
            made = _is_named_by_server(old, self.before) and _is_named_by_server(new, self.after)
            if self._is_implicit(old) or (self.tolerances.foreign_key_index_names and made):
                return True
        if not isinstance(old, Index | ForeignKey | Check) or not isinstance(new, Index | ForeignKey | Check):
            return False
        return self._is_automatic(old) and (self.declared is not None or self._is_automatic(new))

    def _is_implicit(self, index: Index) -> bool:
        """Tell whether the server made this index of the models' table for a foreign key, and named it after that.

        Where a foreign key stands, some index serves it (InnoDB sees to that); so one of these that is missing in the
        other table is no difference of its own: either another serves there, or the foreign key is missing too.
        """
        served = _served(index, self.before)
        if not self.tolerances.implicit_foreign_key_indexes or not served:
            return False
        if index.name in {key.name for key in served}:
            return True
        if self.declared is None:
            return index.name == index.columns[0]
        return not self.declared.has(self.before.name, index.name)

    def _is_made_and_needed(self, index: Index) -> bool:
        """Tell whether an index that only the migrated table has is one that InnoDB made and would not let go (1553).

        That is so where nothing else there serves a foreign key that both tables have; in the models another key does.
        """
        if not self.tolerances.implicit_foreign_key_indexes or not _is_named_by_server(index, self.after):
            return False
        columns, primary_key = index.columns, self.after.primary_key
        others = [each for each in (primary_key, *self.after.indexes) if each is not None and each is not index]
        if any(each.columns[: len(columns)] == columns for each in others):
            return False
        return any(key.columns == columns for key in self.before.foreign_keys)


def _adding(indexes: list[Index]) -> tuple[str, ...]:
    return tuple(f"ADD {index.definition}" for index in indexes)


def _served(index: Index, table: Table) -> list[ForeignKey]:
    """Return the foreign keys for which InnoDB would have made this very index."""
    plain = not index.kind and len(index.columns) == len(index.parts) and not any(p.descending for p in index.parts)
    return [key for key in table.foreign_keys if plain and key.columns == index.columns]


def _is_named_by_server(index: Index, table: Table) -> bool:
    """Tell whether an index serves a foreign key and is named after it or, perhaps numbered, its first column."""
    served = _served(index, table)
    if index.name in {key.name for key in served}:
        return True
    return bool(served) and bool(re.fullmatch(rf"{re.escape(index.columns[0])}(_\d+)?", index.name))


def _index_subject(index: Index) -> tuple[object, ...]:
    return tuple(part.text.casefold() for part in index.parts)


def _foreign_key_subject(key: ForeignKey) -> tuple[object, ...]:
    return (*(name.casefold() for name in key.columns), key.referenced_table.casefold())
