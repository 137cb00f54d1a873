"""Which branch a change is to go to: as the settings say it, or the CI service that runs a pull request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_stairway.settings import Settings

CI_VARIABLES = (
    "GITHUB_BASE_REF",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",  # GitLab
    "BITBUCKET_PR_DESTINATION_BRANCH",
    "SYSTEM_PULLREQUEST_TARGETBRANCH",  # Azure Pipelines: refs/heads/main
    "CHANGE_TARGET",  # Jenkins
    "BUILDKITE_PULL_REQUEST_BASE_BRANCH",
)
"""Set by the service for a pull request; empty or absent in all other runs."""

MERGE_QUEUE_VARIABLE = "GITHUB_REF"
MERGE_QUEUE = "refs/heads/gh-readonly-queue/"
"""What GitHub's merge queue tests is refs/heads/gh-readonly-queue/<base>/pr-<number>-<commit>."""

REMOTE = "origin"


@dataclass(frozen=True, slots=True)
class BaseRef:
    """`name` is what was given, `source` the flag, file or variable that gave it.

    A base that the user asked for must be there; one that the service names may be missing in its checkout.
    """

    name: str
    source: str
    is_asked_for: bool

    @property
    def candidates(self) -> tuple[str, ...]:
        """The names to try in git, in order: a checkout in CI has the branch of the remote, not one of its own."""
        if self.name.startswith(f"{REMOTE}/"):
            return (self.name,)
        remote = f"{REMOTE}/{self.name}"
        return (self.name, remote) if self.is_asked_for else (remote, self.name)

    def __str__(self) -> str:
        return f"{self.name} ({self.source})"


def named_base(settings: Settings, environment: Mapping[str, str]) -> BaseRef | None:
    """Return the base branch that is named, None where none is: then everything is new."""
    if settings.base is not None:
        return BaseRef(settings.base, settings.source("base") or "settings", is_asked_for=True)
    for variable in CI_VARIABLES:
        branch = environment.get(variable, "").removeprefix("refs/heads/")
        if branch:
            return BaseRef(branch, variable, is_asked_for=False)
    ref = environment.get(MERGE_QUEUE_VARIABLE, "")
    if ref.startswith(MERGE_QUEUE):
        branch = ref.removeprefix(MERGE_QUEUE).rpartition("/")[0]
        return BaseRef(branch, MERGE_QUEUE_VARIABLE, is_asked_for=False)
    return None
