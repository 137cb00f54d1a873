"""Several projects in one process, each with a `models.py` of its own: env.py gets that of its project."""

from __future__ import annotations

import contextlib
import sys
from dataclasses import dataclass, field
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.history.project import Project


@dataclass
class Modules:
    """What the env.py files of a run imported, by project.

    Modules stay imported, also for the drift check, until another project with the same names has its turn.
    """

    _imported: dict[Project, set[str]] = field(default_factory=dict)

    @contextlib.contextmanager
    def turn(self, project: Project) -> Iterator[None]:
        """Run env.py of a project inside."""
        for name in {name for other, names in self._imported.items() if other != project for name in names}:
            if name in sys.modules and _has_its_own(project, name.partition(".")[0]):
                del sys.modules[name]
        before = set(sys.modules)
        try:
            yield
        finally:
            self._imported.setdefault(project, set()).update(set(sys.modules) - before)


def _has_its_own(project: Project, top: str) -> bool:
    """Tell whether a project has a module or package, and another one than was imported."""
    places = dict.fromkeys((*project.sys_path, str(project.working_directory), str(project.directory.parent)))
    spec = PathFinder.find_spec(top, list(places))
    module = sys.modules.get(top)
    origin = getattr(module, "__file__", None) if module is not None else None
    return spec is not None and spec.origin is not None and spec.origin != origin
