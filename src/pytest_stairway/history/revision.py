"""What one revision file says: its place in the graph, and what its functions are."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SLUG_LENGTH = 40
DEFAULT_ENGINE = "default"
"""What the database is called whose name in the files is empty: Flask-Migrate's `upgrade_()`."""


@dataclass(frozen=True, slots=True)
class Functions:
    """`upgrade()` and `downgrade()` of a revision, or `upgrade_<engine>()` and its counterpart; lines of None: none."""

    engine: str
    upgrade_line: int | None
    downgrade_line: int | None
    upgrade_is_empty: bool
    downgrade_is_empty: bool
    downgrade_raises: bool

    @property
    def upgrade_name(self) -> str:
        return f"upgrade_{'' if self.engine == DEFAULT_ENGINE else self.engine}"


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision file. `message` is the first line of its docstring, `created` its "Create Date" as written.

    `line`, `down_line` and `depends_line` are those of the variables, 1 where the top of the file does not assign them;
    `upgrade_line` and `downgrade_line` are None where there is no such function. `of_engines` are the functions of each
    database where env.py migrates several, as in Alembic's template `multidb`.
    """

    id: str
    path: Path
    down_revisions: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    branch_labels: tuple[str, ...] = ()
    message: str = ""
    created: str = ""
    line: int = 1
    down_line: int = 1
    depends_line: int = 1
    upgrade_line: int | None = None
    downgrade_line: int | None = None
    upgrade_is_empty: bool = False
    downgrade_is_empty: bool = False
    downgrade_raises: bool = False
    of_engines: tuple[Functions, ...] = ()

    def for_engine(self, engine: str) -> Revision:
        """Return the revision as one database sees it."""
        own = next((functions for functions in self.of_engines if functions.engine == engine), None)
        if own is None:
            return self
        return replace(
            self,
            upgrade_line=own.upgrade_line,
            downgrade_line=own.downgrade_line,
            upgrade_is_empty=own.upgrade_is_empty,
            downgrade_is_empty=own.downgrade_is_empty,
            downgrade_raises=own.downgrade_raises,
        )

    @property
    def parents(self) -> tuple[str, ...]:
        """What must be applied before: down revisions, then dependencies."""
        return tuple(dict.fromkeys(self.down_revisions + self.depends_on))

    @property
    def slug(self) -> str:
        """The revision and its message as a test id; unique because the revision is."""
        ascii_message = unicodedata.normalize("NFKD", self.message).encode("ascii", "ignore").decode().lower()
        words = re.sub(r"[^a-z0-9]+", "-", ascii_message).strip("-")
        if len(words) > SLUG_LENGTH:
            words = words[: SLUG_LENGTH + 1].rpartition("-")[0] or words[:SLUG_LENGTH]
        return f"{self.id}-{words}" if words else self.id


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that Alembic could not load. `id` is the revision that its text seems to declare."""

    path: Path
    line: int | None
    reason: str
    remedy: str = ""
    id: str | None = None
