"""An image that is not there is pulled; where that fails, who can do without does not try again for a day."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pytest_stairway.servers import engine
from pytest_stairway.servers.interface import UnavailableError

if TYPE_CHECKING:
    from pathlib import Path

NAME = "mysql:0.0-there-is-none"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    try:
        with engine.engine():
            pass
    except UnavailableError as error:
        pytest.skip(str(error))


def failure(*, insist: bool) -> UnavailableError:
    with pytest.raises(UnavailableError) as caught:
        engine.find(NAME, insist=insist)
    return caught.value


def test_the_reason_is_short_and_the_whole_has_the_engines_words() -> None:
    error = failure(insist=False)
    assert error.reason == f"image {NAME} is not there and cannot be pulled"
    assert str(error).startswith(f"Docker: {error.reason}: ")
    assert "http+docker" not in str(error)


def test_a_failure_holds_for_a_day_where_nobody_insists(tmp_path: Path) -> None:
    failure(insist=False)
    again = failure(insist=False)
    assert str(again) == f"Docker: image {NAME} is not there, and could not be pulled within the last day"
    assert again.fix == f"docker pull {NAME}"
    assert failure(insist=True).reason == f"image {NAME} is not there and cannot be pulled"
    (mark,) = tmp_path.rglob("*.failed")
    os.utime(mark, (0, 0))
    assert failure(insist=False).reason == f"image {NAME} is not there and cannot be pulled"
