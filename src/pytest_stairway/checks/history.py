"""The revision files form one graph: each can be loaded, its id is its own, its parents exist, nothing follows itself.

Everything here makes Alembic stop before any migration runs, or leave one out; no server is needed to see it.
"""

from __future__ import annotations

import difflib
import hashlib
import textwrap
from typing import TYPE_CHECKING

from pytest_stairway.checks.interface import Check, Subject
from pytest_stairway.findings import Finding, Skip, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.history.revisions import Revision, Unreadable

UNREADABLE, DUPLICATE, UNKNOWN, CYCLE = "unreadable-revision", "duplicate-revision", "unknown-parent", "cycle"
PARTIAL_ID_LENGTH = 4  # the least that Alembic takes for part of an id on its command line


def run(subject: Subject) -> Iterator[Finding | Skip]:
    history = subject.history
    for file in history.unreadable:
        yield _unreadable(subject, file)
    for files in history.duplicates:
        yield _duplicate(subject, files)
    yield from _duplicate_labels(subject)
    unloaded = {file.id for file in history.unreadable}
    for revision, parent in history.missing_parents:
        if parent not in unloaded:
            yield _unknown_parent(subject, revision, parent)
    for cycle in history.cycles:
        yield _cycle(subject, cycle)


def _unreadable(subject: Subject, file: Unreadable) -> Finding:
    return Finding(
        UNREADABLE,
        Stage.HISTORY,
        subject.location(file.path, file.line, file.id),
        file.path.name,
        f"{file.path.name} cannot be loaded, so no Alembic command that reads the history works\n"
        + textwrap.indent(file.reason, "  "),
        f"In {subject.location(file.path, file.line)}: {file.remedy}",
    )


def _duplicate(subject: Subject, files: tuple[Revision, ...]) -> Finding:
    loaded = files[-1]
    id_ = loaded.id
    where = subject.location(loaded.path, loaded.line, id_)
    upgrade = subject.history.project.command("upgrade head")
    return Finding(
        DUPLICATE,
        Stage.HISTORY,
        where,
        id_,
        f"revision {id_} is declared by {len(files)} files: Alembic warns "
        f'"Revision {id_} is present more than once", and `{upgrade}` stops with '
        f"\"Multiple head revisions are present for given argument 'head'\"\n"
        + "\n".join(f"  {subject.location(revision.path, revision.line)}" for revision in files),
        f"Give one of them an id of its own, in {where}:\n"
        f'    revision = "{_new_id(subject, loaded)}"\n'
        "and name it in the files that follow it",
    )


def _duplicate_labels(subject: Subject) -> Iterator[Finding]:
    bearers: dict[str, list[Revision]] = {}
    for revision in subject.history.revisions:
        for label in dict.fromkeys(revision.branch_labels):
            bearers.setdefault(label, []).append(revision)
    for label, revisions in bearers.items():
        same_name = subject.history.get(label)
        users = [*([same_name] if same_name else []), *revisions]
        if len(users) > 1:
            last = users[-1]
            yield Finding(
                DUPLICATE,
                Stage.HISTORY,
                subject.location(last.path, last.line, last.id),
                label,
                f"branch label {label} of revision {last.id} is taken: Alembic stops with "
                f"\"Branch name '{label}' in revision {last.id} already used by revision {users[0].id}\"",
                f"Choose another label for branch_labels in {subject.location(last.path)}, or drop it",
            )


def _unknown_parent(subject: Subject, revision: Revision, parent: str) -> Finding:
    is_dependency = parent not in revision.down_revisions
    variable = "depends_on" if is_dependency else "down_revision"
    names = revision.depends_on if is_dependency else revision.down_revisions
    where = subject.location(revision.path, revision.depends_line if is_dependency else revision.down_line, revision.id)
    nearest = _nearest(subject, revision, parent)
    restore = f'restore the file with revision = "{parent}"'
    if nearest:
        literal = _literal(tuple(nearest if name == parent else name for name in names))
        remedy = f"The nearest id is {nearest}; in {where}:\n    {variable} = {literal}"
        if "@" not in parent:  # Alembic refuses it in ids
            remedy += f"\nor {restore}"
    else:
        remedy = f"{restore.capitalize()}, or name an existing id in {where}"
    return Finding(
        UNKNOWN,
        Stage.HISTORY,
        where,
        parent,
        f'{variable} of revision {revision.id} is "{parent}", which is the id of no revision: '
        f"Alembic stops with KeyError: '{parent}'",
        remedy,
    )


def _nearest(subject: Subject, child: Revision, name: str) -> str | None:
    """Find the id that was meant: one that begins so, one behind a branch label, one spelt nearly so.

    Never one that follows `child`: that would close a circle.
    """
    history = subject.history
    possible = [each for each in history.revisions if child not in history.ancestors(each.id)]
    ids = [revision.id for revision in possible]
    longer = [id_ for id_ in ids if id_.startswith(name)]
    if len(longer) == 1 and len(name) >= PARTIAL_ID_LENGTH:
        return longer[0]
    label = name.partition("@")[0]
    for revision in possible:
        if label in (revision.id, *revision.branch_labels):
            return revision.id
    return next(iter(difflib.get_close_matches(name, ids, n=1)), None)


def _cycle(subject: Subject, cycle: tuple[str, ...]) -> Finding:
    history = subject.history
    members = [revision for revision in history.revisions if revision.id in cycle]
    steps = list(zip((cycle[-1], *cycle), cycle, strict=False))
    by_dependency = [child for parent, child in steps if not _is_down_revision(subject, parent, child)]
    kind = ("Dependency " if by_dependency else "") + ("self-loop" if len(cycle) == 1 else "cycle")
    closing = history.get((by_dependency or cycle)[0]) or members[0]
    subject_words = (
        f"revision {cycle[0]} follows itself" if len(cycle) == 1 else "revisions follow one another in a circle"
    )
    return Finding(
        CYCLE,
        Stage.HISTORY,
        subject.location(closing.path, closing.depends_line if by_dependency else closing.down_line, closing.id),
        " -> ".join(cycle),
        f"{subject_words}: {' -> '.join((*cycle, cycle[0]))}; "
        f'Alembic stops with "{kind.capitalize()} is detected in revisions"',
        _cut(subject, members, closing, set(by_dependency)),
    )


def _cut(subject: Subject, members: list[Revision], closing: Revision, by_dependency: set[str]) -> str:
    if by_dependency:
        return f"Drop the depends_on in {subject.location(closing.path, closing.depends_line)}"
    places = [str(subject.location(revision.path, revision.down_line)) for revision in members]
    where = places[0] if len(places) == 1 else f"whichever comes first of {', '.join(places)}"
    return f"In {where}:\n    down_revision = {_literal(_heads_outside(subject, members))}"


def _heads_outside(subject: Subject, members: list[Revision]) -> tuple[str, ...]:
    """Return the heads of what does not follow the cycle: the one thing that the first of its members can follow."""
    first = members[0].id
    outside = [
        revision
        for revision in subject.history.revisions
        if all(ancestor.id != first for ancestor in subject.history.ancestors(revision.id))
    ]
    followed = {parent for revision in outside for parent in revision.down_revisions}
    heads = tuple(revision.id for revision in outside if revision.id not in followed)
    return heads if len(heads) == 1 else ()


def _is_down_revision(subject: Subject, parent: str, child: str) -> bool:
    revision = subject.history.get(child)
    return revision is not None and parent in revision.down_revisions


def _literal(ids: tuple[str, ...]) -> str:
    """Write ids as Alembic's own template does."""
    quoted = [f'"{id_}"' for id_ in ids]
    if len(quoted) > 1:
        return f"({', '.join(quoted)})"
    return quoted[0] if quoted else "None"


def _new_id(subject: Subject, revision: Revision) -> str:
    """Make an id in the style of the others: the next number, or twelve hexadecimal digits."""
    ids = [other.id for other in subject.history.revisions]
    if all(id_.isdecimal() for id_ in ids):
        return str(max(map(int, ids)) + 1).zfill(max(map(len, ids)))
    return hashlib.sha256(revision.path.name.encode()).hexdigest()[:12]


CHECK = Check("history", (UNREADABLE, DUPLICATE, UNKNOWN, CYCLE), run, needs_walk=False)
