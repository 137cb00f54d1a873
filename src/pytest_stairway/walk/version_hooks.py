"""The functions that env.py has called after each step: `on_version_apply` of `context.configure()`."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from pytest_stairway.errors import ProjectError, StairwayError
from pytest_stairway.walk.env_errors import raised_in
from pytest_stairway.walk.recorder import server_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from alembic.runtime.migration import MigrationContext

    from pytest_stairway.history.project import Project


def tell_failing_hooks(context: MigrationContext, project: Project) -> None:
    """Have what a hook raises end the walk as env.py's own error: it would pass for one of the version table's."""
    hooks = context.on_version_apply_callbacks
    context.on_version_apply_callbacks = tuple(functools.partial(_call, hook, project) for hook in hooks)


def _call(hook: Callable[..., object], project: Project, **given: Any) -> None:
    try:
        hook(**given)
    except StairwayError:
        raise
    except Exception as error:  # the hook is the project's: it may raise anything
        step = given["step"]
        raise ProjectError(
            f"on_version_apply of env.py raised {server_error(error)[1]}",
            tried=(f"after {_direction(step)} of {_revision(step)}", raised_in(error, project)),
            fix=("let it work after each step, also on a database that is empty at first",),
        ) from error


def _direction(step: Any) -> str:
    return "stamp" if step.is_stamp else "upgrade" if step.is_upgrade else "downgrade"


def _revision(step: Any) -> str:
    return ", ".join(step.up_revision_ids)
