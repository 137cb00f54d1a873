"""Which revisions a database has, and the rows that Alembic keeps of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_stairway.history.revisions import History


class AppliedRevisions:
    """A set of revisions that knows its heads, kept up one revision at a time."""

    def __init__(self, history: History) -> None:
        self._parents = {revision.id: revision.parents for revision in history.revisions}
        self._children: dict[str, list[str]] = {}
        for revision in history.revisions:
            for parent in revision.parents:
                self._children.setdefault(parent, []).append(revision.id)
        self._applied: set[str] = set()
        self._heads: set[str] = set()

    def add(self, revision: str) -> None:
        self._applied.add(revision)
        self._heads.difference_update(self._parents[revision])
        self._heads.add(revision)

    def remove(self, revision: str) -> None:
        self._applied.discard(revision)
        self._heads.discard(revision)
        for parent in self._parents[revision]:
            if parent in self._applied and self._applied.isdisjoint(self._children[parent]):
                self._heads.add(parent)

    def heads(self) -> tuple[str, ...]:
        """Give the applied revisions that no applied one follows or depends on: the version table's rows, sorted."""
        return tuple(sorted(self._heads))
