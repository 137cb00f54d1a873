"""Runs pytest in forks of one process that has imported everything, each told at which moment to signal itself.

    python -m tests.server.dying

Each line of standard input is a job as JSON, see `Job`; its answer is a line with the exit status. A moment is a place
that the run reaches, not a time: a line of the package that runs for the first time in this phase, or a call that the
world outside sees (a file, a directory, a process, a connection, what is sent over it), by where the package made it.
So a run that is killed "at moment x" is killed there each time, however fast the machine is.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import re
import signal
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import pytest_stairway
from pytest_stairway.walk.drivers import guard

if TYPE_CHECKING:
    from collections.abc import Collection
    from types import FrameType

PACKAGE = str(Path(pytest_stairway.__file__).parent)
BEGINS = {"directory": "start", "_walk": "walk", "close": "end"}
"""The functions of run.py and session.py that begin each phase of a run."""
VISIBLE = frozenset(
    {"fcntl.flock", "open", "os.chown", "os.listdir", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.scandir"}
    | {"os.truncate", "shutil.rmtree", "socket.connect", "socket.sent", "subprocess.Popen"}
)
TIMES = dict.fromkeys(("open", "os.chown", "os.mkdir"), (1, 20))
TIMES |= dict.fromkeys(("socket.connect", "socket.sent"), (1, 2, 3, 4, 5, 6))
"""Which occurrences of a call at one place are moments: the first; half a tree copied; each of a few requests."""
OURS = ("fixtures.py", "plugin.py", "run.py", "run_server.py", "servers/", "session.py", "shared.py", "walk/")
"""Where lines of the package count: those that have something to leave behind."""
BETWEEN = 10
"""So many moments lie between the two signals of a run that is signalled twice."""
TO_IMPORT = (
    "alembic.command",
    "docker",
    "psutil",
    "pymysql",
    "pytest_stairway.header",
    "pytest_stairway.plugin",
    "pytest_stairway.run_server",
    "pytest_stairway.servers.removal",
    "pytest_stairway.session",
    "pytest_stairway.shared",
    "sqlalchemy.dialects.mysql.pymysql",
    "testcontainers.community.mysql",
)


@dataclass(frozen=True, slots=True)
class Job:
    """One run of pytest. `moment` is None where it only writes to `report` which moments there are.

    `signals` are sent in this order, to this process or, with `group`, to its process group as a terminal does.
    """

    directory: str
    arguments: list[str]
    environment: dict[str, str]
    report: str
    moment: str | None = None
    signals: list[int] = field(default_factory=list)
    group: bool = False


class Watch:
    """Sees the moments of this process as they come; what it finds out goes to the job's report, a line each."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._phase: str | None = None
        self._counts: dict[str, int] = {}
        self._passed = 0
        self._signals = list(job.signals)
        self._next: int | None = None
        self._report = Path(job.report).open("a", encoding="utf-8", buffering=1)  # noqa: SIM115 - until the process ends
        self._busy = False

    def begin(self) -> None:
        send = socket.socket.sendall

        def sendall(this: socket.socket, *arguments: Any) -> None:
            send(this, *arguments)
            sys.audit("socket.sent")

        socket.socket.sendall = sendall  # type: ignore[method-assign]
        sys.addaudithook(self._audited)

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_collectionfinish(self) -> None:
        """Trace lines from just before the server is started: nothing of ours is there sooner, and it is slow."""
        sys.settrace(self._called)

    def _called(self, frame: FrameType, _event: str, _argument: object) -> Any:
        code = frame.f_code
        if not code.co_filename.startswith(PACKAGE):
            return None
        if code.co_name in BEGINS and code.co_filename.endswith(("/run.py", "/session.py")):
            self._phase = BEGINS[code.co_name]
        return self._lined

    def _lined(self, frame: FrameType, event: str, _argument: object) -> Any:
        if event == "line" and self._phase is not None and _file(frame).startswith(OURS):
            self._reached(f"{self._phase} {_place(frame)}")
        return self._lined

    def _audited(self, event: str, arguments: tuple[object, ...]) -> None:
        if event not in VISIBLE or self._busy or self._phase is None:
            return
        if event == "os.mkdir" and re.search(r"/pytest-stairway-\w+/[0-9a-f]{8}$", str(arguments[0])):
            self._write(f"run {Path(str(arguments[0])).name}")
        frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - inspect.currentframe() is the same
        while frame is not None and not frame.f_code.co_filename.startswith(PACKAGE):
            frame = frame.f_back
        if frame is not None:
            self._reached(f"{self._phase} {_place(frame)} {event}", TIMES.get(event, (1,)))

    def _reached(self, moment: str, times: Collection[int] = (1,)) -> None:
        count = self._counts[moment] = self._counts.get(moment, 0) + 1
        if count not in times:
            return
        moment = moment if count == 1 else f"{moment}, time {count}"
        self._passed += 1
        if self._job.moment is None:
            self._write(f"moment {moment}")
        elif moment == self._job.moment or self._passed == self._next:
            self._next = self._passed + BETWEEN
            self._signal()

    def _signal(self) -> None:
        if self._signals:
            number = self._signals.pop(0)
            self._write(f"signal {number}")
            (os.killpg if self._job.group else os.kill)(os.getpid(), number)

    def _write(self, line: str) -> None:
        self._busy = True
        try:
            self._report.write(f"{line}\n")
        finally:
            self._busy = False


def _place(frame: FrameType) -> str:
    return f"{_file(frame)}:{frame.f_lineno}"


def _file(frame: FrameType) -> str:
    return frame.f_code.co_filename.removeprefix(PACKAGE).lstrip("/")


def run(job: Job) -> None:
    os.setsid()
    os.chdir(job.directory)
    os.environ.update(job.environment)
    output = os.open(f"{job.report}.output", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    watch = Watch(job)
    watch.begin()
    raise SystemExit(pytest.main(job.arguments, plugins=[watch]))


def main() -> None:
    for name in TO_IMPORT:
        importlib.import_module(name)
    with contextlib.ExitStack() as exits:
        guard(exits, print)  # it imports each driver that is installed
    gc.freeze()  # pytest collects garbage twice at its end: what was imported here is none
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            run(Job(**json.loads(line)))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
