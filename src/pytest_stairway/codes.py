"""The codes of all findings, whoever finds them: checks, waivers or the baseline."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from pytest_stairway import baseline, waivers
from pytest_stairway.checks import all_checks
from pytest_stairway.errors import SettingsError
from pytest_stairway.settings import FILE

if TYPE_CHECKING:
    from collections.abc import Collection

    from pytest_stairway.settings import Settings


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
