"""Severities of codes that exist, and of those that do not."""

from __future__ import annotations

import pytest

from pytest_stairway.codes import refuse_unknown_codes
from pytest_stairway.errors import SettingsError
from pytest_stairway.settings import Settings


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("colum-lost", '; did you mean "column-lost"?'),
        ("zzz", "; docs/checks/README.md lists them"),
    ],
)
def test_a_severity_of_a_code_that_does_not_exist_is_one_line(code: str, told: str) -> None:
    with pytest.raises(SettingsError) as error:
        refuse_unknown_codes(Settings(severity=((code, "off"),)))
    assert str(error.value) == f'stairway: pyproject.toml: [tool.stairway.severity] has no code "{code}"{told}'


def test_severities_of_codes_that_exist_are_accepted() -> None:
    refuse_unknown_codes(Settings(severity=(("column-lost", "off"), ("cycle", "warning"))))
