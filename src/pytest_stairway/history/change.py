"""What a branch does to the revisions of its base: new, edited, moved or gone ones, and what merging would make."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pytest_stairway.history.equivalence import differences
from pytest_stairway.history.graph import ancestors
from pytest_stairway.history.heads import Line, branch_lines
from pytest_stairway.history.revisions import History

if TYPE_CHECKING:
    from pytest_stairway.history.base_branch import Base, Snapshot
    from pytest_stairway.history.equivalence import Difference
    from pytest_stairway.history.revisions import Revision
    from pytest_stairway.settings import Settings

FUNCTIONS = ("upgrade", "downgrade")


@dataclass(frozen=True, slots=True)
class Divergence:
    """Two heads that merging would make: `ours` is new, `theirs` is known to the base's tip only.

    `edit` is the revision of this branch that one changed `down_revision` puts after `theirs`, None where that is not
    enough.
    """

    line: Line
    ours: Revision
    theirs: Revision
    edit: Revision | None


class Change:
    """The difference between a history and its base.

    What this branch did is what differs from where it left the base (the merge base). Where it has what the base's tip
    has, it did nothing: the tip was merged or picked. What the tip alone has is not deleted here, the branch is behind.
    """

    def __init__(self, base: Base, history: History) -> None:
        self.base = base
        self.history = history

    @cached_property
    def new(self) -> tuple[Revision, ...]:
        """The revisions that the base did not have where this branch left it, and has not from it by now."""
        before, now = self.base.merge_base.ids, self.base.tip.ids
        return tuple(
            revision
            for revision in self.history.revisions
            if revision.id not in before and (revision.id not in now or self._is_collision(revision))
        )

    @cached_property
    def new_ids(self) -> frozenset[str]:
        return frozenset(revision.id for revision in self.new)

    @cached_property
    def collisions(self) -> tuple[Revision, ...]:
        """New revisions whose id the base's tip has by now for something else."""
        return tuple(revision for revision in self.new if revision.id in self.base.tip.ids)

    @cached_property
    def changed_ids(self) -> frozenset[str]:
        """The ids of what is new, or does something else than in the base."""
        before = self.base.merge_base.ids
        edited = (
            revision.id
            for revision in self.history.revisions
            if revision.id in before and (self.moved(revision) or self.edited(revision))
        )
        return self.new_ids.union(edited)

    def edited(self, revision: Revision) -> dict[str, Difference]:
        """Compare both functions of a revision with those of the merge base; what the base has so is left out."""
        source = revision.path.read_bytes()
        versions = self._sources(revision.id)
        if source in versions or revision.id not in self.base.merge_base.sources:
            return {}
        found = [differences(version, source, FUNCTIONS) for version in versions]
        return {name: edit for name, edit in found[0].items() if all(name in others for others in found)}

    def moved(self, revision: Revision) -> Revision | None:
        """Return the revision of the merge base where it follows others than here; None where the base has it so."""
        before, now = (side.history.get(revision.id) for side in (self.base.merge_base, self.base.tip))
        if before is None or _same_parents(before, revision) or (now is not None and _same_parents(now, revision)):
            return None
        return before

    @cached_property
    def deleted(self) -> tuple[Revision, ...]:
        """The revisions that the base has, before and now, and this branch has not."""
        there = {revision.id for revision in self.history.revisions} | {file.id for file in self.history.unreadable}
        unreadable = {file.path for file in self.history.unreadable}
        now = self.base.tip.ids
        return tuple(
            revision
            for revision in self.base.merge_base.history.revisions
            if revision.id in now and revision.id not in there and revision.path not in unreadable
        )

    @cached_property
    def below_shipped(self) -> tuple[tuple[Revision, Revision], ...]:
        """Each new revision that a revision of the base follows, with the first that does."""
        parents = {revision.id: revision.parents for revision in self.history.revisions}
        new = self.new_ids
        found: dict[str, Revision] = {}
        for shipped in self.history.revisions:
            if shipped.id not in new and not new.isdisjoint(shipped.parents):
                for id_ in ancestors(parents, shipped.id) & new:
                    found.setdefault(id_, shipped)
        return tuple((revision, found[revision.id]) for revision in self.new if revision.id in found)

    def divergences(self, settings: Settings) -> tuple[Divergence, ...]:
        """Find each new head that would stand beside one of the base's tip, were the two merged."""
        before = {line.label: len(line.heads) for line in branch_lines(self.base.tip.history, settings)}
        found: list[Divergence] = []
        for line in branch_lines(self._merged, settings):
            theirs = [head for head in line.heads if self.history.get(head.id) is None]
            if theirs and len(line.heads) > max(line.intended, before.get(line.label, 0)):
                found += [self._divergence(line, ours, theirs) for ours in line.heads if ours.id in self.new_ids]
        return tuple(found)

    def _divergence(self, line: Line, ours: Revision, theirs: list[Revision]) -> Divergence:
        merged, new = self._merged, self.new_ids
        own = [revision for revision in merged.ancestors(ours.id) if revision.id in new]
        first = [revision for revision in own if new.isdisjoint(revision.down_revisions)]
        forks = {parent for revision in first for parent in revision.down_revisions}
        beside = next(
            (head for head in theirs if any(revision.id in forks for revision in merged.ancestors(head.id))), theirs[0]
        )
        later = [revision for revision in own if revision not in first and not new.issuperset(revision.down_revisions)]
        is_one_line = len(first) == 1 and len(first[0].down_revisions) <= 1 and not later
        return Divergence(line, ours, beside, first[0] if is_one_line else None)

    @cached_property
    def _merged(self) -> History:
        """The history after a merge of the base's tip and this branch."""
        before = self.base.merge_base.ids
        collisions = {revision.id for revision in self.collisions}
        merged: list[Revision] = []
        for theirs in self.base.tip.history.revisions:
            ours = self.history.get(theirs.id)
            if ours is not None and theirs.id not in collisions and self.moved(ours):
                merged.append(ours)
            elif ours is not None or theirs.id not in before:
                merged.append(theirs)
        merged += [revision for revision in self.new if revision.id not in collisions]
        return History.of(self.history.project, merged)

    def _is_collision(self, revision: Revision) -> bool:
        snapshot = self.base.tip
        theirs, source = snapshot.history.get(revision.id), snapshot.sources.get(revision.id)
        if theirs is None or source is None:  # unreadable there: whether it is the same cannot be told
            return False
        ours = revision.path.read_bytes()
        return not _same_parents(theirs, revision) or bool(differences(source, ours, FUNCTIONS))

    def _sources(self, id_: str) -> list[bytes]:
        sides: tuple[Snapshot, Snapshot] = (self.base.merge_base, self.base.tip)
        return list(dict.fromkeys(side.sources[id_] for side in sides if id_ in side.sources))


def _same_parents(one: Revision, other: Revision) -> bool:
    return set(one.down_revisions) == set(other.down_revisions) and set(one.depends_on) == set(other.depends_on)
