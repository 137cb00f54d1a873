"""What one run of pytest has of ours: run directory, server, sessions, reports; and how all of it ends."""

from __future__ import annotations

import atexit
import contextlib
import os
import shlex
import signal
import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_stairway.interruption import Interruption
from pytest_stairway.outputs import Output, Published, publish
from pytest_stairway.reports.progress import NoProgress, Progress, TerminalProgress

if TYPE_CHECKING:
    from pytest_stairway.run_server import RunServer
    from pytest_stairway.servers.rundir import RunDirectory
    from pytest_stairway.session import Session
    from pytest_stairway.settings import Settings
    from pytest_stairway.shared import Shared

_STDERR = 2


class Witness:
    """Sees the results of tests, in the controller of pytest-xdist those of its workers."""

    def __init__(self) -> None:
        self.has_seen_suite = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.has_seen_suite |= "stairway" in report.keywords


class Run:
    """Each part is made when it is first needed, and all of it ended once.

    `joined` is the run directory of the controller, where this process is a worker of pytest-xdist.
    """

    def __init__(
        self, config: pytest.Config, settings: Settings, wanted: tuple[Output, ...], joined: str | None
    ) -> None:
        self._config = config
        self._wanted = wanted
        self._joined = joined
        self.settings = settings
        self.witness = Witness()
        self.published = Published()
        self._directory: RunDirectory | None = None
        self._interruption = Interruption()

    @property
    def is_controller(self) -> bool:
        """Tell whether this process leaves all tests to the workers of pytest-xdist."""
        return self._config.pluginmanager.hasplugin("dsession")

    @property
    def directory(self) -> RunDirectory:
        """Make the run directory, or join the controller's; from then on there may be something to end.

        Raises:
            ServerError: see `RunDirectory.create()`.
        """
        from pytest_stairway.servers.rundir import RunDirectory  # noqa: PLC0415 - see the docstring of plugin.py

        if self._directory is None:
            atexit.register(self.close)  # where a second signal keeps pytest from calling us
            self._interruption.take()
            with self._interruption.held():  # a directory that is made and not known would be left
                self._directory = (
                    RunDirectory.create() if self._joined is None else RunDirectory.join(Path(self._joined))
                )
        return self._directory

    @cached_property
    def shared(self) -> Shared:
        from pytest_stairway.shared import AmongProcesses, InProcess  # noqa: PLC0415 - see the docstring of plugin.py

        among_processes = self._directory is not None if self.is_controller else self._joined is not None
        return AmongProcesses(self.directory.path) if among_processes else InProcess()

    @cached_property
    def run_server(self) -> RunServer:
        from pytest_stairway.run_server import RunServer  # noqa: PLC0415 - see the docstring of plugin.py

        return RunServer(self.settings, self.shared, lambda: self.directory)

    @cached_property
    def sessions(self) -> tuple[Session, ...]:
        """The session of each project."""
        from pytest_stairway.session import RunParts, Session  # noqa: PLC0415 - see the docstring of plugin.py
        from pytest_stairway.walk.modules import Modules  # noqa: PLC0415 - see the docstring of plugin.py

        parts = RunParts(
            root=self._config.rootpath,
            shared=self.shared,
            server=self.run_server,
            modules=Modules(),
            progress=self._progress(),
            end_process=self._end_process,
        )
        return tuple(Session(parts, project) for project in self.settings.projects or (self.settings,))

    @property
    def per_engine(self) -> tuple[Session, ...]:
        """The session of each database that is walked: several where an env.py migrates several."""
        return tuple(database for session in self.sessions for database in session.per_engine)

    def _end_process(self, text: str) -> None:
        """End this process with a text, and the server with it: its main thread cannot be interrupted.

        Called in another thread. pytest's own summary is lost with the main thread.
        """
        try:
            capture = self._config.pluginmanager.getplugin("capturemanager")
            with capture.global_and_fixture_disabled() if capture is not None else contextlib.nullcontext():
                os.write(_STDERR, f"\n{text}\n".encode())
            if self._joined is None:
                self._end()
        finally:  # what cannot be ended now is ended by the next run
            os._exit(pytest.ExitCode.TESTS_FAILED)

    def publish(self) -> None:
        """Write what is asked for, once: workers of pytest-xdist leave it to their controller."""
        if self.witness.has_seen_suite and self._joined is None:
            command = shlex.join(["pytest", *self._config.invocation_params.args])
            self.published = publish(self._wanted, self.per_engine, command, os.environ)
            if self.settings.baseline_write:
                self.published = self.published.with_problems(self._write_baselines())

    def _write_baselines(self) -> list[str]:
        from pytest_stairway.baseline import write_baselines  # noqa: PLC0415 - see the docstring of plugin.py

        return write_baselines(self.per_engine)

    def begin_end(self) -> None:
        """Let no signal interrupt what is left to do."""
        if self._directory is not None:
            self._interruption.hold()

    def close(self) -> None:
        """End the server and remove the directory, where they are this process's to end. Trouble hides no result."""
        self.begin_end()
        atexit.unregister(self.close)
        if self._joined is not None:
            return
        try:
            self._end()
        except Exception as error:  # noqa: BLE001 - docker, psutil, pymysql and the file system have their own
            sys.stderr.write(f"stairway: not everything could be ended, the next run tries again: {error}\n")
        number = self._interruption.give_back()
        if number is not None:
            sys.stderr.write(f"stairway: {signal.Signals(number).name} ended the run\n")
            raise SystemExit(128 + number)  # as in a shell

    def _end(self) -> None:
        with contextlib.ExitStack() as stack:
            if self._directory is not None:
                stack.callback(self._directory.clean)
                if self._directory.has_server:
                    stack.callback(self.run_server.close)

    def _progress(self) -> Progress:
        reporter = self._config.pluginmanager.getplugin("terminalreporter")
        capture = self._config.pluginmanager.getplugin("capturemanager")
        if reporter is None or capture is None or not reporter.isatty or self._config.option.verbose < 0:
            return NoProgress()
        return TerminalProgress(reporter, capture)
