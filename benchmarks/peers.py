"""Prints what this suite, pytest-alembic's own tests and `alembic check` say of each project in tests/projects.

    python benchmarks/peers.py [--server mariadbd]

A project marks the lines that must be found; one without a mark is right and must raise nothing. A peer has found a
fault where it fails, whatever it says. The peers compare models with migrations only where a project has models.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_stairway.servers import choose
from pytest_stairway.servers.database import create_database, drop_database, sqlalchemy_url
from pytest_stairway.servers.interface import Request, Server
from pytest_stairway.servers.rundir import RunDirectory

if TYPE_CHECKING:
    from collections.abc import Callable

PROJECTS = Path(__file__).parent.parent / "tests" / "projects"
CONFTEST = """
import pytest
alembic_engine = pytest.fixture(lambda stairway_engine: stairway_engine)
alembic_config = pytest.fixture(lambda stairway_alembic_config: stairway_alembic_config)
"""
THREE_TESTS = "from pytest_alembic.tests import test_single_head_revision, test_up_down_consistency, test_upgrade\n"
WITH_MODELS = "from pytest_alembic.tests import test_model_definitions_match_ddl\n"
# What pytest-alembic's documentation asks of env.py.
OWN_ENGINE = "create_engine(url, poolclass=NullPool)"
GIVEN_ENGINE = f"(context.config.attributes.get('connection') or {OWN_ENGINE})"
ALEMBIC_CHECK = """
import os
from alembic import command
from alembic.config import Config
config = Config("alembic.ini")
config.set_main_option("sqlalchemy.url", os.environ["SCRATCH_URL"].replace("%", "%%"))
command.upgrade(config, "head")
if os.path.exists("models.py"):
    command.check(config)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", default="auto")
    server_name = parser.parse_args().server
    run = RunDirectory.create()
    server = choose.start(Request(server=server_name), run)
    peers: dict[str, Callable[[Path], str]] = {
        "pytest-stairway": lambda project: verdict(
            project, [*PYTEST, "--pyargs", "pytest_stairway.suite", wish(server_name)]
        ),
        "pytest-alembic": lambda project: pytest_alembic(project, server_name),
        "alembic check": lambda project: alembic_check(project, server),
    }
    try:
        compare(peers)
        print(f"\n{server.flavor}, {server.origin}")
    finally:
        server.stop()
        run.clean()


PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir=."]


def wish(server_name: str) -> str:
    return f"--stairway-server={server_name}"


def compare(peers: dict[str, Callable[[Path], str]]) -> None:
    found = dict.fromkeys(peers, 0)
    alarmed = dict.fromkeys(peers, 0)
    faulty = right = 0
    print(f"{'project':<36}{'marked':<36}" + "".join(f"{peer:<17}" for peer in peers))
    for ini in sorted(PROJECTS.rglob("alembic.ini")):
        project = ini.parent
        codes = marked(project)
        verdicts = {peer: judge(project) for peer, judge in peers.items()}
        faulty, right = faulty + bool(codes), right + (not codes)
        for peer, said in verdicts.items():
            (found if codes else alarmed)[peer] += said in {"fails", "warns"}
        shown = "".join(f"{said:<17}" for said in verdicts.values())
        print(f"{project.relative_to(PROJECTS).as_posix():<36}{', '.join(codes) or 'nothing':<36}{shown}", flush=True)
    print(f"\n{f'found, of {faulty}':<72}" + "".join(f"{number:<17}" for number in found.values()))
    print(f"{f'false alarms, of {right}':<72}" + "".join(f"{number:<17}" for number in alarmed.values()))


def marked(project: Path) -> list[str]:
    """Give the codes that a project marks."""
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in project.rglob("*") if path.is_file()]
    codes = {code for text in texts for code in re.findall(r"# expect: ([\w-]+)", text)}
    return sorted(codes)


def verdict(directory: Path, command: list[str], **environment: str) -> str:
    """Run a command: "fails", "passes", "warns" as this suite does, or "hangs" where it still waits after a minute."""
    process = subprocess.Popen(
        command,
        cwd=directory,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        output, _ = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        process.terminate()
        process.communicate()
        return "hangs"
    if process.returncode != 0:
        return "fails"
    return "warns" if re.search(r"[1-9]\d* warnings?, ", output) else "passes"


def pytest_alembic(project: Path, server_name: str) -> str:
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary) / project.parent.name / project.name
        shutil.copytree(project, copy)
        shutil.copytree(PROJECTS / "_shared", Path(temporary) / "_shared")
        (copy / "conftest.py").write_text(CONFTEST, encoding="utf-8")
        env = Path(temporary) / "_shared" / "env.py"
        env.write_text(env.read_text(encoding="utf-8").replace(OWN_ENGINE, GIVEN_ENGINE), encoding="utf-8")
        tests = THREE_TESTS + (WITH_MODELS if (copy / "models.py").exists() else "")
        (copy / "test_peer.py").write_text(tests, encoding="utf-8")
        return verdict(copy, [*PYTEST, "test_peer.py", wish(server_name)])


def alembic_check(project: Path, server: Server) -> str:
    database = create_database(server)
    url = sqlalchemy_url(server.walk_address, database).render_as_string(hide_password=False)
    try:
        return verdict(project, [sys.executable, "-c", ALEMBIC_CHECK], SCRATCH_URL=url)
    finally:
        drop_database(server, database)


if __name__ == "__main__":
    main()
