"""Loaded by the runs of tests/plugin: notes each password that a run generates, so that none may be in its output."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def token_urlsafe() -> str:
    password = secrets.token_hex()
    with Path(os.environ["STAIRWAY_TEST_PASSWORDS"]).open("a", encoding="utf-8") as file:
        file.write(f"{password}\n")
    return password


secrets.token_urlsafe = token_urlsafe  # type: ignore[assignment]  # the suite calls it without a size
