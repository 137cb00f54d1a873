"""Runs that are killed at fifty moments leave nothing, and touch nothing that is not theirs."""

from __future__ import annotations

import contextlib
import signal
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.server.aftermath import PHASES, Aftermath, die
from tests.server.killed_runs import Machine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.servers.interface import Request


@pytest.fixture(scope="module")
def aftermath(kind: Request, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    """Kill runs that start a server of this kind."""
    image = kind.server if ":" in kind.server else None
    machine = Machine(tmp_path_factory.mktemp("machine"), (f"--stairway-server={kind.server}",), image)
    with contextlib.closing(machine):
        yield die(machine)


def test_each_moment_is_reached(aftermath: Aftermath) -> None:
    assert [str(each) for each in aftermath.ended if not each.signalled] == []
    phases = Counter(moment.split()[0] for moment in {each.moment for each in aftermath.ended})
    assert (phases, phases.total()) == (PHASES, 50)


def test_a_signal_that_can_be_caught_leaves_nothing(aftermath: Aftermath) -> None:
    left = {str(each): each.left for each in aftermath.ended if each.left and not each.death.is_at_once}
    assert left == {}


def test_the_next_start_ends_what_is_left_of_the_others(aftermath: Aftermath) -> None:
    assert any(each.left for each in aftermath.ended if each.death.is_at_once)
    assert (aftermath.left_after, aftermath.unfinished_in_cache) == ((), ())


def test_the_status_tells_what_ended_the_run(aftermath: Aftermath) -> None:
    unexpected = {}
    for each in aftermath.ended:
        expected = {pytest.ExitCode.INTERRUPTED, *(128 + number for number in each.death.signals)}
        if each.status not in ({-signal.SIGKILL} if each.death.is_at_once else expected):
            unexpected[str(each)] = each.status
    assert unexpected == {}


def test_the_last_line_tells_what_ended_the_run(aftermath: Aftermath) -> None:
    unclear = {}
    for each in aftermath.ended:
        if each.death.is_at_once:
            continue
        last = each.output.rstrip().splitlines()[-1]
        if each.status == pytest.ExitCode.INTERRUPTED:
            clear = "!! KeyboardInterrupt" in each.output and last.startswith("====")
        else:
            clear = last in {f"stairway: {number.name} ended the run" for number in each.death.signals}
        if not clear or "Traceback" in each.output:
            unclear[str(each)] = each.output
    assert unclear == {}


def test_living_runs_of_another_worktree_and_of_another_project_end_green(aftermath: Aftermath) -> None:
    assert [(status, "6 passed" in output) for status, output in aftermath.beside] == [(0, True), (0, True)]


def test_what_is_not_ours_is_not_touched(aftermath: Aftermath) -> None:
    assert aftermath.foreign_lost == ()
