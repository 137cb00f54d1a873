"""The Docker engine that testcontainers would use, and its images; both are imported only when they are asked for."""

from __future__ import annotations

import contextlib
import socket
import time
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_stairway.servers import pristine
from pytest_stairway.servers.interface import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import docker
    from docker.models.images import Image as DockerImage

_FAILURE_SECONDS = 86400


@dataclass(frozen=True, slots=True)
class Image:
    name: str
    id: str


def find(name: str, *, insist: bool = True) -> Image:
    """Return the image, pulled where the engine does not have it; who does not `insist` lets a failure hold for a day.

    Raises:
        UnavailableError: no engine answers, or it neither has the image nor can pull it.
    """
    with engine() as client:
        from docker import errors  # noqa: PLC0415 - see the module's docstring
        from testcontainers.core.config import testcontainers_config  # noqa: PLC0415 - same

        full_name = testcontainers_config.hub_image_name_prefix + name
        try:
            image = client.images.get(full_name)
        except errors.ImageNotFound:
            failure = pristine.cache_path(("pull", full_name)).with_suffix(".failed")
            if not insist and _is_recent(failure):
                reason = f"image {name} is not there, and could not be pulled within the last day"
                raise UnavailableError("Docker", reason, f"docker pull {full_name}") from None
            image = _pull(client, full_name, failure)
        return Image(name, str(image.id))


def _pull(client: docker.DockerClient, name: str, failure: Path) -> DockerImage:
    from docker import errors  # noqa: PLC0415 - see the module's docstring

    try:
        return client.images.pull(name)
    except errors.DockerException as error:
        with contextlib.suppress(OSError):
            failure.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            failure.touch()
        raise UnavailableError(
            "Docker",
            f"image {name} is not there and cannot be pulled",
            f"correct the name, or see why `docker pull {name}` fails",
            str(getattr(error, "explanation", None) or error),
        ) from error


def _is_recent(failure: Path) -> bool:
    try:
        return time.time() - failure.stat().st_mtime < _FAILURE_SECONDS
    except OSError:
        return False


@contextlib.contextmanager
def engine() -> Iterator[docker.DockerClient]:
    """Connect to the engine that testcontainers would use.

    Raises:
        UnavailableError: none answers.
    """
    with quiet_import():
        from docker import errors  # noqa: PLC0415 - see the module's docstring
        from testcontainers.core.docker_client import DockerClient, get_docker_host  # noqa: PLC0415 - same
    where = get_docker_host() or "unix:///var/run/docker.sock"
    try:
        _probe(where)
        client = DockerClient().client
    except (OSError, errors.DockerException) as error:
        raise UnavailableError(
            "Docker", f"no engine answers at {where}", "start Docker, or set DOCKER_HOST to where it answers"
        ) from error
    try:
        yield client
    finally:
        client.close()


def _probe(where: str) -> None:
    """Connect to the engine's socket and close it again, which docker-py does not where nothing answers: a warning.

    Raises:
        OSError: nothing answers.
    """
    if where.startswith("unix://"):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(where.removeprefix("unix://"))


@contextlib.contextmanager
def quiet_import() -> Iterator[None]:
    """Keep deprecation warnings of other packages from becoming errors under the user's filterwarnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
