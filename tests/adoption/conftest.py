"""Whole projects, adopted as a stranger would: their own commands and the suite, each in a process of its own."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import secrets
import subprocess
import sys
import sysconfig
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_stairway.servers.database import connect, sqlalchemy_url
from tests.forking import LEFT_OUT, Forks, Job
from tests.server.conftest import kind, pytest_generate_tests, server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_stairway.servers.interface import Server

__all__ = ["kind", "pytest_generate_tests", "server"]

ROOT = Path(__file__).parents[2]
SUITE = "from pytest_stairway.suite import *\n"


NOT_THE_PROJECTS = frozenset({"BUILD_NUMBER", "CI", "DATABASE_URL", "PYTHONPATH"})
"""Environment variables of the tests that would steer the project or the suite."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """A project in `root`; its own is `database`, and the suite gets a scratch database of the same server.

    `python` is the interpreter of the environment that the project and the suite are installed in.
    """

    root: Path
    server: Server
    database: str
    python: Path
    forks: Forks

    @property
    def url(self) -> str:
        return sqlalchemy_url(self.server.address, self.database).render_as_string(hide_password=False)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Run a statement beside the project."""
        with contextlib.closing(connect(self.server.address)) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")

    def replace(self, path: str, old: str, new: str) -> None:
        file = self.root / path
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1
        file.write_text(text.replace(old, new), encoding="utf-8")

    def run(self, *command: str) -> str:
        """Run a Python module as `python -m`, with the project's database in DATABASE_URL; return what it prints."""
        status, output, errors = self._python(*command, DATABASE_URL=self.url)
        assert status == 0, output + errors
        return output

    def verify(self, *arguments: str) -> tuple[int, str]:
        """Run the suite; return the exit status, and the report without what differs from run to run."""
        url = sqlalchemy_url(self.server.address, None).render_as_string(hide_password=False)
        own = ("--stairway-url", url, "--stairway-url-is-disposable", "-p", "no:cacheprovider", "-q")
        status, output, _ = self._python("pytest", *own, *arguments, errors="output")
        return status, shown(output)

    def _python(self, module: str, *arguments: str, errors: str = "errors", **variables: str) -> tuple[int, str, str]:
        """Return the exit status, what goes to standard output, and what goes to standard error."""
        environment = {**_environment(), **variables, "COLUMNS": "120", "PYTEST_ADDOPTS": LEFT_OUT}
        output, said = (self.root.with_name(f"{self.root.name}-{name}") for name in ("output", errors))
        status = self.forks.run(Job(module, arguments, str(self.root), environment, str(output), str(said)))
        return status, output.read_text(encoding="utf-8"), said.read_text(encoding="utf-8")


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in NOT_THE_PROJECTS}


def shown(text: str) -> str:
    text = "\n".join(line.rstrip() for line in text.splitlines())
    text = re.sub(r"-+ Captured output of env.py call -+\n.*?(?=\n[-=_]{3,})", "CAPTURED", text, flags=re.DOTALL)
    text = re.sub(r"(MySQL|MariaDB) [\d.]+\d( \([^)]*\))?", "SERVER", text)
    text = re.sub(r" +\[100%\]", " [100%]", text)
    text = re.sub(r"in [\d.]+ ?s\b", "in N s", text)
    return re.sub(r"([=_-])\1{3,}", r"\1\1\1", text).strip()


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel of the work tree, as a release does, without the network."""
    directory = tmp_path_factory.mktemp("wheel")
    _call(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", directory)
    (built,) = directory.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an environment that has the wheel, and all else from the environment of the tests.

    A line of a .pth file adds a directory and none of its .pth files: the work tree that is installed there as editable
    cannot be imported.
    """
    directory = tmp_path_factory.mktemp("venv")
    python = make_environment(directory)
    (site_packages,) = directory.glob("lib/python*/site-packages")
    shared = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site_packages / "shared.pth").write_text("\n".join(sorted(shared)), encoding="utf-8")
    install(python, "--no-deps", "--no-index", "--ignore-installed", wheel)
    return python


def make_environment(directory: Path) -> Path:
    _call(sys.executable, "-m", "venv", "--without-pip", directory)
    return directory / "bin/python"


def install(python: Path, *arguments: str | Path) -> None:
    """Run the tests' own pip for another environment, which needs none then."""
    quiet = ("--quiet", "--disable-pip-version-check", "--root-user-action=ignore")
    _call(sys.executable, "-m", "pip", "--python", python, "install", *quiet, *arguments, env=_environment())


def _call(*command: str | Path, env: dict[str, str] | None = None) -> None:
    done = subprocess.run(  # noqa: S603 - our own commands
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="session")
def forks_of() -> Iterator[Callable[[Path], Forks]]:
    """Give a function that gives the process that forks for each interpreter."""
    with contextlib.ExitStack() as exits:
        yield functools.cache(lambda python: exits.enter_context(contextlib.closing(Forks(python, _environment()))))


@pytest.fixture
def adopted(tmp_path: Path, server: Server, python: Path, forks_of: Callable[[Path], Forks]) -> Iterator[Adopted]:
    project = Adopted(tmp_path, server, f"shop_{secrets.token_hex(4)}", python, forks_of(python))
    project.write("pytest.ini", "[pytest]\n")
    project.write("test_migrations.py", SUITE)
    project.rows(f"CREATE DATABASE {project.database}")
    yield project
    project.rows(f"DROP DATABASE {project.database}")
