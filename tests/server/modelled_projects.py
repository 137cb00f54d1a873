"""Small projects with models, and what is said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_stairway.checks import all_checks, drift, models_uncreatable
from pytest_stairway.checks.interface import Subject
from pytest_stairway.findings import Finding
from pytest_stairway.history.project import find_project
from pytest_stairway.history.revisions import read_history
from pytest_stairway.load_settings import load_settings
from pytest_stairway.reports.terminal import render, render_skips
from tests.server.walk_files import ENV, MigrationFiles

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_stairway.findings import Skip
    from pytest_stairway.servers.interface import Server

MODELS = """\
import sqlalchemy as sa
from sqlalchemy import event

metadata = sa.MetaData()


def made(name, *columns):
    return sa.Table(name, metadata, sa.Column("id", sa.Integer, primary_key=True), *columns)


"""
ENV_WITH_MODELS = "import sys\nfrom pathlib import Path\nsys.path.insert(0, str(Path(__file__).parent.parent))\n" + (
    "from models_of_a_test import metadata\n" + ENV.replace("connection)", "connection, target_metadata=metadata)")
)


class ModelledProject:
    """A project whose models stand in a module beside alembic.ini."""

    def __init__(self, root: Path, server: Server) -> None:
        self.root = root
        self.files = MigrationFiles(root, server, ENV_WITH_MODELS)

    def configure(self, **options: str) -> None:
        """Have env.py pass more to `context.configure()`, each option as it is spelt there."""
        given = "".join(f", {name}={value}" for name, value in options.items())
        self.rewrite_env("target_metadata=metadata", f"target_metadata=metadata{given}")

    def rewrite_env(self, old: str, new: str) -> None:
        env = self.root / "alembic" / "env.py"
        env.write_text(env.read_text().replace(old, new))

    def set(self, line: str) -> None:
        """Put a line into [tool.stairway]."""
        (self.root / "pyproject.toml").write_text(f"[tool.stairway]\n{line}\n")

    def outcomes(self, models: str, *upgrade: str) -> list[Finding | Skip]:
        """Walk a revision of these statements, and say what the checks of the models say."""
        self.files.add("r1", "\n".join(f'op.execute("""{statement}""")' for statement in upgrade))
        subject = self._walked(models, downgrade="none")
        return [outcome for check in (models_uncreatable, drift) for outcome in check.CHECK.run(subject)]

    def told(self, models: str, *upgrade: str) -> str:
        return _told(self.outcomes(models, *upgrade))

    def verified(self, models: str, *revisions: tuple[str, str]) -> str:
        """Walk revisions, each with its upgrade and downgrade, and say what all checks say."""
        for number, (upgrade, downgrade) in enumerate(revisions, 1):
            self.files.add(f"r{number}", upgrade, downgrade)
        subject = self._walked(models)
        return _told([outcome for check in all_checks() if check.needs_walk for outcome in check.run(subject)])

    def _walked(self, models: str, **settings: object) -> Subject:
        (self.root / "models_of_a_test.py").write_text(MODELS + models)
        chosen = load_settings(self.root, settings)
        record = self.files.walk(**settings)
        return Subject(read_history(find_project(self.root, chosen)), chosen, record, self.root)


def _told(outcomes: list[Finding | Skip]) -> str:
    findings = render(each for each in outcomes if isinstance(each, Finding))
    return "\n".join([*([findings] if findings else []), *render_skips(outcomes)])
