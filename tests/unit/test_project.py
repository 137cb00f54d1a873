from __future__ import annotations

import contextlib
import os
import sys
import warnings
from typing import TYPE_CHECKING

import alembic
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from pytest_stairway.errors import ProjectError
from pytest_stairway.history.project import Kind, Project, find_project
from pytest_stairway.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

reads_toml = pytest.mark.skipif(not hasattr(Config, "toml_file_name"), reason="Alembic before 1.16 reads no TOML")
FIX = """\
  fix     pass --stairway-config path/to/alembic.ini
          or set config = "path/to/alembic.ini" in [tool.stairway] of pyproject.toml"""


def scripts(directory: Path) -> Path:
    (directory / "versions").mkdir(parents=True)
    (directory / "env.py").touch()
    return directory


def ini(file: Path, *lines: str, section: str = "alembic") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join([f"[{section}]", *lines]) + "\n")
    return file


def found(root: Path, **settings: str) -> Project:
    return find_project(root, Settings(**settings))  # type: ignore[arg-type] # text keys only


def refusal(root: Path, **settings: str) -> str:
    with pytest.raises(ProjectError) as error:
        found(root, **settings)
    return str(error.value)


def loaded_by_alembic(project: Project) -> str:
    """Return the script directory that Alembic finds with the project's Config, from wherever this process is."""
    before = list(sys.path)
    with warnings.catch_warnings(action="ignore"):
        script = ScriptDirectory.from_config(project.alembic_config())
    sys.path[:] = before
    return str(script.dir)


def test_alembic_ini_in_the_root(tmp_path: Path) -> None:
    scripts(tmp_path / "alembic")
    ini(tmp_path / "alembic.ini", "script_location = %(here)s/alembic", "sqlalchemy.url = mysql://u@h/d")
    project = found(tmp_path)
    assert (project.kind, project.config_file, project.section) == (Kind.INI, tmp_path / "alembic.ini", "alembic")
    assert (project.working_directory, project.directory) == (tmp_path, tmp_path / "alembic")
    assert project.version_locations == (tmp_path / "alembic" / "versions",)
    assert project.alembic_config().get_main_option("sqlalchemy.url") == "mysql://u@h/d"
    assert project.alembic_config() is not project.alembic_config()
    assert project.command("merge a b") == "alembic merge a b"


def test_relative_locations_hold_wherever_pytest_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scripts(tmp_path / "migrations")
    ini(tmp_path / "alembic.ini", "script_location = migrations", "version_locations = migrations/versions, more")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    project = found(tmp_path)
    assert os.getcwd() == str(tmp_path / "elsewhere")  # noqa: PTH109 - the process's own directory is asked for
    assert project.directory == tmp_path / "migrations"
    assert project.version_locations == (tmp_path / "migrations" / "versions", tmp_path / "more")
    assert loaded_by_alembic(project) == str(tmp_path / "migrations")


@pytest.mark.parametrize("name", ["50%", "with space", "ümlaut"])
def test_a_directory_with_a_special_name(tmp_path: Path, name: str) -> None:
    scripts(tmp_path / name / "alembic")
    ini(tmp_path / name / "alembic.ini", "script_location = alembic")
    assert loaded_by_alembic(found(tmp_path / name)) == str(tmp_path / name / "alembic")


def test_several_version_locations_with_a_separator(tmp_path: Path) -> None:
    scripts(tmp_path / "alembic")
    ini(
        tmp_path / "alembic.ini",
        "script_location = alembic",
        "version_path_separator = :",
        "version_locations = %(here)s/one:%(here)s/two",
    )
    assert found(tmp_path).version_locations == (tmp_path / "one", tmp_path / "two")


def test_recursive_version_locations(tmp_path: Path) -> None:
    scripts(tmp_path / "alembic")
    ini(tmp_path / "alembic.ini", "script_location = alembic", "recursive_version_locations = true")
    recurses = hasattr(ScriptDirectory.from_config(found(tmp_path).alembic_config()), "recursive_version_locations")
    assert found(tmp_path).recursive is recurses  # new in Alembic 1.10


@pytest.mark.parametrize(
    ("separator", "paths"),
    [(None, "lib:src"), (None, "lib, src"), ("space", "lib src"), (":", "lib:src"), ("newline", "\n  lib\n  src")],
)
def test_several_paths_to_prepend(tmp_path: Path, separator: str | None, paths: str) -> None:
    scripts(tmp_path / "alembic")
    more = [] if separator is None else [f"path_separator = {separator}"]
    ini(tmp_path / "alembic.ini", "script_location = alembic", f"prepend_sys_path = {paths}", *more)
    before = list(sys.path)
    with warnings.catch_warnings(action="ignore"), contextlib.chdir(tmp_path):
        ScriptDirectory.from_config(Config("alembic.ini"))
    added, sys.path[:] = sys.path[: len(sys.path) - len(before)], before
    assert found(tmp_path).sys_path == tuple(str(tmp_path / path) for path in added)


def test_another_section(tmp_path: Path) -> None:
    scripts(tmp_path / "billing")
    ini(tmp_path / "alembic.ini", "script_location = billing", section="billing")
    project = found(tmp_path, section="billing")
    assert project.directory == tmp_path / "billing"
    assert project.command("merge a b") == "alembic -n billing merge a b"


def test_a_package_as_script_location_and_sys_path_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scripts(tmp_path / "src" / "stairway_test_app" / "migrations")
    (tmp_path / "src" / "stairway_test_app" / "__init__.py").touch()
    ini(tmp_path / "alembic.ini", "script_location = stairway_test_app:migrations", "prepend_sys_path = src")
    monkeypatch.delitem(sys.modules, "stairway_test_app", raising=False)
    before = list(sys.path)
    project = found(tmp_path)
    assert sys.path == before
    assert project.directory == tmp_path / "src" / "stairway_test_app" / "migrations"
    assert project.sys_path == (str(tmp_path / "src"),)
    monkeypatch.delitem(sys.modules, "stairway_test_app")


def test_no_revision_file_is_imported(tmp_path: Path) -> None:
    (scripts(tmp_path / "alembic") / "versions" / "a.py").write_text("raise SystemExit\n")
    ini(tmp_path / "alembic.ini", "script_location = alembic")
    assert found(tmp_path).directory == tmp_path / "alembic"


@reads_toml
def test_tool_alembic_in_pyproject(tmp_path: Path) -> None:
    scripts(tmp_path / "migrations")
    (tmp_path / "pyproject.toml").write_text(
        '[tool.alembic]\nscript_location = "%(here)s/migrations"\nversion_locations = ["%(here)s/a", "b"]\n'
        'prepend_sys_path = ["."]\n'
    )
    project = found(tmp_path)
    assert (project.kind, project.config_file) == (Kind.PYPROJECT, tmp_path / "pyproject.toml")
    assert project.directory == tmp_path / "migrations"
    assert project.version_locations == (tmp_path / "a", tmp_path / "b")
    assert project.sys_path == (str(tmp_path),)
    assert project.alembic_config().config_file_name is None
    assert loaded_by_alembic(project) == str(tmp_path / "migrations")
    assert found(tmp_path, config="pyproject.toml") == project
    assert project.command("merge a b") == "alembic merge a b"


@reads_toml
def test_an_ini_beside_a_pyproject_that_has_the_script_location(tmp_path: Path) -> None:
    scripts(tmp_path / "migrations")
    (tmp_path / "pyproject.toml").write_text('[tool.alembic]\nscript_location = "migrations"\n')
    ini(tmp_path / "alembic.ini", "sqlalchemy.url = mysql://u@h/d")
    project = found(tmp_path)
    assert (project.kind, project.directory) == (Kind.INI, tmp_path / "migrations")
    assert project.alembic_config().get_main_option("sqlalchemy.url") == "mysql://u@h/d"


@reads_toml
def test_a_pyproject_that_was_asked_for_with_an_ini_beside_it(tmp_path: Path) -> None:
    scripts(tmp_path / "migrations")
    (tmp_path / "pyproject.toml").write_text('[tool.alembic]\nscript_location = "migrations"\n')
    ini(tmp_path / "alembic.ini", "sqlalchemy.url = mysql://u@h/d")
    assert found(tmp_path, config="pyproject.toml") == found(tmp_path)


def test_alembics_own_variable_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("migrations", "other"):
        scripts(tmp_path / name)
        ini(tmp_path / f"{name}.ini", f"script_location = %(here)s/{name}")
    ini(tmp_path / "alembic.ini", "script_location = %(here)s/nowhere")
    monkeypatch.setenv("ALEMBIC_CONFIG", "migrations.ini")
    assert found(tmp_path).directory == tmp_path / "migrations"
    assert found(tmp_path, config="other.ini").directory == tmp_path / "other"
    monkeypatch.setenv("ALEMBIC_CONFIG", "gone.ini")
    assert refusal(tmp_path) == (
        "stairway: gone.ini does not exist; the environment variable ALEMBIC_CONFIG names it\n"
        f"  tried   {tmp_path}/gone.ini\n"
        "  fix     pass --stairway-config path/to/alembic.ini"
    )


@reads_toml
def test_alembics_own_variable_names_a_pyproject(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scripts(tmp_path / "migrations")
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf/pyproject.toml").write_text('[tool.alembic]\nscript_location = "%(here)s/../migrations"\n')
    monkeypatch.setenv("ALEMBIC_CONFIG", "conf/pyproject.toml")
    assert found(tmp_path).directory == tmp_path / "migrations"


def test_tool_alembic_with_an_alembic_that_does_not_read_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scripts(tmp_path / "migrations")
    (tmp_path / "pyproject.toml").write_text('[tool.alembic]\nscript_location = "migrations"\n')
    monkeypatch.delattr(Config, "toml_file_name", raising=False)
    monkeypatch.setattr(alembic, "__version__", "1.15.2")
    assert refusal(tmp_path) == (
        "stairway: Alembic 1.15.2 does not read [tool.alembic] of pyproject.toml\n"
        '  fix     pip install "alembic>=1.16"\n'
        "          or pass --stairway-config path/to/alembic.ini"
    )


def test_flask_migrate(tmp_path: Path) -> None:
    ini(scripts(tmp_path / "migrations") / "alembic.ini", "# file_template = x")
    project = found(tmp_path)
    assert (project.kind, project.config_file) == (Kind.FLASK_MIGRATE, tmp_path / "migrations" / "alembic.ini")
    assert (project.working_directory, project.directory) == (tmp_path, tmp_path / "migrations")
    assert loaded_by_alembic(project) == str(tmp_path / "migrations")
    assert project.command("merge a b") == "flask db merge a b"


def test_flask_migrate_in_another_directory(tmp_path: Path) -> None:
    ini(scripts(tmp_path / "db") / "alembic.ini")
    project = found(tmp_path, config="db/alembic.ini")
    assert project.kind is Kind.FLASK_MIGRATE
    assert project.command("merge a b") == "flask db merge a b -d db"


def test_a_config_whose_location_is_relative_to_its_own_directory(tmp_path: Path) -> None:
    scripts(tmp_path / "service" / "alembic")
    ini(tmp_path / "service" / "alembic.ini", "script_location = alembic")
    project = found(tmp_path, config="service/alembic.ini")
    assert (project.root, project.working_directory) == (tmp_path, tmp_path / "service")
    assert project.directory == tmp_path / "service" / "alembic"
    assert project.command("merge a b") == "cd service && alembic merge a b"


def test_a_config_whose_location_is_relative_to_the_root(tmp_path: Path) -> None:
    scripts(tmp_path / "app" / "migrations")
    ini(tmp_path / "app" / "db.ini", "script_location = app/migrations")
    project = found(tmp_path, config="app/db.ini")
    assert (project.working_directory, project.directory) == (tmp_path, tmp_path / "app" / "migrations")
    assert project.command("merge a b") == "alembic -c app/db.ini merge a b"


def test_nothing_found_names_all_that_was_looked_at(tmp_path: Path) -> None:
    assert refusal(tmp_path) == (
        f"stairway: no Alembic project in {tmp_path}\n"
        "  tried   alembic.ini: not there\n"
        "          pyproject.toml: not there\n"
        f"          migrations/alembic.ini: not there\n{FIX}"
    )


def test_nothing_found_beside_a_pyproject(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\n")
    assert refusal(tmp_path) == (
        f"stairway: no Alembic project in {tmp_path}\n"
        "  tried   alembic.ini: not there\n"
        "          pyproject.toml: has no [tool.alembic]\n"
        f"          migrations/alembic.ini: not there\n{FIX}"
    )


def test_a_config_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(ProjectError) as error:
        find_project(tmp_path, Settings(config="db.ini", sources=(("config", "--stairway-config"),)))
    assert str(error.value) == (
        "stairway: db.ini does not exist; config (--stairway-config) names it\n"
        f"  tried   {tmp_path}/db.ini\n"
        "  fix     pass --stairway-config path/to/alembic.ini"
    )


def test_a_config_that_is_a_directory(tmp_path: Path) -> None:
    ini(scripts(tmp_path / "db") / "alembic.ini")
    with pytest.raises(ProjectError) as error:
        find_project(tmp_path, Settings(config="db", sources=(("config", "pyproject.toml"),)))
    assert str(error.value) == (
        "stairway: db is a directory; config (pyproject.toml) must name a file\n"
        "  fix     pass --stairway-config db/alembic.ini"
    )


def test_a_pyproject_without_tool_alembic_that_was_asked_for(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\n")
    assert refusal(tmp_path, config="pyproject.toml") == f"stairway: pyproject.toml has no [tool.alembic]\n{FIX}"


def test_a_missing_section(tmp_path: Path) -> None:
    ini(tmp_path / "alembic.ini", "keys = root", section="loggers")
    assert refusal(tmp_path) == f"stairway: alembic.ini has no [alembic] section\n{FIX}"


def test_a_missing_section_where_others_are_there(tmp_path: Path) -> None:
    ini(tmp_path / "alembic.ini", "script_location = billing", section="billing")
    assert refusal(tmp_path) == (
        "stairway: alembic.ini has no [alembic] section\n  fix     pass --stairway-section billing"
    )


def test_a_missing_script_location(tmp_path: Path) -> None:
    ini(tmp_path / "alembic.ini", "sqlalchemy.url = mysql://u@h/d")
    assert refusal(tmp_path) == (
        "stairway: alembic.ini has no script_location in [alembic]\n"
        "  fix     write script_location = %(here)s/<the directory of env.py> into [alembic]"
    )


def test_a_script_directory_that_is_not_there(tmp_path: Path) -> None:
    ini(tmp_path / "service" / "alembic.ini", "script_location = migrations")
    assert refusal(tmp_path, config="service/alembic.ini") == (
        "stairway: the script directory that service/alembic.ini names cannot be found\n"
        f"  tried   in {tmp_path}/service: migrations does not exist\n"
        f"          in {tmp_path}: migrations does not exist\n"
        "  fix     correct script_location in service/alembic.ini, or pass --stairway-config path/to/alembic.ini"
    )


@reads_toml
def test_tool_alembic_without_script_location(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.alembic]\n")
    assert refusal(tmp_path) == (
        "stairway: the script directory that pyproject.toml names cannot be found\n"
        "  tried   it has no script_location\n"
        "  fix     correct script_location in pyproject.toml, or pass --stairway-config path/to/alembic.ini"
    )


def test_a_package_that_cannot_be_imported(tmp_path: Path) -> None:
    ini(tmp_path / "alembic.ini", "script_location = no_such_package:migrations")
    assert refusal(tmp_path) == (
        "stairway: the script directory that alembic.ini names cannot be found\n"
        "  tried   ModuleNotFoundError: No module named 'no_such_package'\n"
        "  fix     correct script_location in alembic.ini, or pass --stairway-config path/to/alembic.ini"
    )


def test_a_script_directory_without_env_py(tmp_path: Path) -> None:
    (tmp_path / "alembic").mkdir()
    ini(tmp_path / "alembic.ini", "script_location = alembic")
    assert refusal(tmp_path) == (
        "stairway: alembic has no env.py, which Alembic runs for every command\n"
        f"  tried   {tmp_path}/alembic/env.py: not there\n"
        "  fix     restore alembic/env.py, or copy the one that `alembic init` writes\n"
        "          or pass --stairway-config path/to/alembic.ini"
    )


@pytest.mark.parametrize(
    ("content", "line", "reason", "fix"),
    [
        (b"script_location = alembic\n", 1, "no [section] stands above it", "write [alembic] above line 1"),
        (b"[alembic]\n\nhush\n", 3, "neither a [section] nor name = value", "repair that line"),
        (b"[alembic]\na = 1\na = 2\n", 3, "a is already set in [alembic]", "delete one of the two lines"),
        (b"[alembic]\na = 1\n[alembic]\n", 3, "[alembic] is there already", "make one section of the two"),
        (b"[alembic]\n# caf\xe9\n", 2, "byte 0xe9 is not utf-8", "save it as utf-8"),
    ],
)
def test_a_file_that_is_no_ini_file(tmp_path: Path, content: bytes, line: int, reason: str, fix: str) -> None:
    (tmp_path / "alembic.ini").write_bytes(content)
    assert refusal(tmp_path) == (
        "stairway: alembic.ini is not an ini file that Alembic can read\n"
        f"  tried   alembic.ini:{line}: {reason}\n"
        f"  fix     {fix}"
    )


def test_a_pyproject_that_is_not_valid(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool\n")
    assert refusal(tmp_path) == (
        "stairway: pyproject.toml is not valid TOML: "
        "Expected ']' at the end of a table declaration (at line 1, column 6)\n"
        "  fix     repair it at the place that is named"
    )


def test_an_interpolation_that_fails(tmp_path: Path) -> None:
    ini(tmp_path / "alembic.ini", "script_location = %(nowhere)s/alembic")
    assert refusal(tmp_path) == (
        "stairway: the script directory that alembic.ini names cannot be found\n"
        "  tried   InterpolationMissingOptionError: Bad value substitution: option 'script_location' in section "
        "'alembic' contains an interpolation key 'nowhere' which is not a valid option name. "
        "Raw value: '%(nowhere)s/alembic'\n"
        "  fix     correct script_location in alembic.ini, or pass --stairway-config path/to/alembic.ini"
    )
