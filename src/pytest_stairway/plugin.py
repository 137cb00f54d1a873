"""The pytest plugin: hooks in the order in which pytest calls them.

Everything beyond the settings is imported when a test of the suite, or one of our fixtures, is first used: a pytest
run without them costs nothing.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import pytest

from pytest_stairway.errors import SettingsError, StairwayError
from pytest_stairway.fixtures import (
    SESSION,
    stairway_alembic_config,
    stairway_at,
    stairway_database,
    stairway_engine,
    stairway_session,
    stairway_verdict,
)
from pytest_stairway.options import add_options, given_options
from pytest_stairway.settings import load_settings

if TYPE_CHECKING:
    from pytest_stairway.session import Session

__all__ = [
    "stairway_alembic_config",
    "stairway_at",
    "stairway_database",
    "stairway_engine",
    "stairway_session",
    "stairway_verdict",
]

SUITE = "pytest_stairway.suite"
_RUN_PATH = "stairway_run_path"


def pytest_addoption(parser: pytest.Parser) -> None:
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "stairway: a test of the migration verification suite (pytest-stairway)")
    if config.option.help or config.option.version:
        return
    try:
        settings = load_settings(config.rootpath, given_options(config))
    except SettingsError as error:
        raise pytest.UsageError(str(error)) from None
    config.stash[SESSION] = _LazySession(config, settings)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Give each pytest-xdist worker the run directory that this process, the controller, owns and clears."""
    node.workerinput[_RUN_PATH] = str(node.config.stash[SESSION].get().run.path)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Name items of the installed suite so that `--pyargs` finds them again."""
    import pytest_stairway  # noqa: PLC0415 - where the package is installed, not what it holds

    suite = Path(pytest_stairway.__file__).with_name("suite.py")
    if module_path != suite or suite.is_relative_to(parent.config.rootpath):
        return None
    return pytest.Module.from_parent(parent, path=module_path, nodeid=SUITE)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each revision, from the files alone. A project that cannot be read is one test that says so."""
    if "stairway_revision" not in metafunc.fixturenames:
        return
    session = metafunc.config.stash[SESSION].get()
    try:
        revisions = session.history.revisions
    except StairwayError:
        revisions = ()
    single = not revisions or (metafunc.function.__name__ == "test_round_trip" and session.settings.downgrade == "none")
    if single:
        metafunc.parametrize("stairway_revision", [None], ids=["all"])
    else:
        metafunc.parametrize("stairway_revision", [each.id for each in revisions], ids=[each.slug for each in revisions])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run the suite once, also where several modules import it."""
    seen: set[str] = set()
    twice = []
    for item in items:
        if item.get_closest_marker("stairway") is None or getattr(item, "function", None) is None:
            continue
        if item.function.__module__ == SUITE:  # type: ignore[attr-defined]  # a pytest.Function, asked for above
            (twice.append(item) if item.name in seen else seen.add(item.name))
    if twice:
        config.hook.pytest_deselected(items=twice)
        items[:] = [item for item in items if item not in twice]


def pytest_report_collectionfinish(config: pytest.Config, items: list[pytest.Item]) -> list[str]:
    """Start the server before the first test, and say what is verified on what."""
    if config.option.collectonly or not any("stairway_verdict" in getattr(item, "fixturenames", ()) for item in items):
        return []
    from pytest_stairway.header import header_lines  # noqa: PLC0415 - see the module's docstring

    return header_lines(config.stash[SESSION].get())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Show what env.py and the migrations printed, where a test of the suite failed."""
    report = yield
    session = item.config.stash.get(SESSION, None)
    if report.failed and session is not None and item.get_closest_marker("stairway") and session.made:
        output = session.get().output
        if output.strip():
            report.sections.append(("Output of env.py and the migrations", output))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    session = config.stash.get(SESSION, None)
    if session is None or not session.made:
        return
    from pytest_stairway.header import summary_lines  # noqa: PLC0415 - see the module's docstring

    lines = summary_lines(session.get())
    if lines:
        terminalreporter.section("migrations", sep="-")
        for line in lines:
            terminalreporter.line(line)


def pytest_unconfigure(config: pytest.Config) -> None:
    session = config.stash.get(SESSION, None)
    if session is not None:
        session.close()


class _LazySession:
    """Makes the session when it is first asked for, and ends it once, also when the process is terminated."""

    def __init__(self, config: pytest.Config, settings: Any) -> None:
        self._config = config
        self._settings = settings
        self._session: Session | None = None
        self._previous: Any = None

    @property
    def made(self) -> bool:
        return self._session is not None

    def get(self) -> Session:
        if self._session is None:
            from pytest_stairway.session import Session  # noqa: PLC0415 - see the module's docstring

            run_path = getattr(self._config, "workerinput", {}).get(_RUN_PATH)
            self._session = Session(
                self._config.rootpath, self._settings, Path(run_path) if run_path else None, self._show_progress
            )
            self._end_on_termination()
        return self._session

    def close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None
        if self._previous is not None:
            signal.signal(signal.SIGTERM, self._previous)
            self._previous = None

    def _end_on_termination(self) -> None:
        """Let SIGTERM end the run as Ctrl-C does: pytest would otherwise be gone before it has cleaned up."""
        try:
            if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
                self._previous = signal.signal(signal.SIGTERM, _terminate)
        except ValueError:  # not in the main thread, as under some runners
            return

    def _show_progress(self, number: int, total: int, revision: str) -> None:
        """Rewrite one line of a terminal with the revision being walked; write nothing anywhere else."""
        reporter = self._config.pluginmanager.getplugin("terminalreporter")
        if reporter is None or not reporter.isatty or "PYTEST_XDIST_WORKER" in os.environ:
            return
        capture = self._config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled():
            end = "\r" + " " * 60 + "\r" if number == total else ""
            sys.__stdout__.write(f"\rstairway: revision {number} of {total} ({revision}){end}")  # type: ignore[union-attr]
            sys.__stdout__.flush()  # type: ignore[union-attr]


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt("terminated")
