"""The pytest plugin: hooks in the order in which pytest calls them.

Everything beyond the settings is imported when a test of the suite, or one of our fixtures, is first used: a pytest
run without them costs nothing.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_stairway.errors import SettingsError, StairwayError
from pytest_stairway.fixtures import (
    SESSIONS,
    stairway_alembic_config,
    stairway_at,
    stairway_database,
    stairway_engine,
    stairway_project,
    stairway_session,
    stairway_verdict,
)
from pytest_stairway.load_settings import load_settings
from pytest_stairway.options import add_options, given_options, review_wanted
from pytest_stairway.outputs import outputs, refuse_unwritable
from pytest_stairway.run import Run

if TYPE_CHECKING:
    from pytest_stairway.settings import Settings

__all__ = [
    "stairway_alembic_config",
    "stairway_at",
    "stairway_database",
    "stairway_engine",
    "stairway_project",
    "stairway_session",
    "stairway_verdict",
]

SUITE = "pytest_stairway.suite"

_RUN_PATH = "stairway_run_path"

RUN = pytest.StashKey[Run]()


def pytest_addoption(parser: pytest.Parser) -> None:
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "stairway: a test of the migration verification suite (pytest-stairway)")
    if config.option.help or config.option.version:
        return
    try:
        settings = load_settings(config.rootpath, given_options(config))
        _refuse_unknown_codes(settings)
        _refuse_unusable_baseline(settings, config.rootpath)
        wanted = outputs(settings, config.rootpath, config.invocation_params.dir)
        refuse_unwritable(wanted)
    except SettingsError as error:
        raise pytest.UsageError(str(error)) from None
    config.stash[RUN] = run = Run(config, settings, wanted, getattr(config, "workerinput", {}).get(_RUN_PATH))
    config.pluginmanager.register(run.witness, "stairway-witness")
    config.stash[SESSIONS] = lambda: run.sessions
    if review_wanted(config) is not None:
        config.option.dist = "no"  # pytest-xdist would start workers that have no test to run


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Give each worker of pytest-xdist the run directory that this process, the controller, owns and clears."""
    with contextlib.suppress(StairwayError):  # each worker then meets the same, and tells it
        node.workerinput[_RUN_PATH] = str(node.config.stash[RUN].directory.path)


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> bool | None:
    """Collect no test where a reviewer wants to see a revision."""
    return None if review_wanted(session.config) is None else True


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Name the tests of the installed suite so that `--pyargs` finds them again."""
    suite = Path(__file__).with_name("suite.py")
    if module_path != suite or suite.is_relative_to(parent.config.rootpath):
        return None
    module: pytest.Module = pytest.Module.from_parent(parent, path=module_path, nodeid=SUITE)
    return module


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "stairway_verdict" in metafunc.fixturenames:
        from pytest_stairway.parametrize import parametrize  # noqa: PLC0415 - see the module's docstring

        parametrize(metafunc, metafunc.config.stash[SESSIONS]())


def pytest_itemcollected(item: pytest.Item) -> None:
    if _is_of_suite(item):
        item.add_marker("stairway")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run the suite once, also where several modules import it."""
    seen: set[str] = set()
    twice = []
    for item in filter(_is_of_suite, items):
        if item.name in seen:
            twice.append(item)
        seen.add(item.name)
    if twice:
        config.hook.pytest_deselected(items=twice)
        items[:] = [item for item in items if item not in twice]


def pytest_report_collectionfinish(config: pytest.Config, items: list[pytest.Item]) -> list[str]:
    """Start the server before the first test, and say what is verified on what."""
    ours = [item for item in items if "stairway_session" in _fixtures(item)]
    if not ours or config.option.collectonly or config.option.verbose < 0:
        return []
    from pytest_stairway.header import header_lines  # noqa: PLC0415 - see the module's docstring
    from pytest_stairway.parametrize import FILES_ALONE  # noqa: PLC0415 - see the module's docstring

    run = config.stash[RUN]
    needs_server = not all(getattr(item, "originalname", item.name) in FILES_ALONE for item in ours)
    return header_lines(run.sessions, run.settings, needs_server=needs_server)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Show the revisions that a reviewer wants to see, instead of running tests."""
    review = review_wanted(session.config)
    if review is None:
        return None
    from pytest_stairway.review import review_lines  # noqa: PLC0415 - see the module's docstring

    run = session.config.stash[RUN]
    try:
        lines = review_lines(run.per_engine, sql=review.sql, show=review.show)
    except StairwayError as error:
        raise pytest.UsageError(run.run_server.hidden(str(error))) from None
    reporter = session.config.pluginmanager.getplugin("terminalreporter")
    for line in lines:
        reporter.write_line(line.text, **line.markup)
    return True


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the reports, and let nothing interrupt the end: what may hang, the user's fixtures, is over by now.

    A revision that was shown is no failure, though no test ran.
    """
    if review_wanted(session.config) is not None and session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
        session.exitstatus = pytest.ExitCode.OK
    run = session.config.stash.get(RUN, None)
    if run is not None:
        run.publish()
        if run.published.failed and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        run.begin_end()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    run = config.stash.get(RUN, None)
    if run is None:
        return
    lines: list[str] = []
    if run.shared.knows("server"):
        from pytest_stairway.header import summary_lines  # noqa: PLC0415 - see the module's docstring

        lines += summary_lines(run.per_engine, run.settings, with_settings=run.is_controller)
    lines += run.published.lines
    if lines:
        terminalreporter.section("migrations", sep="-")
        for line in lines:
            terminalreporter.line(line)


def pytest_unconfigure(config: pytest.Config) -> None:
    run = config.stash.get(RUN, None)
    if run is not None:
        run.close()


def _refuse_unknown_codes(settings: Settings) -> None:
    for each in (settings, *settings.projects):
        if each.severity:
            from pytest_stairway.codes import refuse_unknown_codes  # noqa: PLC0415 - see the module's docstring

            refuse_unknown_codes(each)


def _refuse_unusable_baseline(settings: Settings, root: Path) -> None:
    if settings.baseline_write or any(each.baseline for each in (settings, *settings.projects)):
        from pytest_stairway.baseline import refuse_unusable  # noqa: PLC0415 - see the module's docstring

        refuse_unusable(settings, root)


def _is_of_suite(item: pytest.Item) -> bool:
    return "stairway_verdict" in _fixtures(item)


def _fixtures(item: pytest.Item) -> tuple[str, ...]:
    return tuple(getattr(item, "fixturenames", ()))
