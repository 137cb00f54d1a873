"""A rename that is written as an add and a drop loses what was there.

Autogenerate writes every rename so. MySQL and MariaDB run it without a word, and the downgrade too: the schemas are
right, and all values are gone. It is a warning: the add and the drop may be what was meant.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_stairway.checks.interface import Check, Subject
from pytest_stairway.checks.wording import located, migration, naming
from pytest_stairway.findings import Finding, Location, Severity, Stage
from pytest_stairway.remedies.remedy import Remedy
from pytest_stairway.remedies.renames import Rename, renames
from pytest_stairway.remedies.target import Target
from pytest_stairway.schema.diff import ROUND_TRIP, changes
from pytest_stairway.walk.record import Direction, Step, Visit
from pytest_stairway.walk.statements import first_word, named_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_stairway.flavor import Flavor
    from pytest_stairway.walk.failure import Statement

CODE = "rename-loses-data"
_DDL = frozenset({"alter", "create", "drop"})


def run(subject: Subject) -> Iterator[Finding]:
    for visit in subject.walked.visits:
        if visit.up is not None and visit.up.failure is None:
            for rename in dropped_and_added(visit.up, subject.walked.flavor):
                if not _told_with_its_values(rename, visit):
                    yield _finding(subject, visit.up, rename)


def dropped_and_added(up: Step, flavor: Flavor) -> tuple[Rename, ...]:
    """Find what an upgrade drops and what it adds just like it, where it moves no values."""
    if not any(re.search(r"\bDROP\b", sent.sql, re.IGNORECASE) for sent in up.statements):
        return ()
    found = renames(changes(up.after, up.before, ROUND_TRIP, flavor=flavor), Target(up.before, flavor))
    sent = up.statements
    return tuple(rename for rename in found if _dropped(rename, sent) is not None and not _moved(rename, sent))


def _dropped(rename: Rename, statements: Sequence[Statement]) -> Statement | None:
    """Find the statement that drops the old name: a rename that is one has none."""
    table, _, column = rename.old.rpartition(".")
    kind = r"(?:COLUMN\s+)?" if table else r"TABLE\s+"
    drop = re.compile(rf"\bDROP\s+{kind}(?:IF\s+EXISTS\s+)?`?{re.escape(column)}`?(?!\w)", re.IGNORECASE)
    return naming([sent for sent in statements if drop.search(sent.sql)], table or column)


def _moved(rename: Rename, statements: Sequence[Statement]) -> bool:
    """Tell whether anything but DDL names what is new: it may bring the values there."""
    new = rename.new.rpartition(".")[2].casefold()
    return any(new in named_in((sent,)) for sent in statements if first_word(sent.sql) not in _DDL or _fills(sent))


def _fills(sent: Statement) -> bool:
    return re.search(r"\bSELECT\b", sent.sql, re.IGNORECASE) is not None


def _told_with_its_values(rename: Rename, visit: Visit) -> bool:
    """Leave to column-lost and rows-lost what they show the lost values of."""
    table, _, column = rename.old.rpartition(".")
    return any(
        loss.dropped_by_upgrade
        and loss.table == (table or column)
        and (not table or any(each.column == column for each in loss.changed))
        for loss in visit.losses
    )


def renaming(rename: Rename) -> str:
    """Say what to write if a rename was meant."""
    return (
        f"If {rename.new} is {rename.old} under a new name, rename it, which keeps what is in it:\n"
        f"{migration(Remedy(rename.changes, rename.upgrade, rename.downgrade))}"
    )


def _finding(subject: Subject, up: Step, rename: Rename) -> Finding:
    sent = _dropped(rename, up.statements)
    kind = "column" if "." in rename.old else "table"
    return Finding(
        code=CODE,
        stage=Stage.UPGRADE,
        location=located(subject, sent.location if sent else Location(), up.revision, Direction.UPGRADE),
        object=rename.old,
        message=f"upgrade of {up.revision} drops {rename.old} and adds {rename.new}, a {kind} just like it; "
        f"what is in {rename.old} is lost",
        remedy=renaming(rename),
        severity=Severity.WARNING,
    )


CHECK = Check(name="rename", codes=(CODE,), run=run)
