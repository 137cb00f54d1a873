"""Prints the most memory that a pytest process of this suite has at once, from start to end.

    python -m benchmarks.memory [--server mysqld] [--revisions 20 300]

It is the resident size that the system reports when the process has ended; the server is another process. Histories
have a table for every five revisions, and the longest is run again with 200 tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.history import tables_of
from benchmarks.running import project, read_options, run_suite, running_server, told
from benchmarks.table import circumstances, markdown

if TYPE_CHECKING:
    from pytest_stairway.servers.interface import Server

HEAD = ("server", "revisions", "tables", "peak", "goal")
MANY_TABLES = 200
ASKED = (300, MANY_TABLES)
MEBIBYTE = 1 << 20


def main() -> None:
    options = read_options(__doc__, revisions=(20, 300))
    sizes = [(revisions, tables_of(revisions)) for revisions in options.revisions]
    sizes.append((max(options.revisions), MANY_TABLES))
    rows: list[tuple[str, ...]] = []
    servers = []
    for name in options.servers:
        with running_server(name) as server:
            servers.append(server)
            rows += [measured(server, revisions, tables) for revisions, tables in sizes]
    print(markdown(HEAD, rows))
    print(f"\n{circumstances(servers, 'pytest-stairway')}")


def measured(server: Server, revisions: int, tables: int) -> tuple[str, ...]:
    told(f"memory: {server.flavor}, {revisions} revisions, {tables} tables")
    with project(revisions, tables) as directory:
        peak = run_suite(directory, revisions, server).peak_bytes / MEBIBYTE
    asked = "under 300 MiB" if (revisions, tables) == ASKED else ""
    return str(server.flavor), str(revisions), str(tables), f"{peak:.0f} MiB", asked


if __name__ == "__main__":
    main()
