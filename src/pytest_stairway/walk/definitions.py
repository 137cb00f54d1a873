"""Where the project's code defines tables that the models of env.py lack: most often in a module not imported there."""

from __future__ import annotations

import ast
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_stairway.findings import Location
from pytest_stairway.walk.model_sources import table_calls
from pytest_stairway.walk.record import Definition

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pytest_stairway.history.project import Project

_NOT_THE_APPLICATION = frozenset({"build", "dist", "node_modules", "site-packages", "test", "tests"})
_MOST_FILES = 20_000
"""A root that holds more is no project's: nothing is looked for then."""


def definitions(tables: Collection[str], project: Project) -> tuple[tuple[str, Definition], ...]:
    """Find the one module-level class or `Table()` of each table; none for a table that several files define."""
    if not tables:
        return ()
    found: dict[str, list[Location]] = {}
    for path in _modules(project):
        text = _text(path)
        for table in tables:
            found.setdefault(table, []).extend(Location(str(path), line) for line in _lines(text, table))
    return tuple((table, _definition(places[0], project)) for table, places in found.items() if len(places) == 1)


def _modules(project: Project) -> list[Path]:
    """List the application's Python files: not its tests, migrations and virtual environments."""
    files: list[Path] = []
    for directory, below, names in os.walk(_application(project)):
        place = Path(directory)
        below[:] = sorted(
            name
            for name in below
            if not name.startswith(".")
            and name not in _NOT_THE_APPLICATION
            and not (place / name / "pyvenv.cfg").exists()
            and place / name not in {project.directory, *project.version_locations}
        )
        files += [place / name for name in sorted(names) if name.endswith(".py") and not name.startswith("test_")]
        if len(files) > _MOST_FILES:
            return []
    return files


def _application(project: Project) -> Path:
    """Give the root, or the outermost package that holds the migrations, where that is installed outside the root."""
    if project.directory.is_relative_to(project.root):
        return project.root
    package = project.directory
    while (package.parent / "__init__.py").is_file():
        package = package.parent
    return project.root if package == project.directory else package


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _lines(text: str, table: str) -> Iterator[int]:
    if table not in text or ("__tablename__" not in text and "Table(" not in text):
        return
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    yield from table_calls(text, table)
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and any(_names_table(each, table) for each in node.body):
            yield node.lineno


def _names_table(node: ast.stmt, table: str) -> bool:
    match node:
        case (
            ast.Assign(targets=[ast.Name(id="__tablename__")], value=ast.Constant(value=value))
            | ast.AnnAssign(target=ast.Name(id="__tablename__"), value=ast.Constant(value=value))
        ):
            return bool(value == table)
    return False


def _definition(location: Location, project: Project) -> Definition:
    path = Path(str(location.path))
    imported = any(getattr(module, "__file__", None) == str(path) for module in list(sys.modules.values()))
    return Definition(location, _module_name(path, project), imported=imported)


def _module_name(path: Path, project: Project) -> str:
    """Give the name under which the nearest entry of the import path has a module; "" where none has it."""
    entries = {Path(entry).resolve() for entry in (*project.sys_path, *sys.path, str(project.root)) if entry}
    above = [entry for entry in entries if path.resolve().is_relative_to(entry)]
    if not above:
        return ""
    parts = path.resolve().relative_to(max(above, key=lambda entry: len(entry.parts))).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return name if all(map(str.isidentifier, name.split("."))) else ""
