"""What a change does to the base branch: it goes on top of what is there, and leaves what is shipped as it is.

A database that has run a revision does not run it again: what is edited, moved or deleted afterwards is in some
databases and not in others. All of it is read from files and from git; no server is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_stairway.checks.interface import Check, Subject
from pytest_stairway.findings import Finding, Location, Severity, Skip, Stage
from pytest_stairway.history.base_branch import Base, NoBase
from pytest_stairway.history.change import Change, Divergence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.history.base_branch import Snapshot
    from pytest_stairway.history.equivalence import Difference
    from pytest_stairway.history.revisions import Revision

DIVERGES, NOT_ON_TOP = "diverges-from-base", "revision-not-on-top"
UPGRADE_EDITED, DOWNGRADE_EDITED = "shipped-upgrade-edited", "shipped-downgrade-edited"
DELETED, REPARENTED = "shipped-revision-deleted", "shipped-revision-reparented"
NAME = "base-branch"


def run(subject: Subject) -> Iterator[Finding | Skip]:
    base = subject.base
    if isinstance(base, NoBase):
        yield Skip(NAME, Stage.BASE, Location(), base.reason)
        return
    change = Change(base, subject.history)
    yield from _unreadable(subject, base)
    yield from _collisions(subject, change)
    yield from _divergences(subject, change)
    not_on_top = change.below_shipped
    for revision, above in not_on_top:
        yield _not_on_top(subject, change, revision, above)
    inserted = {revision.id for revision, _ in not_on_top}
    for revision in subject.history.revisions:
        before = change.moved(revision)
        if before is not None and inserted.isdisjoint(revision.parents):
            yield _reparented(subject, base, revision, before)
        yield from _edited(subject, change, revision)
    for revision in change.deleted:
        yield _deleted(subject, base, revision)


def _is_wanted(subject: Subject) -> bool:
    """Tell whether there is a base: what one pull request has waived is found in no later one."""
    return isinstance(subject.base, Base)


def _unreadable(subject: Subject, base: Base) -> Iterator[Skip]:
    snapshots: dict[str, Snapshot] = {base.merge_base.commit: base.merge_base, base.tip.commit: base.tip}
    for commit, snapshot in snapshots.items():
        for file in snapshot.history.unreadable:
            where = subject.location(file.path, file.line, file.id)
            reason = f"{where} of {base.name} ({_short(commit)}) cannot be read: {file.reason.partition(chr(10))[0]}"
            yield Skip(NAME, Stage.BASE, where, reason)


def _collisions(subject: Subject, change: Change) -> Iterator[Finding]:
    base = change.base
    for ours in change.collisions:
        theirs = base.tip.history.get(ours.id)
        if theirs is None:
            continue
        where = subject.location(ours.path, ours.line, ours.id)
        yield Finding(
            DIVERGES,
            Stage.BASE,
            where,
            ours.id,
            f"revision {ours.id} is another one in {base.name}: merged, two migrations would have one id, of which "
            f"Alembic loads one\n"
            f"  {_described(ours)}, {where}, of this branch\n"
            f"  {_described(theirs)}, {subject.location(theirs.path, theirs.line)}, of {base.name}",
            f"{_up_to_date(base)}, give this one a name and an id of its own, and put it last:\n"
            f"    down_revision = {_literal(_head_ids(base))}",
        )


def _divergences(subject: Subject, change: Change) -> Iterator[Finding | Skip]:
    if subject.history.unreadable or change.base.tip.history.unreadable:
        reason = "whether merging makes two heads cannot be told: a revision file cannot be loaded"
        yield Skip(DIVERGES, Stage.BASE, Location(), reason)
        return
    for divergence in change.divergences(subject.settings):
        yield _divergence(subject, change.base, divergence)


def _divergence(subject: Subject, base: Base, divergence: Divergence) -> Finding:
    line, ours, theirs, edit = divergence.line, divergence.ours, divergence.theirs, divergence.edit
    project = subject.history.project
    message = (
        f"merged with {base.name} {line.name} has {len(line.heads)} heads where {line.intention}: "
        f"`{project.command(f'upgrade {line.target}')}` stops with "
        f"\"Multiple head revisions are present for given argument '{line.target}'\"\n"
        f"  {_described(ours)}, {subject.location(ours.path, ours.down_line)}, of this branch\n"
        f"  {_described(theirs)}, {subject.location(theirs.path, theirs.down_line)}, of {base.name}"
    )
    if edit is not None:
        where = subject.location(edit.path, edit.down_line, edit.id)
        remedy = f'{_up_to_date(base)}, and in {where}:\n    down_revision = "{theirs.id}"'
    else:
        where = subject.location(ours.path, ours.down_line, ours.id)
        command = project.command(f'merge -m "merge {theirs.id} and {ours.id}" {theirs.id} {ours.id}')
        remedy = f"{_up_to_date(base)}, and merge the two heads:\n    {command}"
    return Finding(DIVERGES, Stage.BASE, where, ours.id, message, remedy)


def _edited(subject: Subject, change: Change, revision: Revision) -> Iterator[Finding]:
    base = change.base
    edits = change.edited(revision)
    upgrade, downgrade = edits.get("upgrade"), edits.get("downgrade")
    if upgrade is not None:
        yield Finding(
            UPGRADE_EDITED,
            Stage.BASE,
            subject.location(revision.path, upgrade.line or revision.upgrade_line, revision.id),
            revision.id,
            f"upgrade of {revision.id} is not what {base.name} has: databases that ran it keep what it did before, "
            f"and only new ones get this\n{_versions(upgrade)}",
            "Take back the edit, and write what it adds as a revision of its own:\n"
            f"    {_restore(subject, base, revision)}\n"
            f"    {subject.history.project.command('revision -m ...')}",
        )
    if downgrade is not None:
        yield Finding(
            DOWNGRADE_EDITED,
            Stage.BASE,
            subject.location(revision.path, downgrade.line or revision.downgrade_line, revision.id),
            revision.id,
            f"downgrade of {revision.id} is not what {base.name} has: it must fit databases that upgraded before this "
            f"edit\n{_versions(downgrade)}",
            "Right where it repairs a downgrade; waive it then. Else take it back:\n"
            f"    {_restore(subject, base, revision)}",
            Severity.WARNING,
        )


def _reparented(subject: Subject, base: Base, revision: Revision, before: Revision) -> Finding:
    is_dependency = set(before.down_revisions) == set(revision.down_revisions)
    name, line = ("depends_on", revision.depends_line) if is_dependency else ("down_revision", revision.down_line)
    was, now = (each.depends_on if is_dependency else each.down_revisions for each in (before, revision))
    where = subject.location(revision.path, line, revision.id)
    return Finding(
        REPARENTED,
        Stage.BASE,
        where,
        revision.id,
        f"{name} of {revision.id} is {_literal(now)} here and {_literal(was)} in {base.name}: a database that is at "
        f"{revision.id} counts what stands below it now as run, and never runs it",
        f"In {where}:\n    {name} = {_literal(was)}",
    )


def _not_on_top(subject: Subject, change: Change, revision: Revision, above: Revision) -> Finding:
    base = change.base
    before = base.merge_base.history.get(above.id) or base.tip.history.get(above.id) or above
    below = change.moved(above) is not None
    where = subject.location(revision.path, revision.down_line, revision.id)
    edits = [f"In {where}:\n    down_revision = {_literal(_head_ids(base))}"]
    if below:
        edits.append(f"and in {subject.location(above.path, above.down_line)}:")
        edits.append(f"    down_revision = {_literal(before.down_revisions)}")
    return Finding(
        NOT_ON_TOP,
        Stage.BASE,
        where,
        revision.id,
        f"{revision.id} is new and stands below {above.id}, which {base.name} has: a database that is at {above.id} "
        f"counts {revision.id} as run, and never runs it",
        "\n".join(edits),
    )


def _deleted(subject: Subject, base: Base, revision: Revision) -> Finding:
    return Finding(
        DELETED,
        Stage.BASE,
        subject.location(revision.path, None, revision.id),
        revision.id,
        f"revision {_described(revision)}, which {base.name} has, is gone: on a database that is at {revision.id} "
        f"every Alembic command stops with \"Can't locate revision identified by '{revision.id}'\"",
        f"Restore it:\n    {_restore(subject, base, revision)}",
    )


def _restore(subject: Subject, base: Base, revision: Revision) -> str:
    there = base.merge_base.history.get(revision.id) or revision
    path = subject.location(there.path).path
    return f"git restore --source={_short(base.merge_base.commit)} -- {path}"


def _versions(difference: Difference) -> str:
    return f"  was: {difference.before or 'nothing'}\n  is:  {difference.after or 'nothing'}"


def _up_to_date(base: Base) -> str:
    return f"Bring this branch up to date (git merge {base.name})"


def _described(revision: Revision) -> str:
    return f"{revision.id} {revision.message}".rstrip()


def _head_ids(base: Base) -> tuple[str, ...]:
    return tuple(head.id for head in base.tip.history.heads)


def _literal(ids: tuple[str, ...]) -> str:
    """Write ids as Alembic's own template does."""
    quoted = [f'"{id_}"' for id_ in ids]
    if len(quoted) > 1:
        return f"({', '.join(quoted)})"
    return quoted[0] if quoted else "None"


def _short(commit: str) -> str:
    return commit[:12]


CHECK = Check(
    NAME,
    (DIVERGES, UPGRADE_EDITED, DOWNGRADE_EDITED, DELETED, REPARENTED, NOT_ON_TOP),
    run,
    needs_walk=False,
    needs_base=True,
    is_wanted=_is_wanted,
)
