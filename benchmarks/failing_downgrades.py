"""Prints how long the walk takes where forty of a hundred downgrades leave the database dirty.

    python -m benchmarks.failing_downgrades [--server mysqld] [--revisions 100 300] [--repeat 1]

In turn, in this process, on one server, each in databases of its own:

- right: the history of the other benchmarks, in which every downgrade takes back what its upgrade did;
- failing: the same history, in which 40 of 100 downgrades first do so and then raise. After each of them the walk has
  to go on in another database.
"""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import history
from benchmarks.lengths import Measured, measure_lengths
from benchmarks.running import BenchmarkError, project, take_turns, told
from benchmarks.table import ratio, seconds
from benchmarks.walk import own_models, walked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.servers.interface import Server
    from pytest_stairway.walk.record import Record

HEAD = ("server", "revisions", "failing", "walk, right", "walk, failing", "failing / right", "per revision")
_FAILING, _OF = 2, 5
_RAISES = '    raise RuntimeError("too late")\n'


def main() -> None:
    measure_lengths(__doc__, HEAD, measured, figure="the time of a revision")


def measured(server: Server, revisions: int, repeat: int) -> Measured:
    told(f"failing downgrades: {server.flavor}, {revisions} revisions")
    with project(revisions) as right, failing_project(revisions) as failing:
        failed = _failed_downgrades(_walked(failing, server))
        if failed != revisions * _FAILING // _OF:
            raise BenchmarkError(f"{failed} downgrades of {revisions} failed")
        taken = take_turns(
            {
                "right": lambda: _walked(right, server).seconds,
                "failing": lambda: _walked(failing, server).seconds,
            },
            repeat,
        )
    per_revision = median(taken["failing"]) / revisions
    row = (
        str(server.flavor),
        str(revisions),
        str(failed),
        seconds(taken["right"]),
        seconds(taken["failing"]),
        ratio(taken["failing"], taken["right"]),
        f"{per_revision * 1000:.0f} ms",
    )
    return Measured(server.flavor, revisions, row, per_revision)


@contextlib.contextmanager
def failing_project(revisions: int) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        directory = Path(name)
        history.write(directory, revisions)
        spoil(directory)
        yield directory


def spoil(directory: Path) -> None:
    """Let two of five downgrades do their work and then raise, of each kind in turn."""
    for number, path in enumerate(sorted((directory / "migrations" / "versions").glob("*.py"))):
        if (number + number // _OF) % _OF < _FAILING:
            path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + "\n" + _RAISES, encoding="utf-8")


def _walked(directory: Path, server: Server) -> Record:
    with own_models():
        return walked(directory, server)


def _failed_downgrades(record: Record) -> int:
    return sum(visit.down is not None and visit.down.failure is not None for visit in record.visits)


if __name__ == "__main__":
    main()
