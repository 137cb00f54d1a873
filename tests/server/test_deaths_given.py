"""The same on a server given by URL: no databases and no accounts are left there, and nobody else's are touched."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from pytest_stairway.servers.database import sqlalchemy_url
from tests.server.aftermath import Aftermath, die
from tests.server.killed_runs import Machine
from tests.server.test_deaths import (  # noqa: F401 - pytest runs them on this module's `aftermath`
    test_a_signal_that_can_be_caught_leaves_nothing,
    test_each_moment_is_reached,
    test_living_runs_of_another_worktree_and_of_another_project_end_green,
    test_the_last_line_tells_what_ended_the_run,
    test_the_next_start_ends_what_is_left_of_the_others,
    test_the_status_tells_what_ended_the_run,
    test_what_is_not_ours_is_not_touched,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.servers.interface import Server

ONE_OF_EACH_VENDOR = True


@pytest.fixture(scope="module")
def aftermath(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    """Kill runs that are given this server."""
    url = sqlalchemy_url(server.address, None).render_as_string(hide_password=False)
    machine = Machine(tmp_path_factory.mktemp("machine"), (f"--stairway-url={url}",), given=server)
    with contextlib.closing(machine):
        yield die(machine)
