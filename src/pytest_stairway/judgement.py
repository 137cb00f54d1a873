"""What each finding means for the run: the severity that the settings give its code, and its standing."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_stairway import baseline, waivers
from pytest_stairway.checks import all_checks
from pytest_stairway.errors import SettingsError
from pytest_stairway.findings import Finding, Severity
from pytest_stairway.report import Judged, Standing
from pytest_stairway.settings import FILE, OFF

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from pytest_stairway.settings import Settings

    Because = Callable[[Finding], str | None]
    """Says of a finding why it does not count; None where it does."""


def known_codes() -> tuple[str, ...]:
    """Return every code that a finding can have."""
    return (*(code for check in all_checks() for code in check.codes), *waivers.CODES, baseline.CODE)


def refuse_unknown_codes(settings: Settings) -> None:
    """Check what `[tool.stairway.severity]` names, which the settings alone cannot know.

    Raises:
        SettingsError: one line that names the nearest code.
    """
    codes = known_codes()
    for code, _ in settings.severity:
        if code not in codes:
            raise SettingsError(f'{FILE}: [tool.stairway.severity] has no code "{code}"{nearest_code(code, codes)}')


def nearest_code(code: str, codes: Collection[str]) -> str:
    """Say which code was meant, ready to be put after what is wrong."""
    near = difflib.get_close_matches(code, codes, n=1, cutoff=0.5)
    return f'; did you mean "{near[0]}"?' if near else "; docs/checks/README.md lists them"


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
