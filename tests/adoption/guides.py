"""Following a page of the documentation: its files are written, its commands run, its outputs compared.

Of a page counts what stands in blocks: `python` is a file, named in its first line; `diff` changes one; `console` holds
commands, each after a `$` and with its output below it. The output of `pytest` must be there, that of others may.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from tests.adoption.conftest import ROOT, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.adoption.conftest import Adopted

URL = "mysql+pymysql://shop:secret@127.0.0.1/shop"
REVISION = re.compile(r"(?<![0-9a-f])[0-9a-f]{12}(?![0-9a-f])")


def follow(page: str, project: Adopted) -> Iterator[tuple[str, str]]:
    """Do what the page says in the project; yield what each command printed, and what it should have.

    Revisions have ids of their own on each run: those of the page stand for what was met in their place at first.
    """
    ids: dict[str, str] = {}
    text = (ROOT / "docs/guides" / page).read_text(encoding="utf-8")
    for kind, block in re.findall(r"^```(\w+)\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        if kind == "python":
            _write(project, block)
        elif kind == "diff":
            _change(project, _translated(block, ids))
        else:
            for command, expected in _commands(block):
                printed = _run(project, _translated(command, ids))
                if expected or command.startswith("pytest"):
                    ids = {**dict(zip(REVISION.findall(expected), REVISION.findall(printed), strict=False)), **ids}
                    yield _compared(printed), _compared(_translated(expected, ids))


def _compared(text: str) -> str:
    """Leave out the lines of revision files, which each version of Alembic writes by a template of its own."""
    return re.sub(r"(versions/\w+\.py:|, line )\d+", r"\1N", shown(text))


def _commands(block: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def _translated(text: str, ids: dict[str, str]) -> str:
    return REVISION.sub(lambda match: ids.get(match[0], match[0]), text)


def _write(project: Adopted, block: str) -> None:
    first, _, text = block.partition("\n")
    project.write(first.removeprefix("# "), text.replace(URL, project.url))


def _change(project: Adopted, block: str) -> None:
    first, *lines = block.splitlines(keepends=True)
    path = first.removeprefix("--- ").strip()
    url = project.url.replace("%", "%%") if path.endswith(".ini") else project.url
    old, new = ("".join(line[1:] for line in lines if line[0] != added) for added in "+-")
    project.replace(path, old, new.replace(URL, url))


def _run(project: Adopted, command: str) -> str:
    program, *arguments = shlex.split(command)
    if command == "pytest -q":
        return project.verify()[1]
    if program == "mysql":
        return "\n".join(name for (name,) in project.rows(f"{arguments[-1]} FROM {project.database}"))
    return project.run(program, *arguments)
