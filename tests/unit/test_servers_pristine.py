"""The cache of prepared data directories: what is kept, what is removed, and what a killed run cannot spoil."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from pytest_stairway.servers import pristine

if TYPE_CHECKING:
    from pathlib import Path

DAY = 86400
KEY = ("local", "/usr/sbin/mysqld", "8.4.0")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def make(target: Path) -> None:
    (target / "data").mkdir()


def not_used_for(days: int, path: Path) -> None:
    then = time.time() - days * DAY
    os.utime(path / "key.json", (then, then))


def test_what_was_not_used_for_a_month_is_removed() -> None:
    old, recent = pristine.cached(KEY, make), pristine.cached((*KEY, "other"), make)
    not_used_for(31, old)
    not_used_for(29, recent)
    pristine.prune()
    assert (old.exists(), recent.exists()) == (False, True)


def test_a_use_keeps_it_for_another_month() -> None:
    path = pristine.cached(KEY, make)
    not_used_for(31, path)
    assert pristine.found(KEY) == path
    pristine.prune()
    assert path.exists()


def test_what_is_looked_up_at_this_moment_is_left() -> None:
    path = pristine.cached(KEY, make)
    not_used_for(31, path)
    with FileLock(path.with_suffix(".lock")):
        pristine.prune()
    assert path.exists()


def test_what_a_killed_run_left_half_made_is_removed_and_what_is_being_made_is_left() -> None:
    left, in_work = (pristine.cache_path((*KEY, name)).with_suffix(".part") for name in ("left", "in work"))
    for path in (left, in_work):
        (path / "data").mkdir(parents=True)
    with FileLock(in_work.with_suffix(".lock")):
        pristine.prune()
    assert (left.exists(), in_work.exists()) == (False, True)


def test_what_is_not_ours_in_the_cache_is_left() -> None:
    mine = pristine.cache_path(KEY).with_name("mine.part")
    mine.mkdir(parents=True)
    pristine.prune()
    assert mine.exists()


def test_nothing_to_prune() -> None:
    pristine.prune()
    assert pristine.found(KEY) is None
