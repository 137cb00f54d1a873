"""Every downgrade restores the schema that its upgrade found, and the upgrade then runs again to the same end."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pytest_stairway.checks.advice import advice, advice_again
from pytest_stairway.checks.interface import Check, Subject
from pytest_stairway.checks.lost_attributes import fails_insert, lost_in_upgrade, lost_line
from pytest_stairway.checks.placing import placed
from pytest_stairway.checks.wording import (
    failure_location,
    followed_by,
    function_location,
    half_applied,
    joined,
    listed,
    located,
    naming,
    statement,
    to_import,
)
from pytest_stairway.findings import Finding, Location, Skip, Stage
from pytest_stairway.schema.diff import ROUND_TRIP, Change, changes
from pytest_stairway.walk.qualified import databases_changed
from pytest_stairway.walk.record import Direction, Proof, Step, Visit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_stairway.history.revisions import Revision
    from pytest_stairway.walk.failure import Failure, Statement

ALIKE = 3  # as many objects changed in the same way, or more, are one finding that lists them


def run(subject: Subject) -> Iterator[Finding | Skip]:
    if subject.settings.downgrade == "none":
        yield Skip("round_trip", Stage.ROUND_TRIP, Location(), 'downgrade = "none" in the settings')
        return
    missing = [visit for visit in subject.walked.visits if _is_missing(subject, visit)]
    yield from _missing(subject, missing)
    for visit in subject.walked.visits:
        yield from _elsewhere(subject, visit)
        if visit not in missing:
            yield from _judge(subject, visit)


def _elsewhere(subject: Subject, visit: Visit) -> Iterator[Skip]:
    """Say which databases beside the project's own an upgrade changes without anybody looking there."""
    named = {name.casefold() for name in subject.settings.databases}
    for database, sent in databases_changed(visit.up.statements if visit.up is not None else ()).items():
        if database.casefold() not in named:
            where = located(subject, sent.location, visit.revision, Direction.UPGRADE)
            reason = (
                f'what it does in database {database} is not compared; databases = ["{database}"] in [tool.stairway] '
                "has it made for the walk and compared as well"
            )
            yield Skip("round_trip", Stage.ROUND_TRIP, where, reason)


def _is_missing(subject: Subject, visit: Visit) -> bool:
    """Tell whether the upgrade changed something that no downgrade even tries to take back."""
    file, up = subject.history.get(visit.revision), visit.up
    if file is None or up is None or up.failure is not None:
        return False
    if file.downgrade_line is None or (visit.down is not None and _raises_by_intent(visit.down, file.downgrade_raises)):
        return True
    return file.downgrade_is_empty and up.before != up.after


def _raises_by_intent(down: Step, only_raises: bool) -> bool:  # noqa: FBT001 - a fact of the file, not a switch
    return down.failure is not None and (down.failure.not_implemented or (only_raises and not down.statements))


def _missing(subject: Subject, visits: Sequence[Visit]) -> Iterator[Finding | Skip]:
    if subject.settings.downgrade == "optional" or not visits:
        return
    changing = [visit for visit in subject.walked.visits if visit.up is not None and visit.up.before != visit.up.after]
    if len(visits) > ALIKE and changing and all(visit in visits for visit in changing):
        yield _no_downgrades(subject, visits[0].revision, len(changing))
        return
    for visit in visits:
        yield Finding(
            code="downgrade-missing",
            stage=Stage.ROUND_TRIP,
            location=function_location(subject, visit.revision, Direction.DOWNGRADE),
            object=visit.revision,
            message=f"revision {visit.revision} has no downgrade, so a deploy that goes wrong cannot be taken back",
            remedy='Write it, or set downgrade = "optional" in [tool.stairway] if some revisions have none by policy.',
        )


def _no_downgrades(subject: Subject, first: str, number: int) -> Finding:
    return Finding(
        code="downgrade-missing",
        stage=Stage.ROUND_TRIP,
        location=function_location(subject, first, Direction.DOWNGRADE),
        object="downgrades",
        message=f"none of the {number} revisions that change the schema has a downgrade",
        remedy='If that is the policy, set downgrade = "none" in [tool.stairway].',
    )


def _judge(subject: Subject, visit: Visit) -> Iterator[Finding | Skip]:
    up, down, again = visit.up, visit.down, visit.again
    if down is None or up is None:
        return
    if down.failure is not None:
        if not down.failure.ended_by_limit:
            yield _failed(subject, down, down.failure, up)
        return
    if visit.unrestored:
        yield from _differences(subject, up, down, visit.unrestored, _consequence(subject, visit, up))
    elif again is not None and again.failure is None:
        yield from _second_differs(subject, up, again)
    elif again is not None and again.failure is not None and not again.failure.ended_by_limit:
        yield _failed(subject, again, again.failure, up)


def _consequence(subject: Subject, visit: Visit, up: Step) -> str:
    """Say what becomes of the next upgrade, which begins with what the downgrade did not restore."""
    if visit.again is None:
        return ""
    if visit.again.failure is not None:
        return f"\nthe next upgrade then fails: {visit.again.failure.error}"
    told = [change for proof in visit.unrestored for change in proof.remedy.changes]  # what the upgrade only kept
    differing = [each for each in _made_otherwise(subject, up, visit.again) if each not in told]
    if not differing:
        return ""
    pairs = listed([_short(each) for each in differing])
    return f"\nthe next upgrade then makes something else; the first time and now:\n{pairs}"


def _failed(subject: Subject, step: Step, failure: Failure, up: Step) -> Finding:
    if step.direction is Direction.DOWNGRADE:
        slug, what, remedy = "downgrade-fails", "downgrade", advice(subject, failure, step, up)
    else:
        slug, what, remedy = "reupgrade-fails", "after its downgrade, upgrade", advice_again(failure)
    return Finding(
        code=slug,
        stage=Stage.ROUND_TRIP,
        location=failure_location(subject, step, failure),
        object=step.revision,
        message=f"{what} of {step.revision} fails on {subject.walked.flavor}: {failure.error}"
        f"{statement(failure.statement)}{half_applied(step)}",
        remedy=remedy,
    )


def _differences(
    subject: Subject, up: Step, down: Step, unrestored: Sequence[Proof], consequence: str
) -> Iterator[Finding]:
    """Tell what a downgrade did not restore. What the next upgrade makes of it is told here and only here."""
    for group in _alike(unrestored):
        change, _ = group[0]
        sent = _touching(down.statements, change)
        loss = lost_in_upgrade(up, change) if len(group) == 1 else None
        yield Finding(
            code="downgrade-differs",
            stage=Stage.ROUND_TRIP,
            location=located(subject, sent.location if sent else Location(), down.revision, Direction.DOWNGRADE),
            object=change.object,
            message=f"downgrade of {down.revision} {_left([each for each, _ in group])}"
            f"{statement(sent.sql if sent else None)}{fails_insert(change) if len(group) == 1 else ''}"
            f"{lost_line(subject, loss) if loss is not None else ''}{consequence}",
            remedy=_remedy(group, down.statements, subject.history.get(down.revision)),
        )


_Told = tuple[Change, Proof]
"""A change, and the remedy that covers it."""


def _alike(unrestored: Sequence[Proof]) -> list[list[_Told]]:
    """Group what changed in the same way, each with its remedy; a group too small to be listed comes apart again."""
    groups: dict[tuple[object, ...], list[_Told]] = defaultdict(list)
    for proof in unrestored:
        for change in proof.remedy.changes[: 2 if proof.remedy.renamed else None]:  # keys follow what is renamed
            way = change.part, change.attributes, change.before is None, change.after is None
            groups[way].append((change, proof))
    return [
        part for group in groups.values() for part in ([group] if len(group) >= ALIKE else [[each] for each in group])
    ]


def _left(group: Sequence[Change]) -> str:
    change = group[0]
    if len(group) > 1:
        return f"does not restore {len(group)} objects; before the upgrade and after the downgrade:\n" + listed(
            [_short(each) for each in group]
        )
    if change.after is None:
        return f"does not bring back {change.object}; before the upgrade it was {change.before}"
    if change.before is None:
        return f"leaves {change.object} behind: {change.after}"
    return f"leaves {change.object} as {change.after}; before the upgrade it was {change.before}{followed_by(change)}"


def _short(change: Change) -> str:
    followers = f" (with {joined(change.following)})" if change.following else ""
    return f"{change.object}: {change.before or 'absent'} -> {change.after or 'absent'}{followers}"


def _touching(statements: Sequence[Statement], change: Change) -> Statement | None:
    """Find the last statement that names the object; one that changed may have been named by its table alone."""
    change = change.inside
    name = change.object.removeprefix(f"{change.table}.").removesuffix(f" on {change.table}")
    name = name.removeprefix(f"{change.part} ").removeprefix("of ")
    sent = naming(statements, change.table, name)
    return naming(statements, change.table) if sent is None and change.attributes else sent


def _remedy(group: Sequence[_Told], statements: Sequence[Statement], file: Revision | None) -> str:
    """Give the calls of the group's remedies, or name the change for which they are told."""
    change, proof = group[0]
    led = [each for change, each in group if change is each.remedy.changes[0]]
    calls = [call for each in led for call in each.remedy.upgrade]
    if not calls:
        first = proof.remedy.changes[0]
        return "" if change is first else f"It is restored with {first.object}: see there."
    told = placed(calls, [(each, _touching(statements, each)) for each, _ in group])
    told += to_import(calls, file.path) if file is not None else ""
    failures = dict.fromkeys(each.upgrade for each in led if each.upgrade)
    return told + "".join(f"\nNot proved: on a copy of the schema that it leaves this {what}" for what in failures)


def _made_otherwise(subject: Subject, up: Step, again: Step) -> Sequence[Change]:
    return changes(up.after, again.after, ROUND_TRIP, flavor=subject.walked.flavor)


def _second_differs(subject: Subject, up: Step, again: Step) -> Iterator[Finding]:
    """Tell what the second upgrade made otherwise, though the downgrade had restored what the first one found."""
    differing = _made_otherwise(subject, up, again)
    if not differing:
        return
    sent = _touching(again.statements, differing[0])
    yield Finding(
        code="reupgrade-differs",
        stage=Stage.ROUND_TRIP,
        location=located(subject, sent.location if sent else Location(), up.revision, Direction.UPGRADE),
        object=differing[0].object,
        message=f"upgrade of {up.revision} makes something else after its downgrade; the first time and the second:\n"
        + listed([_short(change) for change in differing]),
        remedy="Let the upgrade depend on nothing that differs from run to run: rows, the clock, random values.",
    )


CHECK = Check(
    name="round_trip",
    codes=("downgrade-fails", "downgrade-missing", "downgrade-differs", "reupgrade-fails", "reupgrade-differs"),
    run=run,
)
