"""A benchmark's output: a Markdown table, and below it when, where and on what its figures were taken."""

from __future__ import annotations

import datetime as dt
import platform
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pytest_stairway.servers.interface import Server

GIBIBYTE = 1 << 30
_ALWAYS = ("SQLAlchemy", "alembic", "pytest", "PyMySQL")


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Align all columns but the first to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def seconds(runs: Sequence[float]) -> str:
    return f"{median(runs):.2f} s"


def ratio(runs: Sequence[float], others: Sequence[float]) -> str:
    """Say how many times longer the first runs took than the others."""
    return f"{median(runs) / median(others):.1f}"


def circumstances(servers: Iterable[Server | str], *packages: str) -> str:
    """Give date, machine and versions in one line; `packages` are those that only this benchmark uses."""
    today = dt.datetime.now(tz=dt.UTC).date()
    memory = psutil.virtual_memory().total / GIBIBYTE
    machine = f"{psutil.cpu_count()} cores ({_processor()}), {memory:.0f} GiB"
    versions = [f"{name} {version(name)}" for name in (*_ALWAYS, *packages)]
    named = [each if isinstance(each, str) else f"{each.flavor} ({each.origin})" for each in servers]
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{today}; {machine}; {python}, {', '.join(versions)}; {', '.join(named)}"


def _processor() -> str:
    """Name the processor as Linux does; other systems say less."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()
