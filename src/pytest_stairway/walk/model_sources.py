"""Where the models stand: the class of a table, its `Table(...)` call, or else the module that holds its MetaData."""

from __future__ import annotations

import ast
import inspect
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_stairway.findings import Location

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Table


def sources(tables: Iterable[Table], *further: Path) -> dict[Table, Location]:
    """Find each table's place; `further` are files that define models without being imported modules."""
    classes = dict(_mapped_classes())
    found = {}
    for table in tables:
        mapped = classes.get(table)
        location = (_class_location(mapped) if mapped is not None else None) or _table_location(table, further)
        if location is not None:
            found[table] = location
    return found


def _mapped_classes() -> Iterator[tuple[Any, type]]:
    from sqlalchemy.orm import mapperlib  # noqa: PLC0415 - projects without the ORM do not load it

    registries = getattr(mapperlib, "_all_registries", None)
    for registry in registries() if registries else ():
        for mapper in registry.mappers:
            # A class that inherits its table from another one is not where the table stands.
            if mapper.inherits is None or mapper.local_table is not mapper.inherits.local_table:
                yield mapper.local_table, mapper.class_


def _class_location(mapped: type) -> Location | None:
    try:
        path = inspect.getsourcefile(mapped)
    except TypeError:
        return None
    text = _text(path)
    found = re.search(rf"^[ \t]*class {re.escape(mapped.__name__)}\b", text, re.MULTILINE)
    return Location(path, text.count("\n", 0, found.start()) + 1) if found else None


def _table_location(table: Table, further: Iterable[Path]) -> Location | None:
    """Find `Table("name", ...)` in the modules that hold the table or its MetaData, which comes from there at worst."""
    holding = [path for path, value in _globals() if value is table]
    defining = [path for path, value in _globals() if value is table.metadata or _metadata_of(value) is table.metadata]
    files = dict.fromkeys([*holding, *defining, *map(str, further)])
    calls = (Location(path, line) for path in files for line in table_calls(_text(path), table.name))
    return next(calls, Location(defining[0]) if defining else None)


def _globals() -> Iterator[tuple[str, object]]:
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if isinstance(path, str) and "site-packages" not in path:
            yield from ((path, value) for value in list(vars(module).values()))


def _metadata_of(value: object) -> object:
    """Give the MetaData of a declarative base; asked of classes only, as others may answer by connecting somewhere."""
    return vars(value).get("metadata") if isinstance(value, type) else None


def table_calls(text: str, name: str) -> Iterator[int]:
    """Give the lines on which `Table` is called with this name."""
    if "Table(" not in text or name not in text:
        return
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            function, first = node.func, node.args[0]
            called = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
            if called == "Table" and isinstance(first, ast.Constant) and first.value == name:
                yield node.lineno


def _text(path: str | None) -> str:
    try:
        return Path(path).read_text(encoding="utf-8") if path else ""
    except (OSError, UnicodeDecodeError):
        return ""
