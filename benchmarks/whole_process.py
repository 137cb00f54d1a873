"""Prints how long a whole pytest process takes: this suite beside pytest-alembic's four tests.

    python -m benchmarks.whole_process [--server mysqld] [--revisions 20 100 300] [--repeat 3]

All run on one server that is ready, in turn, each with its own plugin and no other. pytest-alembic runs env.py for each
step, so that it matters which engine a project gives it: one that keeps its connection, as its documentation has it
(`create_engine(url)`), or one that opens another for each step, as the env.py of Alembic's template does (`NullPool`);
PyMySQL encrypts each one where the server can. Who has taken 15 seconds in all is not run again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.running import project, read_options, run_peer, run_suite, running_server, take_turns, told
from benchmarks.table import circumstances, markdown, ratio, seconds

if TYPE_CHECKING:
    from pytest_stairway.servers.interface import Server

HEAD = (
    "server",
    "revisions",
    "pytest-stairway",
    "pytest-alembic, connection kept",
    "times ours",
    "pytest-alembic, a new connection each step",
    "times ours",
    "goal",
    "runs of each",
)
ASKED = {100: "at least 10", 300: "at least 12"}
MOST_SECONDS = 15.0


def main() -> None:
    options = read_options(__doc__, revisions=(20, 100, 300))
    rows: list[tuple[str, ...]] = []
    servers = []
    for name in options.servers:
        with running_server(name) as server:
            servers.append(server)
            rows += [measured(server, revisions, options.repeat) for revisions in options.revisions]
    print(markdown(HEAD, rows))
    print(f"\n{circumstances(servers, 'pytest-stairway', 'pytest-alembic')}")


def measured(server: Server, revisions: int, repeat: int) -> tuple[str, ...]:
    told(f"whole process: {server.flavor}, {revisions} revisions")
    with project(revisions) as directory:
        taken = take_turns(
            {
                "pytest-stairway": lambda: run_suite(directory, revisions, server).seconds,
                "pytest-alembic, connection kept": lambda: run_peer(directory, server, "QueuePool").seconds,
                "pytest-alembic, new connections": lambda: run_peer(directory, server, "NullPool").seconds,
            },
            repeat,
            MOST_SECONDS,
        )
    ours, kept, new = taken.values()
    return (
        str(server.flavor),
        str(revisions),
        seconds(ours),
        seconds(kept),
        ratio(kept, ours),
        seconds(new),
        ratio(new, ours),
        ASKED.get(revisions, ""),
        ", ".join(str(len(runs)) for runs in taken.values()),
    )


if __name__ == "__main__":
    main()
