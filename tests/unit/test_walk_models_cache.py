"""What is kept of the models' schema, and how much of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pytest_stairway.schema.model import Kind, Schema
from pytest_stairway.walk.models_cache import ModelsCache

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = Schema(
    {(Kind.TABLE, "größe"): "CREATE TABLE `größe` (\n  `a` int\n)", (Kind.VIEW, "v"): "CREATE VIEW `v` AS select 1"},
    (("latin1", "latin1_swedish_ci"), ("utf8mb4", "utf8mb4_general_ci")),
)


def test_what_is_stored_is_loaded(tmp_path: Path) -> None:
    cache = ModelsCache(tmp_path / "models" / "a.json.gz")
    assert cache.load() is None
    cache.store(SCHEMA)
    loaded = cache.load()
    assert loaded == SCHEMA
    assert loaded is not None
    assert loaded.collations == SCHEMA.collations


def test_the_twenty_that_were_used_last_are_kept(tmp_path: Path) -> None:
    for number in range(20):
        path = tmp_path / f"{number:02}.json.gz"
        ModelsCache(path).store(SCHEMA)
        os.utime(path, (number, number))
    ModelsCache(tmp_path / "00.json.gz").load()
    ModelsCache(tmp_path / "new.json.gz").store(SCHEMA)
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept == ["00.json.gz", *(f"{number:02}.json.gz" for number in range(2, 20)), "new.json.gz"]
