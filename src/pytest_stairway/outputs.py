"""Where the reports of a run are written: files that the settings name, and what GitHub Actions reads.

Imported in every run of pytest: what makes reports is imported where there is one to write.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_stairway.errors import SettingsError
from pytest_stairway.settings import FILE, REPORT_KEYS, Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pytest_stairway.report import Report
    from pytest_stairway.session import Session


@dataclass(frozen=True, slots=True)
class Output:
    """A report that somebody asked for; `asked` is the flag, or the key of the file, that names `path`."""

    name: str
    path: Path
    asked: str


@dataclass(frozen=True, slots=True)
class Published:
    """Lines for the terminal: what could not be written, and what GitHub Actions reads there."""

    lines: tuple[str, ...] = ()
    failed: bool = False

    def with_problems(self, problems: Iterable[str]) -> Published:
        told = tuple(f"stairway: {problem}" for problem in problems)
        return Published(self.lines + told, failed=self.failed or bool(told))


def outputs(settings: Settings, root: Path, invoked_in: Path) -> tuple[Output, ...]:
    """Find what to write. A flag's path is relative to where pytest was called, that of the settings to the root."""
    found = []
    for name in REPORT_KEYS:
        given, source = getattr(settings, name), settings.source(name)
        if given is not None:
            in_file = source == FILE
            path = (root if in_file else invoked_in) / Path(given).expanduser()
            found.append(Output(name, path, f"{name} in {FILE}" if in_file else str(source)))
    return tuple(found)


def refuse_unwritable(wanted: Iterable[Output]) -> None:
    """Look before the walk whether each report can be written after it.

    Raises:
        SettingsError: one line that names the flag, the path and what is wrong with it.
    """
    taken: dict[Path, Output] = {}
    for output in wanted:
        problem = _problem(output.path)
        if problem:
            raise SettingsError(f"{output.asked}: {output.path} {problem}")
        other = taken.setdefault(output.path.resolve(), output)
        if other is not output:
            raise SettingsError(f"{output.asked} and {other.asked} name the same file, {output.path}")


def _problem(path: Path) -> str:
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return _problem_of_new(path)
    except OSError as error:
        return f"cannot be written: {error.strerror}"
    if stat.S_ISDIR(mode):
        return "is a directory"
    return "" if os.access(path, os.W_OK) else "cannot be written by this user"


def _problem_of_new(path: Path) -> str:
    parent = next(each for each in path.parents if each.exists())
    if not parent.is_dir():
        return f"cannot be made: {parent} is no directory"
    return "" if os.access(parent, os.W_OK | os.X_OK) else f"cannot be made: {parent} cannot be written by this user"


def publish(
    wanted: Sequence[Output], sessions: Iterable[Session], command: str, environ: Mapping[str, str]
) -> Published:
    """Write the reports that are wanted, and where GitHub Actions runs this, its summary and annotations.

    `command` is how pytest was called.
    """
    on_github = environ.get("GITHUB_ACTIONS") == "true"
    if not wanted and not on_github:
        return Published()
    from pytest_stairway.build_report import build_report  # noqa: PLC0415 - see the module's docstring
    from pytest_stairway.reports.github import workflow_commands  # noqa: PLC0415 - same

    reports = [build_report(session, command) for session in sessions]
    problems = [problem for output in wanted if (problem := _write(output, reports))]
    if on_github:
        problems += _append_step_summary(reports, environ.get("GITHUB_STEP_SUMMARY", ""))
    told = (f"stairway: {problem}" for problem in problems)
    return Published((*told, *(workflow_commands(reports) if on_github else ())), failed=bool(problems))


def _write(output: Output, reports: Sequence[Report]) -> str:
    """Write one report; say why it could not be written, "" where it was."""
    from pytest_stairway.reports.formats import RENDERERS  # noqa: PLC0415 - see the module's docstring

    try:
        output.path.parent.mkdir(parents=True, exist_ok=True)
        output.path.write_text(RENDERERS[output.name](reports), encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        return f"{output.asked}: {output.path} could not be written: {error.strerror}"
    return ""


def _append_step_summary(reports: Sequence[Report], path: str) -> list[str]:
    """Append the Markdown to the summary of this step, as far as there is room for it."""
    from pytest_stairway.reports.markdown import SUMMARY_LIMIT, render  # noqa: PLC0415 - see the module's docstring

    if not path:
        return []
    file = Path(path)
    try:
        room = SUMMARY_LIMIT - (file.stat().st_size if file.exists() else 0)
        with file.open("a", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(render(reports, room))
    except OSError as error:
        return [f"GITHUB_STEP_SUMMARY: {path} could not be written: {error.strerror}"]
    return []
