"""Public packages with migrations for MySQL: the suite finds in each what was checked by hand, and nothing else.

Outside `make test`, since it installs those packages (pytest collects only what is named test_*.py, unless asked for a
file): `tox run -e public`. Each directory of `projects` has the package's requirements, the settings that the suite
needs for it, and its findings as a baseline; `constraints.txt` pins all that the package needs, so that the baseline
stays true. Where a history does not start from nothing, `start.py` writes what an old version of the package installs,
and `start-requirements.txt` names that version: nothing of a package stands in this repository.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PROJECTS = sorted(path.name for path in (HERE / "projects").iterdir())
BASELINE = "baseline.json"
MOST_LINES = 5
"""Of settings and configuration that a project may need beside its own files (`config =` not counted)."""


@pytest.fixture
def installed(tmp_path: Path) -> Callable[..., Path]:
    """Give a function that makes an environment of what it is given for pip, and returns its directory."""

    def install(name: str, *wanted: str | Path) -> Path:
        environment = tmp_path / name
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)  # noqa: S603 - our own commands
        pip = [environment / "bin/python", "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        subprocess.run([*pip, *wanted], check=True)  # noqa: S603 - same
        return environment

    return install


@pytest.mark.parametrize("name", PROJECTS)
def test_a_public_package_has_the_findings_of_its_baseline(
    name: str, installed: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / name
    shutil.copytree(HERE / "projects" / name, project)
    environment = installed("venv", ROOT, *_requirements(project, "requirements.txt"))
    if (project / "start.py").exists():
        old = installed("old", *_requirements(project, "start-requirements.txt"))
        with (project / "start.sql").open("wb") as dump:
            subprocess.run([old / "bin/python", "start.py"], cwd=project, stdout=dump, check=True)  # noqa: S603 - same
    (site,) = environment.glob("lib/python*/site-packages")
    settings = project / "pyproject.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("{site-packages}", str(site)), encoding="utf-8")
    (project / "test_migrations.py").write_text("from pytest_stairway.suite import *\n", encoding="utf-8")
    writes = bool(os.environ.get("STAIRWAY_PUBLIC_WRITE"))
    began = time.monotonic()
    done = subprocess.run(  # noqa: S603 - same
        [environment / "bin/python", "-m", "pytest", "-q", "--rootdir", project]
        + [f"--stairway-server={os.environ.get('STAIRWAY_PUBLIC_SERVER', 'mysql:9.7')}"]
        + ["--stairway-baseline", BASELINE]
        + ["--stairway-baseline-write"] * writes,
        cwd=project, env=_variables(project), capture_output=True, text=True, check=False,
    )  # fmt: skip
    seconds = time.monotonic() - began
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    with capsys.disabled():
        walked = [line for line in done.stdout.splitlines() if " walked on " in line]
        sys.stdout.write(f"\n{name}: {seconds:.0f} s, at most {memory} MiB so far; {'; '.join(walked)}\n")
    if writes:
        shutil.copy(project / BASELINE, HERE / "projects" / name)
    assert writes or done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", PROJECTS)
def test_a_public_package_needs_few_lines_of_settings(name: str) -> None:
    directory = HERE / "projects" / name
    settings = tomllib.loads((directory / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["stairway"]
    code = directory / "conftest.py"
    lines = code.read_text(encoding="utf-8").splitlines() if code.exists() else []
    assert len(settings.keys() - {"config"}) + len(lines) <= MOST_LINES


def _requirements(project: Path, name: str) -> list[str | Path]:
    return ["-r", project / name, "-c", project / name.replace("requirements", "constraints")]


def _variables(project: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHON", "TOX"))}
    return {**kept, "HOME": str(project), "COLUMNS": "150"}
