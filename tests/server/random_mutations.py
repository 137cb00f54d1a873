"""Every single change of a random schema, each with the object that must be told of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, TypeVar

from hypothesis import strategies as st

from tests.server import random_strategies as drawn
from tests.server.random_schema import Check, Column, ForeignKey, Index, Part, Schema, Stored, Table

if TYPE_CHECKING:
    from pytest_stairway.schema.change import Change
    from tests.server.random_strategies import Scope
    from tests.server.random_types import Groups


@dataclass(frozen=True, slots=True)
class Mutation:
    """`object` holds a `*` where the server chose the name; `attribute` is "+" for an object that came."""

    schema: Schema
    part: str
    object: str
    attribute: str

    def is_told(self, found: tuple[Change, ...]) -> bool:
        """Tell whether this change was found and nothing else, but for the index that a foreign key brings along."""
        told = [change for change in found if fnmatchcase(change.object, self.object)]
        rest = {change.object for change in found if change not in told}
        brought = {self.object.replace("foreign key", "index", 1)} if self.part == "foreign key" else set()
        return len(told) == 1 and self.attribute in _attributes(told[0]) and rest <= brought


def _attributes(change: Change) -> tuple[str, ...]:
    if change.before is None or change.after is None:
        return ("+" if change.before is None else "-",)
    return change.attributes


@st.composite
def single_changes(draw: st.DrawFn, scope: Scope, schema: Schema) -> Mutation:
    """Draw one: first which attribute of which part changes, since most changes are those of a column's type."""
    sorts: dict[tuple[str, str], list[Mutation]] = {}
    for mutation in mutations(scope, schema):
        sorts.setdefault((mutation.part, mutation.attribute), []).append(mutation)
    return draw(st.sampled_from(draw(st.sampled_from(list(sorts.values())))))


T = TypeVar("T")
Variants = Iterator[tuple[T, str]]
"""What it becomes, and the attribute that differs."""


def mutations(scope: Scope, schema: Schema) -> Iterator[Mutation]:
    referenced = {key.table for table in schema.tables for key in table.foreign_keys}
    for table in schema.tables:
        for changed, part, name, attribute in _of_table(scope, table, is_referenced=table.name in referenced):
            label = f"{part} {name} on {table.name}" if part in ("index", "foreign key", "check") else name
            yield Mutation(replace(schema, tables=_replaced(schema.tables, table, changed)), part, label, attribute)
    if not scope.declarative:
        yield Mutation(replace(schema, tables=(*schema.tables, Table("added"))), "table", "added", "+")
    for each in schema.stored:
        for other in range(len(each.variants)):
            if other != each.chosen:
                stored = _replaced(schema.stored, each, replace(each, chosen=other))
                yield Mutation(replace(schema, stored=stored), each.kind, f"{each.kind} {each.name}", "text")
    view = Stored("view", "added", ("VIEW {name} AS SELECT 1 AS one",))
    yield Mutation(replace(schema, stored=(*schema.stored, view)), "view", "view added", "+")


def _replaced(every: tuple[T, ...], old: T, new: T) -> tuple[T, ...]:
    return tuple(new if each is old else each for each in every)


TableVariants = Iterator[tuple[Table, str, str, str]]
"""What the table becomes, the part of it that differs, by what name, and the attribute."""


def _of_table(scope: Scope, table: Table, *, is_referenced: bool) -> TableVariants:
    yield from _of_parts(scope, table)
    yield from _additions(scope, table)
    yield from _of_options(table)
    if not is_referenced:
        other_key = ("id",) if len(table.primary_key) > 1 else ("id", "k")
        yield replace(table, primary_key=other_key), "primary key", f"primary key of {table.name}", "columns"
    numbered = not table.auto_increment
    yield replace(table, auto_increment=numbered), "column", f"{table.name}.id", "auto_increment"


def _of_parts(scope: Scope, table: Table) -> TableVariants:
    for old in (column for column in table.columns if column.name not in table.referring):
        for column, attribute in _of_column(scope, old):
            columns = _replaced(table.columns, old, column)
            yield replace(table, columns=columns), "column", f"{table.name}.{column.name}", attribute
    for was in table.indexes:
        for index, attribute in _of_index(scope, table, was):
            yield replace(table, indexes=_replaced(table.indexes, was, index)), "index", was.name, attribute
    for each in table.foreign_keys:
        for key, attribute in _of_foreign_key(each):
            keys = _replaced(table.foreign_keys, each, key)
            yield replace(table, foreign_keys=keys), "foreign key", key.name or "*", attribute
    for one in table.checks:
        for check, attribute in _of_check(scope, one):
            yield replace(table, checks=_replaced(table.checks, one, check)), "check", one.name or "*", attribute


def _of_column(scope: Scope, column: Column) -> Variants[Column]:
    family = column.family
    for text in _others(column.type, family.types):
        yield replace(column, type=text), "type"
    yield replace(column, comment="other"), "comment"
    if family.charset:
        yield replace(column, charset="CHARACTER SET latin2 COLLATE latin2_bin"), "collation"
    if family.now:
        yield replace(column, updated=not column.updated), "on update"
    for text in family.extras:
        if text != column.extra:
            yield replace(column, extra=text), (text or column.extra).split()[0].lower().replace("_", " ")
    yield from _of_generated(column) if family.expressions else _of_value(scope, column)


def _of_generated(column: Column) -> Variants[Column]:
    for text in column.family.expressions:
        if text != column.generated:
            yield replace(column, generated=text), "expression"
    yield replace(column, stored=not column.stored), "stored"


def _of_value(scope: Scope, column: Column) -> Variants[Column]:
    for text in _others(column.default, (("",), *column.family.defaults)):
        if text or column.visible:
            yield replace(column, default=text), "default"
    if column.family.key != "spatial" and (column.visible or column.default):
        yield replace(column, nullable=not column.nullable), "nullable"
    if not scope.declarative and drawn.can_hide(column):
        yield replace(column, visible=not column.visible), "visible"


def _others(text: str, groups: Groups) -> Iterator[str]:
    yield from (group[0] for group in groups if text not in group)


def _of_index(scope: Scope, table: Table, index: Index) -> Variants[Index]:
    yield replace(index, name="renamed"), "name"
    if not scope.declarative:
        yield replace(index, comment="other"), "comment"
        yield replace(index, hidden="" if index.hidden else scope.hiding), "visible"
    if index.kind in ("", "UNIQUE") and not table.partitions:
        yield replace(index, kind="" if index.kind else "UNIQUE"), "kind"
    if len(index.parts) > 1:
        yield replace(index, parts=index.parts[::-1]), "columns"
    first, *rest = index.parts
    if first.length:
        yield replace(index, parts=(replace(first, length=7), *rest)), "columns"
    elif not index.kind:
        yield replace(index, parts=(replace(first, descending=not first.descending), *rest)), "columns"
    if not index.kind and all(part.column != "n" for part in index.parts):
        yield replace(index, parts=(*index.parts, Part("n"))), "columns"


def _of_foreign_key(key: ForeignKey) -> Variants[ForeignKey]:
    same = ("", "RESTRICT", "NO ACTION")
    for action in drawn.ACTIONS:
        if action != key.on_delete and not {action, key.on_delete} <= set(same):
            yield replace(key, on_delete=action), "on delete"
        if action != key.on_update and not {action, key.on_update} <= set(same):
            yield replace(key, on_update=action), "on update"


def _of_check(scope: Scope, check: Check) -> Variants[Check]:
    for expression in drawn.EXPRESSIONS:
        if expression != check.expression:
            yield replace(check, expression=expression), "expression"
    if check.name:
        yield replace(check, name=f"{check.name}_renamed"), "name"
    if not scope.flavor.is_mariadb and not scope.declarative:
        yield replace(check, enforced=not check.enforced), "enforced"


def _additions(scope: Scope, table: Table) -> TableVariants:
    integer = next(family for family in scope.families if family.name == "integer")
    column = Column("added", integer, "INT")
    yield replace(table, columns=(*table.columns, column)), "column", f"{table.name}.added", "+"
    index = Index("added", (Part("n"), Part("k")))
    yield replace(table, indexes=(*table.indexes, index)), "index", index.name, "+"
    check = Check(f"added_to_{table.name}", "n < 1000")
    yield replace(table, checks=(*table.checks, check)), "check", check.name, "+"
    if not table.partitions and table.primary_key == ("id",):
        key = ForeignKey(f"added_to_{table.name}", ("n",), table.name, ("id",))
        yield replace(table, foreign_keys=(*table.foreign_keys, key)), "foreign key", key.name, "+"


def _of_options(table: Table) -> TableVariants:
    chosen = dict(table.options)
    for name, values in drawn.OPTIONS:
        for value in values:
            if value != chosen.get(name):
                yield replace(table, options=tuple((chosen | {name: value}).items())), "option", table.name, name
    yield replace(table, charset="CHARSET=latin2 COLLATE=latin2_bin"), "option", table.name, "COLLATE"
    if table.partitions:
        for text in drawn.PARTITIONS:
            if text != table.partitions:
                yield replace(table, partitions=text), "partitions", f"partitions of {table.name}", "text"
