"""The operations that a revision file writes down, read from its syntax tree without running it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

_PLACE_OF_TABLE = {
    "add_column": 0,
    "alter_column": 0,
    "drop_column": 0,
    "create_check_constraint": 1,
    "create_foreign_key": 1,
    "create_index": 1,
    "create_unique_constraint": 1,
    "drop_constraint": 1,
    "drop_index": 1,
}
"""Where the table's name stands among the arguments of what a batch block knows without it."""

_KEYWORDS = {
    "create_check_constraint": ("constraint_name", "table_name", "condition"),
    "create_foreign_key": ("constraint_name", "source_table", "referent_table", "local_cols", "remote_cols"),
    "create_index": ("index_name", "table_name", "columns"),
    "create_table": ("table_name",),
    "create_unique_constraint": ("constraint_name", "table_name", "columns"),
    "drop_constraint": ("constraint_name", "table_name", "type_"),
    "drop_index": ("index_name", "table_name"),
    "drop_table": ("table_name",),
}
"""The names of positional arguments."""


@dataclass(frozen=True, slots=True)
class NotLiteral:
    """Stands for a value that only running the file would give."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One call of `op`, or of a batch block's own object (`receiver`), in upgrade(), say (`function`).

    `values` are the arguments by their names, "**" for unnamed ones; a batch block's table is among them. `block_line`
    is the line where the batch block begins.
    """

    function: str
    receiver: str
    name: str
    line: int
    last_line: int
    source: str
    values: Mapping[str, object]
    block_line: int | None = None

    def stands_on(self, line: int | None) -> bool:
        return line is not None and self.line <= line <= self.last_line

    @property
    def table(self) -> str | None:
        found = self.values.get("table_name", self.values.get("source_table"))
        return found if isinstance(found, str) else None

    @property
    def is_batch(self) -> bool:
        return self.receiver != "op"


def operations(path: Path, functions: Collection[str] = ("upgrade", "downgrade")) -> tuple[Operation, ...]:
    """Read the operations of a file's functions in the order in which they stand; none of one that cannot be read."""
    try:
        source = path.read_text(encoding="utf-8")
        tree = ast.parse(source)
    except (OSError, ValueError, SyntaxError):
        return ()
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in functions]
    return tuple(each for function in found for each in _operations(function, source))


def _operations(function: ast.FunctionDef, source: str) -> Iterator[Operation]:
    blocks = list(_batches(function))
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    for node in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        match node.func:
            case ast.Attribute(attr="f"):  # no operation: it marks a name as complete
                continue
            case ast.Attribute(value=ast.Name(id="op" as receiver), attr=name):
                block = None
            case ast.Attribute(value=ast.Name(id=receiver), attr=name):
                block = next((each for each in blocks if each.receiver == receiver and each.has(node)), None)
                if block is None:
                    continue
            case _:
                continue
        yield Operation(
            function=function.name,
            receiver=receiver,
            name=name,
            line=node.lineno,
            last_line=node.end_lineno or node.lineno,
            source=ast.get_source_segment(source, node) or "",
            values=_values(node, name, block),
            block_line=block.line if block is not None else None,
        )


@dataclass(frozen=True, slots=True)
class _Batch:
    """A `with op.batch_alter_table(table) as receiver:` block."""

    receiver: str
    table: object
    line: int
    last_line: int

    def has(self, node: ast.Call) -> bool:
        return self.line <= node.lineno <= self.last_line


def _batches(function: ast.FunctionDef) -> Iterator[_Batch]:
    for node in ast.walk(function):
        if not isinstance(node, ast.With):
            continue
        for item in node.items:
            match item:
                case ast.withitem(
                    context_expr=ast.Call(func=ast.Attribute(attr="batch_alter_table"), args=[table, *_]),
                    optional_vars=ast.Name(id=name),
                ):
                    yield _Batch(name, literal(table), item.context_expr.lineno, node.end_lineno or node.lineno)


def _values(node: ast.Call, name: str, block: _Batch | None) -> dict[str, object]:
    positional = [literal(argument) for argument in node.args]
    if block is not None and name in _PLACE_OF_TABLE:
        positional.insert(_PLACE_OF_TABLE[name], block.table)
    names = _KEYWORDS.get(name, ("table_name",) if _PLACE_OF_TABLE.get(name) == 0 else ())
    keywords = {keyword.arg or "**": literal(keyword.value) for keyword in node.keywords}
    return {**dict(zip(names, positional, strict=False)), **keywords}


def literal(node: ast.expr) -> object:
    """Evaluate what needs no running; `op.f("name")` is its name."""
    match node:
        case ast.Call(func=ast.Attribute(attr="f"), args=[name]):
            return literal(name)
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):  # documented: any of these for what is not a literal
        return NotLiteral()
