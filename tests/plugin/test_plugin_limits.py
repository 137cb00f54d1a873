"""What would hang a run: C code that nothing interrupts, and prompts at a terminal."""

from __future__ import annotations

import os
import pty
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Project, Run

# A mutex that a thread locks twice: no signal ends this wait (POSIX, "pthread_mutex_lock").
STUCK = """
import ctypes
mutex, libc = ctypes.create_string_buffer(64), ctypes.CDLL(None)
libc.pthread_mutex_lock(mutex)
libc.pthread_mutex_lock(mutex)
"""
TOLD = """\
stairway: upgrade of 0003 was still running after 1 s, and nothing interrupts it
  tried   at migrations/versions/0003.py:15: libc.pthread_mutex_lock(mutex)
  fix     let it end by itself: it is in C code that looks at no signals
          or raise step_timeout in [tool.stairway], in seconds; 0 is no limit
"""


def left(temporary: Path) -> list[Path]:
    return list(temporary.glob("pytest-stairway-*/????????"))


def test_c_code_that_nothing_interrupts_ends_pytest_and_the_server(project: Project, run: Run, temporary: Path) -> None:
    project.add("0003", "stuck", STUCK)
    result = run("--stairway-step-timeout=1")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "\n".join(result.errlines).strip() == TOLD.strip()
    assert left(temporary) == []


def test_c_code_that_nothing_interrupts_in_a_worker(project: Project, run: Run, temporary: Path) -> None:
    project.add("0003", "stuck", STUCK)
    result = run("--stairway-step-timeout=1", "-n", "2")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert result.parseoutcomes()["passed"] == 2
    assert TOLD in "\n".join(result.outlines)
    assert left(temporary) == []


def at_terminal(project: Project, *arguments: str) -> str:
    """Run pytest with its standard input, output and error at a terminal, where nobody types."""
    before = os.getcwd()  # noqa: PTH109 - what chdir takes back
    output: list[bytes] = []

    def read(descriptor: int) -> bytes:
        output.append(os.read(descriptor, 1024))
        return output[-1]

    os.chdir(project.root)
    try:
        pty.spawn([sys.executable, "-m", "pytest", *arguments], read, lambda _: b"")
    finally:
        os.chdir(before)
    return b"".join(output).decode().replace("\r\n", "\n")


REFUSED = (
    "PromptRefused: input is asked for, and nobody is there to give it, in a test as in a deploy:"
    " take it from `context.get_x_argument()` or an environment variable"
)


@pytest.mark.parametrize(
    "asks", ['input("Continue? ")', 'import getpass; getpass.getpass("Password: ")', "import sys; sys.stdin.readline()"]
)
def test_a_migration_that_asks(project: Project, run: Run, server: str, asks: str) -> None:  # noqa: ARG001 - run sets variables
    project.add("0003", "ask", asks)
    output = at_terminal(project, "-s", "--color=no", f"--stairway-server={server}")
    assert "migrations/versions/0003.py:12  upgrade-fails\n  upgrade of 0003 fails on " in output
    assert f": {REFUSED}\n" in output


def test_an_env_py_that_asks(project: Project, run: Run, server: str) -> None:  # noqa: ARG001 - run sets variables
    env = project.root / "migrations/env.py"
    project.write("migrations/env.py", f'input("Which database? ")\n{env.read_text()}')
    output = at_terminal(project, "-s", "--color=no", f"--stairway-server={server}")
    assert (
        f"stairway: env.py raised {REFUSED}\n"
        '  tried   migrations/env.py:1: input("Which database? ")\n'
        "  fix     make `alembic upgrade heads` work on an empty database first\n"
        "          or give env.py what it reads: url_variables = [...] and x = [...] in [tool.stairway]\n"
    ) in output


def test_a_prompt_of_click(project: Project, run: Run) -> None:
    project.add("0003", "ask", 'import click\nclick.confirm("Continue?")')
    assert REFUSED in "\n".join(run("-s").outlines)


def test_a_child_process_finds_its_input_empty(project: Project, run: Run) -> None:
    project.add(
        "0003", "read", 'import subprocess\nassert subprocess.run(["cat"], stdin=0, check=True).returncode == 0'
    )
    run("-s").assert_outcomes(passed=9, skipped=1)
