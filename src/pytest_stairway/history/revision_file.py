"""Reading one revision file without running it.

Its variables are read as literals from the syntax tree; the file is imported only where they are something else.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import traceback
from collections.abc import Iterable
from typing import TYPE_CHECKING

from pytest_stairway.history.revision import DEFAULT_ENGINE, Functions, Revision, Unreadable
from pytest_stairway.history.syntax import syntax_problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

VARIABLES = ("revision", "down_revision", "depends_on", "branch_labels")
ILLEGAL_IN_IDS = "@+:-"  # alembic.script.revision refuses them
LITERALS = "write its revision and down_revision as plain strings, or make it importable"


class _CannotLoadError(Exception):
    def __init__(self, reason: str, line: int | None, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.remedy = remedy


def read_revision_file(path: Path) -> Revision | Unreadable:
    """Read a file of a versions directory; what Alembic would stop at comes back as `Unreadable`."""
    try:
        source = path.read_bytes()
    except OSError as error:
        return Unreadable(
            path, None, f"{type(error).__name__}: {error.strerror}", "make it a file that this user can read"
        )
    return _read(path, source, _import_variables)


def read_revision_source(path: Path, source: bytes) -> Revision | Unreadable:
    """Read what a commit holds at `path`, which is never run: computed variables make it `Unreadable`."""
    return _read(path, source, _refuse_to_import)


def _read(path: Path, source: bytes, import_variables: Callable[[Path], dict[str, object]]) -> Revision | Unreadable:
    try:
        return _revision(path, _parse(source), import_variables)
    except _CannotLoadError as error:
        declared = re.search(rb"""^revision\b[^=\n]*=\s*["']([\w.]+)["']""", source, re.MULTILINE)
        return Unreadable(path, error.line, error.reason, error.remedy, declared[1].decode() if declared else None)


def _parse(source: bytes) -> ast.Module:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError) as error:  # ValueError: a null byte, before Python 3.11.4
        problem = syntax_problem(source, error)
        raise _CannotLoadError(problem.reason, problem.line, problem.remedy) from error


def _revision(path: Path, tree: ast.Module, import_variables: Callable[[Path], dict[str, object]]) -> Revision:
    assigned, computed = _variables(tree)
    values: dict[str, object] = {}
    for name, node in assigned.items():
        try:
            values[name] = ast.literal_eval(node)
        except (ValueError, TypeError, SyntaxError):  # documented: any of these for what is not a literal
            computed.add(name)
    if computed:
        values = import_variables(path)
    lines = {name: node.lineno for name, node in assigned.items()}
    docstring = (ast.get_docstring(tree, clean=False) or "").strip()
    created = re.search(r"^Create Date: *(.*\S)", docstring, re.MULTILINE)
    nodes = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    own = _functions(nodes, "")
    line = lines.get("revision", 1)
    id_ = _id(values.get("revision", _id_of_name(path)), path, line)
    if "down_revision" not in values:
        reason = "AttributeError: it has no attribute 'down_revision'"
        raise _CannotLoadError(reason, line, "write down_revision = None, or the id that it follows")
    return Revision(
        id=id_,
        path=path,
        down_revisions=_ids(values, "down_revision", lines),
        depends_on=_ids(values, "depends_on", lines),
        branch_labels=_ids(values, "branch_labels", lines),
        message=docstring.partition("\n")[0].strip(),
        created=created[1] if created else "",
        line=line,
        down_line=lines.get("down_revision", 1),
        depends_line=lines.get("depends_on", 1),
        upgrade_line=own.upgrade_line,
        downgrade_line=own.downgrade_line,
        upgrade_is_empty=own.upgrade_is_empty,
        downgrade_is_empty=own.downgrade_is_empty,
        downgrade_raises=own.downgrade_raises,
        of_engines=tuple(_functions(nodes, name.removeprefix("upgrade")) for name in _of_engines(nodes)),
    )


def _of_engines(nodes: dict[str, ast.FunctionDef]) -> list[str]:
    """Name the functions that `upgrade(engine_name)` chooses from; without an argument, it does not choose."""
    upgrade = nodes.get("upgrade")
    if upgrade is None or not upgrade.args.args:
        return []
    return [name for name in nodes if name.startswith("upgrade_")]


def _functions(nodes: dict[str, ast.FunctionDef], suffix: str) -> Functions:
    upgrade, downgrade = nodes.get(f"upgrade{suffix}"), nodes.get(f"downgrade{suffix}")
    return Functions(
        engine=suffix.removeprefix("_") or DEFAULT_ENGINE,
        upgrade_line=upgrade.lineno if upgrade else None,
        downgrade_line=downgrade.lineno if downgrade else None,
        upgrade_is_empty=upgrade is not None and all(map(_does_nothing, upgrade.body)),
        downgrade_is_empty=downgrade is not None and all(map(_does_nothing, downgrade.body)),
        downgrade_raises=downgrade is not None and _only_raises(downgrade),
    )


def _variables(tree: ast.Module) -> tuple[dict[str, ast.expr], set[str]]:
    """Return the variables that are assigned plainly at the top of the file, and those that are bound otherwise."""
    assigned: dict[str, ast.expr] = {}
    computed: set[str] = set()
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.expr() as value) if name in VARIABLES:
                assigned[name] = value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if name in VARIABLES:
                assigned[name] = value
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                pass
            case _:
                computed.update(name for node in ast.walk(statement) for name in _bound(node) if name in VARIABLES)
    if "revision" not in assigned and any(
        alias.name == "*" for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names
    ):
        computed.add("revision")
    return assigned, computed


def _bound(node: ast.AST) -> tuple[str, ...]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return (node.id,)
    if isinstance(node, ast.alias):
        return (node.asname or node.name,)
    return ()


def _import_variables(path: Path) -> dict[str, object]:
    """Import the file as `alembic.util.load_python_file` does, under no lasting name."""
    spec = importlib.util.spec_from_file_location(re.sub(r"\W", "_", path.name), path)
    if spec is None or spec.loader is None:
        raise _CannotLoadError("ImportError: Python has no loader for it", None, LITERALS)
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # the file is the project's: it may raise anything
        frames = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
        first_line = "".join(str(error).splitlines()[:1])
        line = frames[-1] if frames else None
        raise _CannotLoadError(f"{type(error).__name__}: {first_line}", line, LITERALS) from error
    return {name: getattr(module, name) for name in VARIABLES if hasattr(module, name)}


def _refuse_to_import(_: Path) -> dict[str, object]:
    raise _CannotLoadError("its revision or down_revision is computed, and no file of a commit is run", None, LITERALS)


def _id_of_name(path: Path) -> str | None:
    """Alembic 0.1 had no `revision` variable: the file's name was the id, and still is taken for it."""
    found = re.match(r"([a-f0-9]+)\.py$", path.name)
    return found[1] if found else None


def _id(value: object, path: Path, line: int) -> str:
    if value is None:
        reason = f"CommandError: Could not determine revision id from filename {path.name}"
        raise _CannotLoadError(reason, None, "give it a revision and a down_revision, or move it out of the directory")
    if not isinstance(value, str):
        reason = f"TypeError: revision is {value!r}, which is no string"
        raise _CannotLoadError(reason, line, f'write revision = "{value}"')
    illegal = sorted(set(value) & set(ILLEGAL_IN_IDS))
    if illegal:
        reason = f"RevisionError: Character(s) '{', '.join(illegal)}' not allowed in revision identifier '{value}'"
        raise _CannotLoadError(reason, line, f'write revision = "{re.sub(f"[{ILLEGAL_IN_IDS}]", "_", value)}"')
    return value


def _ids(values: dict[str, object], name: str, lines: dict[str, int]) -> tuple[str, ...]:
    value = values.get(name)
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Iterable):
        items = tuple(sorted(value, key=str)) if isinstance(value, set | frozenset) else tuple(value)
        if all(isinstance(item, str) for item in items):
            return items
    reason = f"TypeError: {name} is {value!r}, which is no string or tuple of strings"
    raise _CannotLoadError(reason, lines.get(name, 1), f"write {name} as a string, a tuple of strings or None")


def _does_nothing(statement: ast.stmt) -> bool:
    """Tell `pass`, a docstring, `...` and a bare `return` from work."""
    match statement:
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Return(value=None | ast.Constant(value=None)):
            return True
    return False


def _only_raises(function: ast.FunctionDef) -> bool:
    body = function.body if ast.get_docstring(function) is None else function.body[1:]
    return len(body) == 1 and isinstance(body[0], ast.Raise)
