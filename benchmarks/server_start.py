"""Prints how long each kind of server takes until it answers: the first time, later, and testcontainers by itself.

    python benchmarks/server_start.py [--image mysql:8.4] [--runs 5]

The cache is a temporary one, so that the first start is a first start.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from typing import TYPE_CHECKING

from pytest_stairway.errors import StairwayError
from pytest_stairway.servers import choose
from pytest_stairway.servers.interface import Request
from pytest_stairway.servers.rundir import RunDirectory

if TYPE_CHECKING:
    from collections.abc import Callable


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--image", default="mysql:8.4")
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    print(f"{'server':<32}{'first':>8}{'later':>8}   seconds until it answers, later: median of {arguments.runs}")
    with tempfile.TemporaryDirectory() as cache:
        os.environ["XDG_CACHE_HOME"] = cache
        for kind in ("mysqld", "mariadbd", arguments.image):
            report(kind, lambda kind=kind: start_and_stop(kind), arguments.runs)
        report(f"testcontainers {arguments.image}", lambda: start_testcontainers(arguments.image), arguments.runs)


def report(name: str, start: Callable[[], float], runs: int) -> None:
    try:
        first, *later = [start() for _ in range(runs + 1)]
    except StairwayError as error:
        print(f"{name:<32}{error.what}")
    else:
        print(f"{name:<32}{first:>8.2f}{statistics.median(later):>8.2f}")


def start_and_stop(kind: str) -> float:
    run = RunDirectory.create()
    try:
        began = time.perf_counter()
        server = choose.start(Request(server=kind), run)
        seconds = time.perf_counter() - began
        server.stop()
    finally:
        run.clean()
    return seconds


def start_testcontainers(image: str) -> float:
    from testcontainers.community.mysql import MySqlContainer  # noqa: PLC0415 - only where Docker is measured

    began = time.perf_counter()
    with MySqlContainer(image):
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
