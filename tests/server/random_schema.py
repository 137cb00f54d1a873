"""Random schemas as values, and the DDL that builds them by two routes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from hypothesis.vendor.pretty import RepresentationPrinter

    from tests.server.random_types import Family, Groups


def quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def listed(names: tuple[str, ...]) -> str:
    return ", ".join(map(quoted, names))


@dataclass(frozen=True, slots=True)
class Column:
    """`charset`, `default` and `extra` are DDL, empty for none; `generated` is an expression."""

    name: str
    family: Family
    type: str
    charset: str = ""
    nullable: bool = True
    default: str = ""
    updated: bool = False
    generated: str = ""
    stored: bool = False
    comment: str = ""
    visible: bool = True
    extra: str = ""

    @property
    def ddl(self) -> str:
        words = [quoted(self.name), self.type, self.charset]
        if self.generated:
            words.append(f"GENERATED ALWAYS AS ({self.generated}) {'STORED' if self.stored else 'VIRTUAL'}")
        words.append("" if self.nullable else "NOT NULL")
        words.append(f"DEFAULT {self.default}" if self.default else "")
        words.append(f"ON UPDATE {self.family.now}" if self.updated else "")
        words.append("" if self.visible else "INVISIBLE")
        words.append(f"COMMENT '{self.comment}'" if self.comment else "")
        words.append(self.extra)
        return " ".join(word for word in words if word)


@dataclass(frozen=True, slots=True)
class Part:
    column: str
    length: int = 0
    descending: bool = False

    @property
    def ddl(self) -> str:
        return quoted(self.column) + (f"({self.length})" if self.length else "") + " DESC" * self.descending


@dataclass(frozen=True, slots=True)
class Index:
    """`hidden` is the word that hides it from the optimizer: INVISIBLE on MySQL, IGNORED on MariaDB."""

    name: str
    parts: tuple[Part, ...]
    kind: str = ""
    comment: str = ""
    hidden: str = ""

    @property
    def ddl(self) -> str:
        text = f"{self.kind} KEY {quoted(self.name)} ({', '.join(part.ddl for part in self.parts)})"
        text += f" COMMENT '{self.comment}'" if self.comment else ""
        return f"{text} {self.hidden}".strip()


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Its columns are its own: nothing else changes them. An empty name leaves it to the server."""

    name: str
    columns: tuple[str, ...]
    table: str
    referenced: tuple[str, ...]
    on_delete: str = ""
    on_update: str = ""

    @property
    def ddl(self) -> str:
        named = f"CONSTRAINT {quoted(self.name)} " if self.name else ""
        text = (
            f"{named}FOREIGN KEY ({listed(self.columns)}) REFERENCES {quoted(self.table)} ({listed(self.referenced)})"
        )
        text += f" ON DELETE {self.on_delete}" if self.on_delete else ""
        return text + (f" ON UPDATE {self.on_update}" if self.on_update else "")


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    expression: str
    enforced: bool = True

    @property
    def ddl(self) -> str:
        named = f"CONSTRAINT {quoted(self.name)} " if self.name else ""
        return f"{named}CHECK ({self.expression}){'' if self.enforced else ' NOT ENFORCED'}"


@dataclass(frozen=True, slots=True)
class Table:
    """Every table has the columns `id`, `k` and `n` (what generated columns and checks are about), then its own."""

    name: str
    primary_key: tuple[str, ...] = ("id",)
    auto_increment: bool = False
    columns: tuple[Column, ...] = ()
    indexes: tuple[Index, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    checks: tuple[Check, ...] = ()
    charset: str = ""
    options: tuple[tuple[str, str], ...] = ()
    partitions: str = ""

    @property
    def head(self) -> tuple[str, ...]:
        """The lines that both routes begin with."""
        numbered = " AUTO_INCREMENT" if self.auto_increment else ""
        primary = f"PRIMARY KEY ({listed(self.primary_key)})"
        return (f"id INT NOT NULL{numbered}", "k INT NOT NULL", "n INT", primary)

    @property
    def targets(self) -> tuple[tuple[str, ...], ...]:
        """The columns that a foreign key can refer to: a primary key or unique key each."""
        keys = tuple(tuple(part.column for part in index.parts) for index in self.indexes if index.kind == "UNIQUE")
        return tuple(key for key in (self.primary_key, *keys) if set(key) <= {"id", "k"})

    @property
    def referring(self) -> frozenset[str]:
        return frozenset(name for key in self.foreign_keys for name in key.columns)


@dataclass(frozen=True, slots=True)
class Stored:
    """A view, trigger, routine, event or sequence: what follows CREATE, in variants that all differ."""

    kind: str
    name: str
    variants: tuple[str, ...]
    chosen: int = 0

    @property
    def ddl(self) -> str:
        return f"CREATE {self.variants[self.chosen].replace('{name}', quoted(self.name))}"


@dataclass(frozen=True, slots=True)
class Schema:
    tables: tuple[Table, ...]
    stored: tuple[Stored, ...] = ()

    def _repr_pretty_(self, printer: RepresentationPrinter, _: bool) -> None:  # noqa: FBT001 - Hypothesis calls it
        """Let Hypothesis print a counter-example as DDL."""
        printer.text(";\n".join(("", *at_once(self))))

    @property
    def all_named(self) -> bool:
        return all(each.name for table in self.tables for each in (*table.foreign_keys, *table.checks))

    def declared(self) -> dict[str, frozenset[str]]:
        return {
            table.name: frozenset(
                each.name for each in (*table.indexes, *table.foreign_keys, *table.checks) if each.name
            )
            for table in self.tables
        }


def at_once(schema: Schema) -> Iterator[str]:
    """Build each table by one statement."""
    for table in schema.tables:
        lines = [*table.head, *(each.ddl for each in table.columns), *(each.ddl for each in table.indexes)]
        lines += [each.ddl for each in (*table.foreign_keys, *table.checks)]
        options = " ".join([table.charset, *(f"{name}={value}" for name, value in table.options)])
        yield f"CREATE TABLE {quoted(table.name)} ({', '.join(lines)}) {options} {table.partitions}"
    yield from (each.ddl for each in schema.stored)


def step_by_step(schema: Schema, random: Random) -> Iterator[str]:
    """Build the same by CREATE TABLE of the first columns and ALTER TABLE in any order, with detours."""
    later: list[str] = []
    for table in schema.tables:
        final = quoted(table.name)
        first = quoted(f"was_{table.name}") if random.random() < 0.2 else final
        yield f"CREATE TABLE {first} ({', '.join(table.head)}) {table.charset}"
        for column in random.sample(table.columns, len(table.columns)):
            yield from _column_steps(first, column, random)
        if first != final:
            yield f"RENAME TABLE {first} TO {final}"
        steps = [list(_index_steps(final, index, random)) for index in table.indexes]
        steps += [[f"ALTER TABLE {final} ADD {check.ddl}"] for check in table.checks]
        steps += [[f"ALTER TABLE {final} {name}={value}"] for name, value in table.options]
        for step in random.sample(steps, len(steps)):
            yield from step
        if table.partitions:
            yield f"ALTER TABLE {final} {table.partitions}"
        later += [f"ALTER TABLE {final} ADD {key.ddl}" for key in table.foreign_keys]
    yield from random.sample(later, len(later))
    yield from (each.ddl for each in schema.stored)


def _column_steps(table: str, column: Column, random: Random) -> Iterator[str]:
    column = replace(
        column,
        type=_respelled(column.type, column.family.types, random),
        default=_respelled(column.default, column.family.defaults, random),
    )
    if column.generated or column.family.key == "spatial" or random.random() < 0.5:
        yield f"ALTER TABLE {table} ADD COLUMN {column.ddl}"
        return
    plain = Column(column.name, column.family, column.type)
    yield f"ALTER TABLE {table} ADD COLUMN {plain.ddl}"
    yield f"ALTER TABLE {table} MODIFY COLUMN {column.ddl}"


def _index_steps(table: str, index: Index, random: Random) -> Iterator[str]:
    if random.random() < 0.7:
        yield f"ALTER TABLE {table} ADD {index.ddl}"
        return
    yield f"ALTER TABLE {table} ADD {replace(index, name='for_now').ddl}"
    yield f"ALTER TABLE {table} RENAME INDEX for_now TO {quoted(index.name)}"


def _respelled(text: str, groups: Groups, random: Random) -> str:
    return next((random.choice(group) for group in groups if text in group), text)
