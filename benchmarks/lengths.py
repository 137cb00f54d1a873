"""Benchmarks of histories of several lengths: their table, and how a figure of theirs grows with the length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.running import read_options, running_server
from benchmarks.table import circumstances, markdown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pytest_stairway.flavor import Flavor
    from pytest_stairway.servers.interface import Server


@dataclass(frozen=True, slots=True)
class Measured:
    """One history on one server: its row of the table, and the figure that should not grow with the length."""

    flavor: Flavor
    revisions: int
    row: tuple[str, ...]
    figure: float


def measure_lengths(
    doc: str | None,
    head: Sequence[str],
    measure: Callable[[Server, int, int], Measured],
    *,
    figure: str,
    goal: str = "",
) -> None:
    """Print what `measure` finds for each server and length of the command line; its last argument is `--repeat`."""
    options = read_options(doc, revisions=(100, 300))
    done: list[Measured] = []
    servers: list[Server] = []
    for name in options.servers:
        with running_server(name) as server:
            servers.append(server)
            done += [measure(server, revisions, options.repeat) for revisions in options.revisions]
    print(markdown(head, [each.row for each in done]))
    for least, most in _extremes(done):
        growth = f"{most.figure / least.figure:.2f} times that at {least.revisions}"
        print(f"\n{least.flavor}: {figure} at {most.revisions} revisions is {growth}{goal}.")
    print(f"\nMedians of {options.repeat} runs. {circumstances(servers, 'pytest-stairway')}")


def _extremes(done: Sequence[Measured]) -> Iterator[tuple[Measured, Measured]]:
    """Pair the shortest history of each server with its longest."""
    for flavor in dict.fromkeys(each.flavor for each in done):
        of_flavor = sorted((each for each in done if each.flavor == flavor), key=lambda each: each.revisions)
        if len(of_flavor) > 1:
            yield of_flavor[0], of_flavor[-1]
