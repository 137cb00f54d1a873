"""A server that ends, whatever ended it: one failing test that says what ran then, and no wall of failures."""

from __future__ import annotations

import contextlib
import os
import re
from typing import TYPE_CHECKING

import docker
import pytest

from pytest_stairway.history.base_branch import NOBODY_ASKED
from pytest_stairway.servers import container, engine
from pytest_stairway.servers.interface import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Project, Run

    Shown = Callable[[pytest.RunResult], str]

IMAGE = os.environ.get("STAIRWAY_TEST_IMAGE", "mysql:9.7")
WORKERS = pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "workers"])
KILL = """\
import os, signal
pid = op.get_bind().exec_driver_sql("SELECT @@pid_file").scalar()
os.kill(int(Path(pid).read_text()), signal.SIGKILL)
op.execute("SELECT 1")
"""
KILLS_WHEN_CALLED = """
import os
import signal
from pathlib import Path

from pytest_stairway.servers.database import connect
from pytest_stairway.walk import drivers
from {module} import {owner}

original = {owner}.{method}

def replaced(self, *arguments):
    with drivers.opening(), connect({origin}.address) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT @@pid_file")
        os.kill(int(Path(cursor.fetchone()[0]).read_text()), signal.SIGKILL)
    return original(self, *arguments)

{owner}.{method} = replaced
"""
FAILURE = """\
stairway: the server ended {when}: LOST
{last}          ORIGIN, SERVER: {end}
          its log ends:
          LOG
  fix     {fix}look at the memory and the disk of the machine"""
ALONE = "run that revision alone to see whether it ends the server\n          or "


def told(result: pytest.RunResult) -> str:
    """Return what the one failing test prints, without what differs from run to run."""
    text = "\n".join(line.rstrip() for line in result.outlines)
    (failure,) = re.findall(
        r"^stairway: the server ended .*?\n  fix .*? of the machine$", text, re.MULTILINE | re.DOTALL
    )
    failure = re.sub(r": (\(\d+, .*|\(20\d\d\).*|InterfaceError.*)", ": LOST", failure, count=1)
    failure = re.sub(r"(its log ends:\n).*(\n  fix )", r"\1          LOG\2", failure, flags=re.DOTALL)
    return re.sub(r"(local \w+|Docker [\w.:/-]+), (MySQL|MariaDB) [\d.]+", "ORIGIN, SERVER", failure)


def expected(when: str, end: str, last: str = "") -> str:
    first = f"  tried   last statement of a migration: {last}\n" if last else ""
    text = FAILURE.format(when=when, end=end, last=first, fix=ALONE if last else "")
    return text if last else text.replace("          ORIGIN", "  tried   ORIGIN")


def reasons(result: pytest.RunResult) -> list[str]:
    found = [line.partition(": ")[2].partition(": (")[0] for line in result.outlines if line.startswith("SKIPPED")]
    return sorted(set(found))


@WORKERS
def test_killed_while_a_migration_runs(project: Project, run: Run, workers: tuple[str, ...]) -> None:
    project.add("0003", "kill", KILL)
    result = run("-rs", *workers)
    result.assert_outcomes(failed=1, passed=2, skipped=7)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    last = "migrations/versions/0003.py:15: SELECT 1"
    ends = ("ended with SIGKILL", "has ended", "does not answer any more")  # only its parent knows how
    possible = ends if workers else ends[:1]
    assert told(result) in [expected("while the upgrade of 0003 was running", end, last) for end in possible]
    assert reasons(result) == [
        NOBODY_ASKED.reason,
        "not checked: the server ended while the upgrade of 0003 was running",
    ]
    (project.root / "migrations/versions/0003.py").unlink()
    run(*workers).assert_outcomes(passed=7, skipped=1)


def test_the_whole_output(project: Project, run: Run, shown: Shown) -> None:
    project.add("0003", "kill", "pass", KILL)
    result = run()
    text = re.sub(r"\(20\d\d\) .*", "LOST", shown(result))
    text = re.sub(r"(its log ends:\n).*(\n  fix )", r"\1          LOG\2", text, flags=re.DOTALL)
    assert re.sub(r"(local \w+|Docker [\w.:/-]+), SERVER", "SERVER", text) == WHOLE


WHOLE = """\
stairway: alembic.ini, 3 revisions, 1 head
stairway: SERVER, ORIGIN
stairway: server=KIND (--stairway-server)

test_migrations.py ..sFssssss                                                                                    [100%]

=== FAILURES ===
___ test_upgrades[0001-create-roles] ___
stairway: the server ended while the downgrade of 0003 was running: LOST
  tried   last statement of a migration: migrations/versions/0003.py:19: SELECT 1
          SERVER: ended with SIGKILL
          its log ends:
          LOG
  fix     run that revision alone to see whether it ends the server
          or look at the memory and the disk of the machine
=== short test summary info ===
FAILED test_migrations.py::test_upgrades[0001-create-roles] - Failed: stairway: the server ended while the downgrade ...
=== 1 failed, 2 passed, 7 skipped in N s ==="""


def test_a_migration_that_shuts_the_server_down(project: Project, run: Run) -> None:
    project.add("0003", "stop", 'op.execute("SHUTDOWN")\nop.execute("DO SLEEP(60)")')
    result = run("-rs")
    result.assert_outcomes(failed=1, passed=2, skipped=7)
    assert told(result) == expected(
        "while the upgrade of 0003 was running", "ended with status 0", "migrations/versions/0003.py:13: DO SLEEP(60)"
    )


READS = ("pytest_stairway.walk.climb", "Climb", "_describe", "self._server")
MODELS = ("pytest_stairway.walk.models", "ModelsSource", "build", "arguments[0].server")
BEFORE = ("pytest_stairway.walk.stairway", "Stairway", "climbed", "self.environment.server")


@pytest.mark.parametrize(
    ("moment", "when"),
    [
        (READS, "after the upgrade of 0001, while its result was read"),
        (MODELS, "while no migration was running"),
        (BEFORE, "while no migration was running"),
    ],
    ids=["while a step's result is read", "while the models are created", "before the walk"],
)
def test_killed_elsewhere(project: Project, run: Run, moment: tuple[str, ...], when: str) -> None:
    names = dict(zip(("module", "owner", "method", "origin"), moment, strict=True))
    project.write("conftest.py", KILLS_WHEN_CALLED.format(**names))
    result = run("-rs")
    result.assert_outcomes(failed=1, passed=2, skipped=5)
    assert told(result) == expected(when, "ended with SIGKILL")


def test_a_test_of_ones_own_that_kills_it(project: Project, run: Run) -> None:
    kill = """
        import os, signal
        from pathlib import Path
        from sqlalchemy import text

        def test_mine(stairway_engine):
            connection = stairway_engine.connect()
            pid = connection.execute(text("SELECT @@pid_file")).scalar()
            os.kill(int(Path(pid).read_text()), signal.SIGKILL)
            connection.invalidate()

        def test_next(stairway_database): pass
        def test_last(stairway_database): pass
    """
    project.write("test_mine.py", kill)
    result = run("-rs", "-k", "test_mine")
    result.assert_outcomes(passed=1, errors=1, skipped=1, deselected=8)
    assert told(result) == expected("before a test got its database", "ended with SIGKILL")


def test_a_container_that_is_killed(project: Project, run: Run) -> None:
    with contextlib.suppress(UnavailableError, docker.errors.ImageNotFound), engine.engine() as client:
        client.images.get(IMAGE)
        project.add(
            "0003",
            "kill",
            f"""\
            import docker
            run = op.get_bind().engine.url.database.split("_")[1]
            for container in docker.from_env().containers.list(filters={{"label": f"{container.LABEL}={{run}}"}}):
                container.kill()
            op.execute("SELECT 1")
            """,
        )
        result = run(f"--stairway-server={IMAGE}")
        result.assert_outcomes(failed=1, passed=2, skipped=7)
        assert told(result) == expected(
            "while the upgrade of 0003 was running",
            "its container ended with status 137",
            "migrations/versions/0003.py:16: SELECT 1",
        )
        return
    pytest.skip(f"no Docker engine with {IMAGE}")
