"""The lines above and below the tests: what was verified on what, and what is not an error but should be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_stairway.build_report import build_report
from pytest_stairway.errors import StairwayError
from pytest_stairway.reports.terminal import counts, plural, summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pytest_stairway.session import Session
    from pytest_stairway.settings import Settings


def header_lines(sessions: Iterable[Session], settings: Settings, *, needs_server: bool) -> list[str]:
    """Name the projects, the server and the settings in force; starts the server where one is needed.

    What is wrong with them is named here, and told in full by the first test that meets it.
    """
    lines: dict[str, None] = {}
    walked = []
    hidden: Callable[[str], str] = str
    for session in sessions:
        hidden = session.hidden
        try:
            history = session.history
            revisions, heads = plural(len(history.revisions), "revision"), plural(len(history.heads), "head")
            engines = [database.engine for database in session.per_engine if database.engine]
            several = f", {plural(len(engines), 'database')}: {', '.join(engines)}" if engines else ""
            lines[f"{session.label}, {revisions}{_new(session)}, {heads}{several}"] = None
            if needs_server and history.revisions and session.can_walk:
                walked.append(session)
        except StairwayError as error:
            lines[error.what] = None
    for session in walked[:1]:
        try:
            lines[f"{session.server.flavor}, {session.server.origin}"] = None
        except StairwayError as error:
            lines[error.what] = None
    return [hidden(f"stairway: {line}") for line in (*lines, *_settings(settings))]


def summary_lines(sessions: Iterable[Session], settings: Settings, *, with_settings: bool) -> list[str]:
    """Show what no test shows, and a line for each database that counts everything; nothing of one not walked.

    `with_settings` is for the controller of pytest-xdist: it does not collect, and so shows no header.
    """
    lines = []
    for session in sessions:
        if session.known_record() is not None:
            made = build_report(session, with_steps=False)
            lines += [*summary(made), counts(made)]
    if with_settings and lines:
        lines[-1:-1] = [session.hidden_in_finding(line) for line in _settings(settings)]
    return lines


def _new(session: Session) -> str:
    change = session.scope.change
    if change is None:
        return ""
    return f" ({len(change.new)} new against {change.base.name})"


def _settings(settings: Settings) -> tuple[str, ...]:
    in_force = ", ".join(settings.in_force())
    return (in_force,) if in_force else ()
