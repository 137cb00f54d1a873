"""What is judged. A module here that has a `CHECK` is a check: there is no list to edit."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_stairway.checks.interface import Check


def all_checks() -> tuple[Check, ...]:
    """Return the checks of this package by name.

    Raises:
        ValueError: two checks have a code in common.
    """
    modules = (importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    checks = tuple(module.CHECK for module in modules if hasattr(module, "CHECK"))
    refuse_duplicate_codes(checks)
    return checks


def refuse_duplicate_codes(checks: tuple[Check, ...]) -> None:
    owners: dict[str, str] = {}
    for check in checks:
        for code in check.codes:
            if code in owners:
                raise ValueError(f"code {code} belongs to the checks {owners[code]} and {check.name}")
            owners[code] = check.name
