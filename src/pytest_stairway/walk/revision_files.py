"""The revision files, imported: once, and again before a run of env.py where a migration of theirs has run."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from alembic.runtime.migration import RevisionStep
from alembic.script import ScriptDirectory
from alembic.util import load_python_file

from pytest_stairway.walk.env_errors import loading_error

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext, MigrationStep

    from pytest_stairway.history.project import Project
    from pytest_stairway.walk.env_run import Plan
    from pytest_stairway.walk.time_limit import TimeLimit


@dataclass(slots=True)
class RevisionFiles:
    """`files` maps the path of each, as its module knows it, to its revision."""

    script: ScriptDirectory
    files: Mapping[str, str]
    _ran: set[str] = field(default_factory=set)

    @classmethod
    def loaded(cls, config: Config, project: Project) -> RevisionFiles:
        """Import all of them.

        Raises:
            ProjectError: one raises something of its own.
        """
        try:
            script = ScriptDirectory.from_config(config)
            return cls(script, {str(each.module.__file__): each.revision for each in script.walk_revisions()})
        except Exception as error:  # a revision file may raise anything while it is imported
            raise loading_error(error, project) from error

    def watching(self, plan: Plan) -> Plan:
        """Give the plan, with a note of the revisions that it runs."""

        def watched(context: MigrationContext, limit: TimeLimit) -> Iterator[MigrationStep]:
            for step in plan(context, limit):
                if isinstance(step, RevisionStep):
                    self._ran.add(step.revision.revision)
                yield step

        return watched

    def renew(self, project: Project) -> None:
        """Import again those that have run: in another process they would not find what they left in their modules.

        That may be a table that a migration added to the MetaData of its module, which can be added only once.

        Raises:
            ProjectError: one raises something of its own.
        """
        sys.path[:0] = project.sys_path  # Alembic does so when it reads its configuration
        for revision in sorted(self._ran):
            script = self.script.get_revision(revision)
            try:
                script.module = load_python_file(*os.path.split(script.path))
            except Exception as error:  # as above
                raise loading_error(error, project) from error
        self._ran.clear()
