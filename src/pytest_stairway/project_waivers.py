"""The waivers of a project: which findings they cover, and which are wrong or no longer needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_stairway.baseline import CODE as OUTDATED
from pytest_stairway.checks import all_checks
from pytest_stairway.checks.history import CHECK as HISTORY
from pytest_stairway.checks.interface import place
from pytest_stairway.codes import known_codes, nearest_code
from pytest_stairway.findings import Finding, Location, Severity, Skip, Stage
from pytest_stairway.setting_kinds import OFF
from pytest_stairway.settings import FILE
from pytest_stairway.waivers import CODES, FORM, INVALID, UNUSED, NoWaiver, Waiver, waivers_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pytest_stairway.checks.interface import Subject
    from pytest_stairway.history.revisions import History
    from pytest_stairway.settings import Settings
    from pytest_stairway.walk.record import Visit

IN_SETTINGS = "[[tool.stairway.waivers]]"
NO_REASON = "has no reason, so that nobody can tell later whether it still holds"


@dataclass(frozen=True, slots=True)
class ProjectWaivers:
    """The waivers of a project that can be used, and what is wrong with the others."""

    usable: tuple[Waiver, ...]
    invalid: tuple[Finding, ...]

    @classmethod
    def read(cls, history: History, settings: Settings, root: Path) -> ProjectWaivers:
        written = [*_in_files(history, root), *_in_settings(settings)]
        problems = {each: problem for each in written if (problem := _problem(each))}
        return cls(
            usable=tuple(each for each in written if isinstance(each, Waiver) and each not in problems),
            invalid=tuple(_invalid(each, problem) for each, problem in problems.items()),
        )

    def because(self, finding: Finding) -> str | None:
        """Give the reason with which a finding is waived, None where it is not."""
        return next((waiver.reason for waiver in self.usable if waiver.covers(finding)), None)

    def findings(self, subject: Subject, outcomes: Sequence[Finding | Skip]) -> Iterator[Finding]:
        """Find the invalid waivers, and those that cover nothing of what the checks of the files and of the walk say.

        Nothing is said of revisions that are not the subject's. A waiver is called unused only where the check that
        could find what it waives has really looked.
        """
        for found in self.invalid:
            if found.location.revision is None or subject.history.get(found.location.revision) is not None:
                yield found
        findings = [outcome for outcome in outcomes if isinstance(outcome, Finding)]
        skips = [outcome for outcome in outcomes if isinstance(outcome, Skip) and not outcome.by_choice]
        for waiver in self.usable:
            if any(map(waiver.covers, findings)):
                continue
            if was_looked_for(waiver.code, waiver.location.revision, subject, skips):
                yield _unused(waiver, [found.object for found in findings if found.code == waiver.code])


def _in_files(history: History, root: Path) -> Iterator[Waiver | NoWaiver]:
    for revision in history.revisions:
        yield from waivers_in(revision.path.read_bytes(), place(root, revision.path, None, revision.id))


def _in_settings(settings: Settings) -> Iterator[Waiver]:
    for row in map(dict, settings.waivers):
        yield Waiver(row["code"], row.get("object", ""), row.get("reason", "").strip(), Location(FILE))


def _problem(written: Waiver | NoWaiver) -> str:
    """Say what is wrong with a waiver, "" where nothing is."""
    if isinstance(written, NoWaiver):
        return "cannot be read as a waiver"
    codes = known_codes()
    if written.code not in codes:
        return f"names no code of a finding{nearest_code(written.code, codes)}"
    if written.code in CODES:
        return "is of a finding about waivers, which severity is for"
    if written.code == OUTDATED:
        return "is of an entry of the baseline, which is removed instead"
    if written.code in HISTORY.codes:
        return "is of a fault with which Alembic runs no migration at all"
    return "" if written.reason else NO_REASON


def _invalid(written: Waiver | NoWaiver, problem: str) -> Finding:
    text = written.text if isinstance(written, NoWaiver) else f"the waiver of {written}"
    return Finding(
        code=INVALID,
        stage=_stage(written.location),
        location=written.location,
        object=written.text if isinstance(written, NoWaiver) else str(written),
        message=f"{text} waives nothing: it {problem}",
        remedy=_form(written),
    )


def _form(written: Waiver | NoWaiver) -> str:
    if written.location.revision is None:
        return f"In {FILE}:\n    {IN_SETTINGS}\n    code = ...\n    object = ...\n    reason = ..."
    if isinstance(written, NoWaiver) or written.reason:
        return f"Write it as\n    {FORM}"
    return f"Write it as\n    # stairway: allow {written} -- <reason>"


def _unused(waiver: Waiver, others: list[str]) -> Finding:
    whose = FILE if waiver.location.revision is None else waiver.location.revision
    found = f"; {waiver.code} is found of {', '.join(dict.fromkeys(others))}" if others else ""
    return Finding(
        code=UNUSED,
        stage=_stage(waiver.location),
        location=waiver.location,
        object=str(waiver),
        message=f"the waiver of {waiver} in {whose} waives nothing: it was looked for and not found{found}",
        remedy="Remove the row." if waiver.location.revision is None else "Remove the comment.",
        severity=Severity.WARNING,
    )


def _stage(location: Location) -> Stage:
    """Give the test that tells of a waiver: its revision's last, or the one that needs everything."""
    return Stage.MODELS if location.revision is None else Stage.ROUND_TRIP


def was_looked_for(code: str, revision: str | None, subject: Subject, skips: list[Skip]) -> bool:
    """Tell whether the check of a code could look at a revision, or at all of them, and at what it needs."""
    check = next((check for check in all_checks() if code in check.codes), None)
    if check is None:  # a code of a later version, or a misspelt one
        return True
    if not check.is_wanted(subject) or dict(subject.settings.severity).get(code) == OFF:
        return False
    if any(skip.check == check.name and revision in {None, skip.location.revision or revision} for skip in skips):
        return False
    if revision is None and (subject.settings.name or subject.settings.branch is not None):
        return False  # the row may be for another project, or for what is not walked
    visits = [visit for visit in subject.walked.visits if revision in {None, visit.revision}]
    return not check.needs_walk or (bool(visits) and all(map(_is_whole, visits)))


def _is_whole(visit: Visit) -> bool:
    """Tell whether a revision went up and down again and nothing kept a check from looking at it."""
    return visit.up is not None and visit.down is not None and all(step.failure is None for step in visit.steps)
