"""The history ends in as many heads as it is meant to: with more, `alembic upgrade head` refuses to run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_stairway.checks.interface import Check, Subject
from pytest_stairway.checks.wording import count, joined
from pytest_stairway.findings import Finding, Location, Skip, Stage
from pytest_stairway.history.base_branch import Base
from pytest_stairway.history.change import Change
from pytest_stairway.history.heads import Line, branch_lines
from pytest_stairway.setting_kinds import PER_BRANCH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.history.revisions import History, Revision

CODE = "multiple-heads"


def run(subject: Subject) -> Iterator[Finding | Skip]:
    reason = _cannot_count(subject.history)
    if reason:
        yield Skip(CODE, Stage.HEADS, Location(), reason)
        return
    for line in branch_lines(subject.history, subject.settings):
        if len(line.heads) > line.intended:
            yield _too_many(subject, line)
        elif 0 < len(line.heads) < line.intended:
            yield _too_few(subject, line)


def _cannot_count(history: History) -> str:
    if history.unreadable:
        return f"the heads cannot be counted: {history.unreadable[0].path.name} cannot be loaded"
    if history.missing_parents:
        revision, parent = history.missing_parents[0]
        return f"the heads cannot be counted: {revision.id} follows {parent}, which does not exist"
    if history.cycles:
        return f"the heads cannot be counted: {history.cycles[0][0]} is part of a cycle"
    return ""


def _too_few(subject: Subject, line: Line) -> Finding:
    heads = line.heads
    return Finding(
        CODE,
        Stage.HEADS,
        _place(subject, heads[-1]),
        "heads",
        f"{line.name} has {count(len(heads), 'head')} ({joined(head.id for head in heads)}) "
        f"where heads = {line.intended} ({subject.settings.source('heads')}) are intended",
        f"set heads = {len(heads)}, or restore the branch that is gone",
    )


def _too_many(subject: Subject, line: Line) -> Finding:
    history = subject.history
    new = Change(subject.base, history).new_ids if isinstance(subject.base, Base) else frozenset()
    newest_last = sorted(line.heads, key=lambda head: (head.id in new, head.created, head.path.name))
    newest = newest_last[-1]
    surplus = newest_last[line.intended - 1 :]
    edit = _edit(history, surplus[0], newest) if len(surplus) == 2 else None  # noqa: PLR2004 - one after the other
    if edit is not None and new and edit.id not in new:
        edit = None  # the base branch has it: databases have run it where it stands
    upgrade = history.project.command(f"upgrade {line.target}")
    return Finding(
        CODE,
        Stage.HEADS,
        _place(subject, edit or newest),
        f"heads of {line.label}" if line.label else "heads",
        f"{line.name} has {count(len(line.heads), 'head')} where {line.intention}: `{upgrade}` stops with "
        f"\"Multiple head revisions are present for given argument '{line.target}'\"\n"
        + "\n".join(f"  {_describe(subject, head)}" for head in line.heads),
        _remedy(subject, line, surplus, edit),
    )


def _remedy(subject: Subject, line: Line, surplus: list[Revision], edit: Revision | None) -> str:
    ids = [head.id for head in surplus]
    command = subject.history.project.command(f'merge -m "merge {joined(ids)}" {" ".join(ids)}')
    lines = ["Merge them:", f"    {command}"]
    if edit is not None:
        lines += [
            f"or, while {surplus[-1].id} is deployed nowhere, put it after {ids[0]} in {_place(subject, edit)}:",
            f'    down_revision = "{ids[0]}"',
        ]
    if line.label is None and _each_has_a_branch(subject.history):
        lines.append(f'or set heads = "{PER_BRANCH}", if each branch is meant to have its own')
    elif line.intended > 1:
        lines.append(f"or set heads = {len(line.heads)}, if so many are meant")
    elif line.label == "":
        lines.append("or label the first revision of one of them: branch_labels = (...)")
    return "\n".join(lines)


def _each_has_a_branch(history: History) -> bool:
    """Tell whether the heads are those of labelled branches, one each."""
    branches = history.branches
    named = [head.id for heads in branches.values() for head in heads]
    return bool(branches) and sorted(named) == sorted(head.id for head in history.heads)


def _edit(history: History, older: Revision, newer: Revision) -> Revision | None:
    """Find the revision with which the newer head's own line begins, if one edit there puts it after the older head."""
    kept = {revision.id for revision in history.ancestors(older.id)}
    own = [revision for revision in history.ancestors(newer.id) if revision.id not in kept]
    own_ids = {revision.id for revision in own}
    first = [revision for revision in own if own_ids.isdisjoint(revision.down_revisions)]
    is_needed_below = any(not own_ids.isdisjoint(other.parents) for other in history.ancestors(older.id))
    shared_later = any(not kept.isdisjoint(revision.down_revisions) for revision in own if revision not in first)
    if len(first) != 1 or len(first[0].down_revisions) > 1 or is_needed_below or shared_later:
        return None
    return first[0]


def _describe(subject: Subject, head: Revision) -> str:
    name = f"{head.id} {head.message}".rstrip()
    return f"{name}, {_place(subject, head)}, {_parting(subject.history, head)}"


def _parting(history: History, head: Revision) -> str:
    """Say after which revisions a head's own line begins."""
    others = {rev.id for other in history.heads if other is not head for rev in history.ancestors(other.id)}
    own = [revision for revision in history.ancestors(head.id) if revision.id not in others]
    points = dict.fromkeys(parent for revision in own for parent in revision.down_revisions if parent in others)
    return f"branched off after {joined(points)}" if points else "on a line of its own"


def _place(subject: Subject, revision: Revision) -> Location:
    return subject.location(revision.path, revision.down_line, revision.id)


CHECK = Check("multiple-heads", (CODE,), run, needs_walk=False)
