"""Prints how long a whole pytest process of this suite takes beside `-n 2` of pytest-xdist.

    python -m benchmarks.workers [--server mysqld] [--revisions 100] [--repeat 3]

On one server that is ready, in turn. One worker walks, the other waits for its record: there is nothing to gain on the
walk itself, and this shows what it costs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.running import project, read_options, run_suite, running_server, take_turns, told
from benchmarks.table import circumstances, markdown, ratio, seconds

if TYPE_CHECKING:
    from pytest_stairway.servers.interface import Server

HEAD = ("server", "revisions", "one process", "-n 2", "-n 2 / one process")


def main() -> None:
    options = read_options(__doc__, revisions=(100,))
    rows: list[tuple[str, ...]] = []
    servers = []
    for name in options.servers:
        with running_server(name) as server:
            servers.append(server)
            rows += [measured(server, revisions, options.repeat) for revisions in options.revisions]
    print(markdown(HEAD, rows))
    print(f"\nMedians of {options.repeat} runs. {circumstances(servers, 'pytest-stairway', 'pytest-xdist')}")


def measured(server: Server, revisions: int, repeat: int) -> tuple[str, ...]:
    told(f"workers: {server.flavor}, {revisions} revisions")
    with project(revisions) as directory:
        taken = take_turns(
            {
                "one process": lambda: run_suite(directory, revisions, server).seconds,
                "-n 2": lambda: run_suite(directory, revisions, server, "-p", "xdist", "-n", "2").seconds,
            },
            repeat,
        )
    one, two = taken.values()
    return str(server.flavor), str(revisions), seconds(one), seconds(two), ratio(two, one)


if __name__ == "__main__":
    main()
