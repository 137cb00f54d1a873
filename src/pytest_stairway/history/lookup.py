"""Finding the revision that a person names."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from pytest_stairway.errors import ProjectError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_stairway.history.revisions import History, Revision

LISTED = 5


def find_revision(history: History, name: str) -> Revision:
    """Find a revision by its id, the beginning of one, or "head" where there is one.

    Raises:
        ProjectError: there is none, or there are several; lists those that may have been meant.
    """
    history.refuse_empty()
    if name == "head":
        return _only(history.heads, '"head" is no single revision', "name one of the heads")
    exact = history.get(name)
    if exact is not None:
        return exact
    found = tuple(revision for revision in history.revisions if name and revision.id.startswith(name))
    if found:
        return _only(found, f'"{name}" is the beginning of several revisions', "name one")
    near = difflib.get_close_matches(name, [revision.id for revision in history.revisions], n=3, cutoff=0.5)
    meant = tuple(revision for revision in history.revisions if revision.id in near) or history.heads
    raise ProjectError(
        f'there is no revision "{name}"',
        fix=('name an id, the beginning of one, or "head"', f"perhaps {_listed(meant)}"),
    )


def _only(found: Sequence[Revision], problem: str, fix: str) -> Revision:
    if len(found) == 1:
        return found[0]
    raise ProjectError(problem, fix=(f"{fix}: {_listed(found)}",))


def _listed(revisions: Sequence[Revision]) -> str:
    named = [f"{each.id} ({each.message})" if each.message else each.id for each in revisions[:LISTED]]
    more = len(revisions) - LISTED
    return ", ".join([*named, f"and {more} more"] if more > 0 else named)
