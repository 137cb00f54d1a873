"""What each finding means for the run: the severity that the settings give its code, and its standing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from pytest_stairway.findings import Finding, Severity, Skip
from pytest_stairway.project_waivers import was_looked_for
from pytest_stairway.report import Judged, Standing
from pytest_stairway.setting_kinds import OFF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pytest_stairway.baseline import Baseline
    from pytest_stairway.checks.interface import Subject
    from pytest_stairway.project_waivers import ProjectWaivers
    from pytest_stairway.scope import Scope
    from pytest_stairway.settings import Settings

    Because = Callable[[Finding], str | None]
    """Says of a finding why it does not count; None where it does."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a project says of its findings: severities, waivers, baseline, and what its base branch has already."""

    settings: Settings
    scope: Scope
    waivers: ProjectWaivers
    baseline: Baseline | None

    def of(self, outcomes: Iterable[Finding | Skip]) -> tuple[Judged | Skip, ...]:
        """Judge the findings, and let what could not be checked follow them."""
        findings, skips = _apart(outcomes)
        judged = judge(findings, self.settings, waived_because=self.waivers.because, known_because=self._known_because)
        return (*judged, *skips)

    def unneeded(self, subject: Subject, outcomes: tuple[Finding | Skip, ...]) -> Iterator[Finding]:
        """Find what is wrong with the waivers, and those and the entries of the baseline that cover nothing.

        `outcomes` are those of the files and of the walk: only then is known what is covered.
        """
        yield from self.waivers.findings(subject, outcomes)
        if self.baseline is not None:
            findings, skips = _apart(outcomes)
            yield from self.baseline.outdated(findings, partial(was_looked_for, subject=subject, skips=skips))

    def _known_because(self, finding: Finding) -> str | None:
        listed = None if self.baseline is None else self.baseline.known_because(finding)
        return self.scope.known_because(finding) or listed


def judge(
    findings: Iterable[Finding], settings: Settings, *, waived_because: Because, known_because: Because
) -> Iterator[Judged]:
    """Give each finding its severity and standing. One that is waived and known is waived: somebody gave a reason.

    A finding whose code is off is left out.
    """
    severities = dict(settings.severity)
    for found in findings:
        given = severities.get(found.code)
        if given == OFF:
            continue
        finding = found if given is None else replace(found, severity=Severity(given))
        waived = waived_because(finding)
        known = known_because(finding) if waived is None else None
        if waived is not None:
            yield Judged(finding, Standing.WAIVED, waived)
        elif known is not None:
            yield Judged(finding, Standing.KNOWN, known)
        else:
            yield Judged(finding)


def _apart(outcomes: Iterable[Finding | Skip]) -> tuple[list[Finding], list[Skip]]:
    outcomes = tuple(outcomes)
    findings = [outcome for outcome in outcomes if isinstance(outcome, Finding)]
    return findings, [outcome for outcome in outcomes if isinstance(outcome, Skip)]
