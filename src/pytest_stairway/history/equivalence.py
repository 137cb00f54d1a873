"""Whether two versions of a revision file do the same in `upgrade()` or `downgrade()`.

Compared are syntax trees: of the function, and of all that its module defines and it uses, directly or not (constants,
helper functions, imports). Format, comments, docstrings, quotes, annotations of functions and variables, the order of
imports, and what the function does not use make no difference. What it calls in other modules is not looked at.
"""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass
from types import CodeType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    _Used = tuple[list[ast.stmt], ...]

_IMPORTS = (ast.Import, ast.ImportFrom)
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place that differs, as source on one line; "" where one side has nothing. `line` is that afterwards."""

    before: str
    after: str
    line: int | None


def differences(before: bytes, after: bytes, functions: Iterable[str]) -> dict[str, Difference]:
    """Compare module-level functions of two versions of a file that both parse; those that differ are in the result."""
    if before == after or _is_same_code(before, after):
        return {}
    old, new = _Plain().visit(_parse(before)), _Plain().visit(_parse(after))
    found = {function: _difference(_used(old, function), _used(new, function)) for function in functions}
    return {function: difference for function, difference in found.items() if difference is not None}


def _is_same_code(before: bytes, after: bytes) -> bool:
    """Ask the cheaper question, which is the whole answer where a formatter was at work; False where it cannot tell."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape in a migration
        try:
            old, new = (
                compile(source, "<revision>", "exec", dont_inherit=True, optimize=0) for source in (before, after)
            )
        except SyntaxError:  # a `return` outside a function, say: it has a tree, and no code
            return False
    return _without_lines(old) == _without_lines(new)


def _without_lines(code: CodeType) -> CodeType:
    """Leave out where instructions stand. What a `try` protects stands in a table that `==` need not look at."""
    inner = (_without_lines(each) if isinstance(each, CodeType) else each for each in code.co_consts)
    return code.replace(co_consts=(*inner, code.co_exceptiontable), co_firstlineno=1, co_linetable=b"")


def _parse(source: bytes) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape in a migration
        return ast.parse(source)


def _difference(old: _Used, new: _Used) -> Difference | None:
    return next((_first_difference(*sides) for sides in zip(old, new, strict=True) if _differ(*sides)), None)


class _Plain(ast.NodeTransformer):
    """Takes away what makes no difference to what a module does."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._function(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """Keep the annotations of a class's own body: dataclasses and declarative models are made of them."""
        node.body = [child if isinstance(child, ast.AnnAssign) else self.visit(child) for child in _work(node.body)]
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        if node.value is None:
            return None
        return ast.copy_location(ast.Assign(targets=[node.target], value=self.visit(node.value)), node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        node.kind = None  # the u of u"text"
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        node.returns = None
        node.body = _work(node.body)
        return self.generic_visit(node)


def _work(body: list[ast.stmt]) -> list[ast.stmt]:
    """Leave out docstrings and `pass`."""
    return [
        statement
        for statement in body
        if not (isinstance(statement, ast.Pass) or (isinstance(statement, ast.Expr) and _is_text(statement.value)))
    ]


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _used(tree: ast.Module, function: str) -> _Used:
    """List the statements of a module that matter to one of its functions: itself, others in order, imports sorted."""
    statements = list(_separate(tree))
    reached = {function, "*"}
    matter: set[int] = set()
    todo = True
    while todo:
        todo = False
        for index, statement in enumerate(statements):
            if index not in matter and not reached.isdisjoint(_touched(statement)):
                matter.add(index)
                reached |= _names(statement)
                todo = True
    found = [statements[index] for index in sorted(matter)]
    imports = [statement for statement in found if isinstance(statement, _IMPORTS)]
    own = [statement for statement in found if function in _touched(statement) and statement not in imports]
    others = [statement for statement in found if statement not in imports and statement not in own]
    return own, others, sorted(imports, key=ast.dump)


def _separate(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yield the statements of a module, each import with a name of its own."""
    for statement in tree.body:
        match statement:
            case ast.Import(names=names):
                yield from (ast.copy_location(ast.Import([name]), statement) for name in names)
            case ast.ImportFrom(module="__future__"):
                pass
            case ast.ImportFrom(module=module, names=names, level=level):
                yield from (ast.copy_location(ast.ImportFrom(module, [name], level), statement) for name in names)
            case _:
                yield statement


def _touched(statement: ast.stmt) -> set[str]:
    """Return the names that a statement defines; of a statement that defines nothing, all that it may change."""
    match statement:
        case ast.Import(names=[alias]) | ast.ImportFrom(names=[alias]):
            return {(alias.asname or alias.name).partition(".")[0]}
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Assign(targets=targets):
            return {name for target in targets for name in _names(target)}
    return _names(statement)


def _names(node: ast.AST) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def _first_difference(old: list[ast.stmt], new: list[ast.stmt]) -> Difference:
    """Show what became of one name rather than what one side has in addition."""
    was, now = {ast.dump(node) for node in old}, {ast.dump(node) for node in new}
    gone = [node for node in old if ast.dump(node) not in now] or old
    come = [node for node in new if ast.dump(node) not in was] or new
    same_name = ((one, other) for other in come for one in gone if _touched(one) == _touched(other))
    one, other = next(same_name, (ast.Module(gone, []), ast.Module(come, [])))
    before, after, line = _narrowed(one, other, None)
    return Difference(_text(before), _text(after), line)


def _narrowed(old: ast.AST, new: ast.AST, line: int | None) -> tuple[ast.AST | None, ast.AST | None, int | None]:
    """Go down to the innermost statement or call that holds the whole difference; `line` is that around the two."""
    here = (old, new, getattr(new, "lineno", line))
    if type(old) is not type(new):
        return here
    fields = [name for name in old._fields if _differ(getattr(old, name), getattr(new, name))]
    if len(fields) != 1:
        return here
    before, after = getattr(old, fields[0]), getattr(new, fields[0])
    if isinstance(before, list):
        before, after = _first_pair(before, after)
    if isinstance(before, ast.AST) and isinstance(after, ast.AST):
        inner = _narrowed(before, after, here[2])
    else:
        inner = (before, after, getattr(after, "lineno", here[2]))
    return inner if isinstance(inner[0] or inner[1], ast.stmt | ast.Call) else here


def _first_pair(before: list[Any], after: list[Any]) -> tuple[Any, Any]:
    """Return the first items that differ; None stands for one that the other list has in addition."""
    index = next(
        (index for index, (old, new) in enumerate(zip(before, after, strict=False)) if _differ(old, new)),
        min(len(before), len(after)),
    )
    old = before[index] if index < len(before) and len(after) <= len(before) else None
    new = after[index] if index < len(after) and len(before) <= len(after) else None
    return old, new


def _differ(old: object, new: object) -> bool:
    if isinstance(old, list) and isinstance(new, list):
        return len(old) != len(new) or any(map(_differ, old, new))
    if isinstance(old, ast.AST) and isinstance(new, ast.AST):
        return ast.dump(old) != ast.dump(new)
    return type(old) is not type(new) or old != new


def _text(node: ast.AST | None) -> str:
    """Show the first line of a node's source; that of a function or a block says which it is."""
    if node is None:
        return ""
    line = ast.unparse(node).partition("\n")[0]
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."
