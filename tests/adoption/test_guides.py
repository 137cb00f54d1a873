"""The guides of the documentation, followed on a real server: their commands and outputs are what happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.adoption.guides import follow

if TYPE_CHECKING:
    from tests.adoption.conftest import Adopted

ONE_OF_EACH_VENDOR = True


@pytest.mark.parametrize("page", ["alembic.md", "flask.md"])
def test_a_guide_step_by_step(page: str, adopted: Adopted) -> None:
    for printed, expected in follow(page, adopted):
        assert printed == expected
