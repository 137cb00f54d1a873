"""Prints how long each kind of server takes until it answers: the first time, later, and testcontainers by itself.

    python -m benchmarks.server_start [--server mysqld] [--repeat 3]

By default mysqld, mariadbd and the image mysql:9.7. The cache is a temporary one, so that the first start is a first
start: a later one finds the data directory prepared. Images are pulled before. testcontainers runs with its defaults,
but without its reaper, which is a container of its own.
"""

from __future__ import annotations

import os
import tempfile
import time
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.running import LOCAL_SERVERS, read_options, running_server, told
from benchmarks.table import circumstances, markdown, seconds
from pytest_stairway.errors import StairwayError

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = ("server", "first start", "later", "goal")
KINDS = (*LOCAL_SERVERS, "mysql:9.7")
ASKED = {"mysqld": "later under 1.5 s", "mariadbd": "later under 0.5 s"}


def main() -> None:
    options = read_options(__doc__, servers=KINDS)
    flavors: dict[str, None] = {}
    rows = []
    with tempfile.TemporaryDirectory() as cache:
        os.environ["XDG_CACHE_HOME"] = cache
        os.environ["TESTCONTAINERS_RYUK_DISABLED"] = "true"  # the suite does without it as well
        for kind in options.servers:
            try:
                rows.append((kind, *measured(partial(start, kind, flavors), options.repeat), ASKED.get(kind, "")))
            except StairwayError as error:
                rows.append((kind, error.what, "", ""))
                continue
            if kind not in LOCAL_SERVERS:
                taken = measured(partial(start_testcontainers, kind), options.repeat)
                rows.append((f"testcontainers, {kind}", *taken, ""))
    print(markdown(HEAD, rows))
    print(f"\nLater: medians of {options.repeat}. {circumstances(flavors, 'pytest-stairway', 'testcontainers')}")


def measured(start: Callable[[], float], repeat: int) -> tuple[str, str]:
    """Give the seconds of the first start, and the median of those after it."""
    first, *later = [start() for _ in range(repeat + 1)]
    return seconds([first]), seconds(later)


def start(kind: str, flavors: dict[str, None]) -> float:
    told(f"server start: {kind}")
    began = time.perf_counter()
    with running_server(kind) as server:
        taken = time.perf_counter() - began
        flavors[f"{server.flavor} ({server.origin})"] = None
    return taken


def start_testcontainers(image: str) -> float:
    from testcontainers.community.mysql import MySqlContainer  # noqa: PLC0415 - only where Docker is measured

    told(f"server start: testcontainers, {image}")
    began = time.perf_counter()
    with MySqlContainer(image):
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
