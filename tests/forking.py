"""Runs Python modules as `python -m` does, each in a fork of one process that has imported pytest and Alembic.

What such a run does is its own: its directory, variables, output, modules, threads and end. What it need not do is to
import the same again, which takes longer than most runs of pytest on a small project. A run that begins a process of
its own, a worker of pytest-xdist say, imports everything as ever.

    python forking.py

Each line of standard input is a `Job` as JSON; its answer is a line with the exit status, negative for a signal. It is
run by its path, so that no package `tests` is known to the runs.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LEFT_OUT = "-p no:hypothesispytest -p no:pytest_alembic"
"""For PYTEST_ADDOPTS: plugins that are here for this suite's own tests, and take longer to import than most runs take.

Hypothesis imports all of itself at the end of any run. Both are beside our plugin in the run that runs these tests.
"""
IMPORTED = """
import contextlib

import alembic.command
import pytest_stairway.build_report
import pytest_stairway.header
import pytest_stairway.run_server
import pytest_stairway.suite
import pytest_stairway.walk.environment
import pytest_stairway.walk.stairway
import sqlalchemy.dialects.mysql.pymysql
from pytest_stairway.walk.drivers import guard

with contextlib.ExitStack() as exits:
    guard(exits, print)  # it imports each driver that is installed
"""
"""A test module that pytest collects once: what is imported by it has its assertions rewritten, as in any run."""


@dataclass(frozen=True, slots=True)
class Job:
    """`output` and `errors` are the files that standard output and error go to; they may be one."""

    module: str
    arguments: Sequence[str]
    directory: str
    environment: Mapping[str, str]
    output: str
    errors: str


class Forks:
    """The process that forks, which is started for the first run, by an interpreter and with environment variables."""

    def __init__(self, python: Path = Path(sys.executable), environment: Mapping[str, str] | None = None) -> None:
        self._python = python
        self._environment = environment
        self._process: subprocess.Popen[str] | None = None

    def run(self, job: Job) -> int:
        """Wait for a run, and return its exit status."""
        process = self._process = self._process or subprocess.Popen(  # noqa: S603 - our own script
            [self._python, __file__],
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(asdict(job)) + "\n")
        process.stdin.flush()
        return int(process.stdout.readline())

    def close(self) -> None:
        if self._process is not None:
            self._process.communicate()


def run(job: Job) -> None:
    os.chdir(job.directory)
    os.environ.clear()
    os.environ.update(job.environment)
    tempfile.tempdir = None  # it is kept from the first time on
    paths = [path for path in job.environment.get("PYTHONPATH", "").split(os.pathsep) if path and path not in sys.path]
    sys.path[:1] = [job.directory, *paths]
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    for number, path in ((0, os.devnull), (1, job.output), (2, job.errors)):
        os.dup2(os.open(path, flags if number else os.O_RDONLY), number)
    sys.argv[1:] = job.arguments
    runpy.run_module(job.module, run_name="__main__", alter_sys=True)


def import_everything() -> None:
    """Import with the standard output that the runs have: Alembic keeps what it finds there. Answers alone go there."""
    import pytest  # noqa: PLC0415 - the tests, which import this module, have their own

    answers = os.dup(1)
    os.dup2(2, 1)
    with tempfile.TemporaryDirectory() as name:
        test = Path(name, "test_imports.py")
        test.write_text(IMPORTED, encoding="utf-8")
        options = ("--collect-only", "-qq", "-s", "--no-summary", "-p", "no:cacheprovider", "--import-mode=importlib")
        status = pytest.main([*options, f"--rootdir={name}", str(test)])
    if status is not pytest.ExitCode.NO_TESTS_COLLECTED:
        raise SystemExit(f"pytest cannot import what the runs need: {status}")
    sys.stdout.flush()
    os.dup2(answers, 1)
    os.close(answers)
    del sys.modules["test_imports"]
    gc.freeze()  # pytest collects garbage twice at its end: what was imported here is none


def main() -> None:
    import_everything()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            run(Job(**json.loads(line)))
            break
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
