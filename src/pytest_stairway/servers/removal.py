"""Removes the containers of a run by their label, whatever made them and whoever was interrupted in removing them."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import TYPE_CHECKING

from pytest_stairway.servers.container import LABEL
from pytest_stairway.servers.engine import engine
from pytest_stairway.servers.interface import UnavailableError

if TYPE_CHECKING:
    import docker
    from docker.models.containers import Container

_POLL_SECONDS = 0.02
_REMOVE_SECONDS = 30.0


def remove_containers(run_id: str, *, until: float) -> None:
    """Remove the containers of a run with their volumes; where there is none, wait for one `until` then (Unix time).

    Raises:
        UnavailableError: no engine answers, or it does not remove them.
        docker.errors.APIError: the engine refuses.
    """
    with engine() as client:
        deadline = time.monotonic() + _REMOVE_SECONDS
        while (found := _containers(client, run_id)) or time.time() < until:
            for container in found:
                _remove(container)
                until = 0.0
            if time.monotonic() > deadline:
                raise UnavailableError("Docker", f"does not remove the containers of run {run_id}")
            time.sleep(_POLL_SECONDS)


def _containers(client: docker.DockerClient, run_id: str) -> list[Container]:
    # Between listing and inspecting, which docker-py does at once, another process may have removed one.
    found: list[Container] = client.containers.list(
        all=True, ignore_removed=True, filters={"label": f"{LABEL}={run_id}"}
    )
    return found


def _remove(container: Container) -> None:
    from docker import errors  # noqa: PLC0415 - Docker is imported only where it is used

    try:
        container.remove(force=True, v=True)
    except errors.NotFound:
        pass
    except errors.APIError as error:
        if error.status_code != HTTPStatus.CONFLICT:  # its removal is in progress: somebody was interrupted in it
            raise
