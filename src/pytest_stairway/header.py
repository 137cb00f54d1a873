"""The lines above and below the tests: what was verified on what, and what is not an error but should be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_stairway.errors import StairwayError
from pytest_stairway.reporting import report
from pytest_stairway.reports.terminal import counts, plural, summary

if TYPE_CHECKING:
    from pytest_stairway.session import Session


def header_lines(session: Session, *, needs_server: bool) -> list[str]:
    """Name the project, the server and the settings in force; starts the server where one is needed.

    What is wrong with them is named here, and told in full by the first test that meets it.
    """
    lines = []
    try:
        history = session.history
        revisions, heads = plural(len(history.revisions), "revision"), plural(len(history.heads), "head")
        lines.append(f"{_name(session)}, {revisions}, {heads}")
        if needs_server and history.revisions and session.can_walk:
            lines.append(f"{session.server.flavor}, {session.server.origin}")
    except StairwayError as error:
        lines.append(error.what)
    return [session.hidden(f"stairway: {line}") for line in (*lines, *_settings(session))]


def summary_lines(session: Session, *, with_settings: bool) -> list[str]:
    """Show what no test shows, and one line that counts everything; nothing where this session has not walked.

    `with_settings` is for the controller of pytest-xdist: it does not collect, and so shows no header.
    """
    if session.known_record() is None:
        return []
    made = report(session, with_steps=False)
    settings = [session.hidden_in_finding(line) for line in _settings(session)] if with_settings else []
    return [*summary(made), *settings, counts(made)]


def _name(session: Session) -> str:
    return session.project.label(session.project.config_file)


def _settings(session: Session) -> tuple[str, ...]:
    in_force = ", ".join(session.settings.in_force())
    return (in_force,) if in_force else ()
