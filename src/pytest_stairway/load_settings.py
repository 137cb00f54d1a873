"""Reading the settings from pyproject.toml and from the flags of the command line."""

from __future__ import annotations

import dataclasses
import difflib
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_stairway.errors import SettingsError
from pytest_stairway.passwords import hide_passwords
from pytest_stairway.setting_kinds import show
from pytest_stairway.settings import FILE, KEYS, REPORT_KEYS, SERVER_KEYS, Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pytest_stairway.setting_kinds import Kind

_BY_NAME = {key.name: key for key in KEYS}
_PROJECT_NAME = re.compile(r"\w[\w.-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Given:
    value: object
    source: str


def load_settings(root: Path, overrides: Mapping[str, object]) -> Settings:
    """Read `[tool.stairway]` of `root`/pyproject.toml, which may be absent, and what the command line gave.

    An override of None was not given; text is read as the flag's text ("10" for a number).

    Raises:
        SettingsError: one line that names the file or flag, the key, what was expected and what was found.
    """
    table = dict(_table(root / FILE))
    listed = table.pop("projects", [])
    given = _given_in_file(table, "[tool.stairway]", _BY_NAME)
    flags = _given_as_flags(overrides)
    projects = tuple(_listed_projects(listed, given, flags))
    return dataclasses.replace(_settings(given | flags), projects=projects)


def _given_in_file(table: Mapping[str, object], where: str, keys: Iterable[str]) -> dict[str, _Given]:
    given = {}
    for name, value in table.items():
        if name not in keys:
            raise SettingsError(f'{FILE}: {where} has no key "{name}"{_nearest(name, keys)}')
        given[name] = _Given(_read(_BY_NAME[name].kind, value, f"{FILE}: {where} {name}"), FILE)
    return given


def _given_as_flags(overrides: Mapping[str, object]) -> dict[str, _Given]:
    given = {}
    for name, value in overrides.items():
        if value is not None:
            key = _BY_NAME[name]
            where = key.flag or name
            read = _parse(key.kind, value, where) if isinstance(value, str) else _read(key.kind, value, where)
            given[name] = _Given(read, where)
    return given


def _settings(given: Mapping[str, _Given]) -> Settings:
    sources = tuple((name, each.source) for name, each in given.items())
    return Settings(**{name: each.value for name, each in given.items()}, sources=sources)  # type: ignore[arg-type] # each value was read by its kind


def _listed_projects(listed: object, common: Mapping[str, _Given], flags: Mapping[str, _Given]) -> Iterator[Settings]:
    """Read `[[tool.stairway.projects]]`: what a project does not say itself, `[tool.stairway]` says for it."""
    if not isinstance(listed, list) or not all(isinstance(table, dict) for table in listed):
        raise SettingsError(f"{FILE}: [tool.stairway] projects must be a list of tables, found {_found(listed)}")
    names: list[object] = [table.get("name") for table in listed]
    for table, name in zip(listed, names, strict=True):
        if not (isinstance(name, str) and _PROJECT_NAME.fullmatch(name)):
            raise SettingsError(
                f"{FILE}: [[tool.stairway.projects]] name must be letters, digits, '.', '_' or '-',"
                f" found {'none' if name is None else _found(name)}"
            )
        where = f"[[tool.stairway.projects]] {name}"
        if names.count(name) > 1:
            raise SettingsError(f"{FILE}: {where} stands there {names.count(name)} times")
        for key in ("config", "section"):
            if key in flags:
                raise SettingsError(
                    f"{flags[key].source} names one project, and {FILE} lists {', '.join(map(str, names))}"
                )
        own = {key: value for key, value in table.items() if key != "name"}
        given = _given_in_file(own, where, [key for key in _BY_NAME if key not in {*SERVER_KEYS, *REPORT_KEYS}])
        yield dataclasses.replace(_settings({**common, **given, **flags}), name=name)


def _table(file: Path) -> Mapping[str, object]:
    try:
        content = tomllib.loads(file.read_bytes().decode())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingsError(f"{FILE}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise SettingsError(f"{FILE}: not valid TOML: {error}") from error
    tool = content.get("tool", {})
    table = tool.get("stairway", {}) if isinstance(tool, dict) else tool
    if not isinstance(table, dict):
        raise SettingsError(f"{FILE}: [tool.stairway] must be a table, found {_found(table)}")
    return table


def _nearest(name: str, keys: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, [*keys, "projects"], n=1, cutoff=0.5)
    if near:
        return f'; did you mean "{near[0]}"?'
    return f"; it has {', '.join(keys)}"


def _parse(kind: Kind, text: str, where: str) -> object:
    try:
        value = kind.parse(text)
    except ValueError:
        value = text
    return _read(kind, value, where)


def _read(kind: Kind, value: object, where: str) -> object:
    if not kind.accepts(value):
        raise SettingsError(f"{where} must be {kind.expected}, found {_found(value)}")
    return kind.keep(value)


def _found(value: object) -> str:
    if isinstance(value, str):
        return f'"{hide_passwords(value)}"'
    if isinstance(value, bool | int | float):
        return show(value)
    if isinstance(value, list | dict):
        return f"a {'list' if isinstance(value, list) else 'table'}: {show(value) or 'empty'}"
    return f"a {type(value).__name__}: {value}"
