"""What to write instead of `op.drop_constraint(None, ...)`.

Autogenerate writes it for each constraint that the models leave unnamed. MySQL and MariaDB drop constraints by name
alone; the one that they chose themselves is not the same everywhere (`users_chk_1`, `CONSTRAINT_1`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_stairway.checks.wording import code, joined
from pytest_stairway.history.operations import Operation, operations
from pytest_stairway.schema.model import Kind
from pytest_stairway.schema.parse import parse_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_stairway.flavor import Flavor
    from pytest_stairway.history.revisions import Revision
    from pytest_stairway.schema.model import Schema
    from pytest_stairway.walk.failure import Failure
    from pytest_stairway.walk.record import Step

_CREATING = {
    "foreignkey": "create_foreign_key",
    "unique": "create_unique_constraint",
    "check": "create_check_constraint",
}
_CONVENTION = "Give the MetaData of the models a naming_convention: autogenerate then names what it writes."


@dataclass(frozen=True, slots=True)
class _Unnamed:
    """One `drop_constraint(None, ...)` beside the name that the server gave, and the operation that gave none.

    `has_index` tells of the index that the server made for a foreign key: it stays behind, and has the key's name where
    there is one.
    """

    dropping: Operation
    name: str
    creating: Operation | None
    has_index: bool


def advice_on_unnamed(failure: Failure, up: Step, file: Revision | None, flavor: Flavor) -> str:
    """Give the constraint's name; "" where the line that failed is no `drop_constraint(None, ...)`."""
    every = operations(file.path) if file is not None and failure.errno is None else ()
    line = failure.location.line
    here = next((each for each in every if _drops_unnamed(each) and _failed_on(each, line)), None)
    if here is None:
        return ""
    told = ["MySQL and MariaDB drop a constraint by its name, and this one was created without: name it on both sides."]
    return "\n".join([*told, *_naming(_matched(here, every, up), flavor), _CONVENTION])


def _drops_unnamed(operation: Operation) -> bool:
    return operation.name == "drop_constraint" and operation.values.get("constraint_name", "") is None


def _failed_on(operation: Operation, line: int | None) -> bool:
    """Look at the beginning of a batch block too: its operations are sent, and fail, where the block ends."""
    return operation.stands_on(line) or (line is not None and operation.block_line == line)


def _matched(here: Operation, every: Sequence[Operation], up: Step) -> list[_Unnamed]:
    """Match what is dropped without a name with what the upgrade made; nothing where numbers differ."""
    table, kind = here.table, here.values.get("type_")
    if table is None or not isinstance(kind, str) or kind not in _CREATING:
        return []
    dropping = [
        each
        for each in every
        if each.function == here.function
        and _drops_unnamed(each)
        and (each.table, each.values.get("type_")) == (table, kind)
    ]
    creating = [
        each
        for each in every
        if each.function != here.function
        and (each.name, each.table) == (_CREATING[kind], table)
        and each.values.get("constraint_name", "") is None
    ]
    made = _made(kind, table, up)
    if len(made) != len(dropping):
        return []
    return [
        _Unnamed(each, name, _creating(columns, creating), _made_index(columns, table, up, every))
        for each, (name, columns) in zip(dropping, made.items(), strict=True)
    ]


def _creating(columns: tuple[str, ...], creating: Sequence[Operation]) -> Operation | None:
    found = [each for each in creating if _columns(each) == columns or (len(creating) == 1 and not columns)]
    return found[0] if len(found) == 1 else None


def _made_index(columns: tuple[str, ...], table: str, up: Step, every: Sequence[Operation]) -> bool:
    """Tell whether the server made an index for a foreign key, named after its first column, beside the upgrade's."""
    before, after = (_constraints("index", table, schema) for schema in (up.before, up.after))
    own = {each.values.get("index_name") for each in every if each.name == "create_index"}
    return any(
        name not in before
        and name not in own
        and name.startswith(columns[0])
        and columns == indexed
        and columns not in before.values()  # else it took the place of another foreign key's, which needs it
        for name, indexed in after.items()
        if columns
    )


def _columns(creating: Operation) -> tuple[object, ...] | None:
    columns = creating.values.get("columns", creating.values.get("local_cols"))
    return tuple(columns) if isinstance(columns, list | tuple) else None


def _made(kind: str, table: str, up: Step) -> dict[str, tuple[str, ...]]:
    """Give the names of the upgrade's new constraints, with their columns; those of a check are not known."""
    before, after = (_constraints(kind, table, schema) for schema in (up.before, up.after))
    return {name: columns for name, columns in after.items() if name not in before}


def _constraints(kind: str, name: str, schema: Schema) -> dict[str, tuple[str, ...]]:
    text = schema.objects.get((Kind.TABLE, name))
    if text is None:
        return {}
    table = parse_table(text, schema.collations)
    if kind == "foreignkey":
        return {key.name: key.columns for key in table.foreign_keys}
    if kind in ("unique", "index"):
        wanted = "UNIQUE" if kind == "unique" else ""
        return {index.name: index.columns for index in table.indexes if index.kind == wanted}
    return {check.name: () for check in table.checks}


def _naming(unnamed: Sequence[_Unnamed], flavor: Flavor) -> list[str]:
    """Let the revision use the server's own name: databases that have run it know the constraint by that one."""
    if not unnamed:
        return []
    created = [
        each.creating.source.replace("(None,", f'("{each.name}",', 1) for each in unnamed if each.creating is not None
    ]
    names = joined([each.name for each in unnamed])
    one = len(unnamed) == 1
    dropped = [call for each in unnamed for call in _dropping(each)]
    return [f"{flavor} called {'it' if one else 'them'} {names}:", code(*created, *dropped)]


def _dropping(unnamed: _Unnamed) -> Iterator[str]:
    here, name = unnamed.dropping, unnamed.name
    table = "" if here.is_batch else f', "{here.table}"'
    yield f'{here.receiver}.drop_constraint("{name}"{table}, type_="{here.values["type_"]}")'
    if unnamed.has_index:
        table = "" if here.is_batch else f', table_name="{here.table}"'
        yield f'{here.receiver}.drop_index("{name}"{table})'
