"""What the user asked for: `[tool.stairway]` of pyproject.toml, overridden by `--stairway-*` flags.

Each field of `Settings` that is a key is described once, here; flags are built and documentation is tested from `KEYS`.
"""

from __future__ import annotations

import dataclasses
import difflib
import math
import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from pytest_stairway.errors import SettingsError
from pytest_stairway.passwords import hide_password_of_url, hide_passwords

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

FILE = "pyproject.toml"
WAIVER = ("code", "object", "reason")
OFF = "off"
SEVERITIES = ("error", "warning", OFF)
CREATE_ALL = "create_all"


@dataclass(frozen=True, slots=True)
class Start:
    """Where the history begins: what counts as applied, and what makes the schema that goes with it.

    `schema` is `CREATE_ALL`, "package.module:function", or the path of an SQL dump.
    """

    revisions: tuple[str, ...]
    schema: str

    @classmethod
    def of(cls, table: Mapping[str, str | list[str]]) -> Start:
        revision, schema = table["revision"], str(table["schema"])
        return cls((revision,) if isinstance(revision, str) else tuple(revision), schema)

    @property
    def named(self) -> str:
        return ", ".join(self.revisions)

    @property
    def is_function(self) -> bool:
        return re.fullmatch(r"\w+(\.\w+)*:\w+", self.schema) is not None

    def __str__(self) -> str:
        return f"{self.named} by {self.schema}"


SYSTEM_DATABASES = frozenset({"information_schema", "mysql", "performance_schema", "sys"})


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of value. `keep` freezes a value that was accepted; `parse` reads a flag's text, or raises ValueError.

    `show` gives the text of a value, passwords hidden; `is_secret` keeps the value out of the settings' own repr.
    """

    expected: str
    accepts: Callable[[object], bool]
    keep: Callable[[Any], object] = lambda value: value
    parse: Callable[[str], object] = str
    show: Callable[[Any], str] = lambda value: _show(value)  # noqa: PLW0108 - it is defined below
    is_secret: bool = False


def _one_of(*words: str) -> Kind:
    quoted = [f'"{word}"' for word in words]
    return Kind(f"{', '.join(quoted[:-1])} or {quoted[-1]}", lambda value: value in words)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and _is_whole(value) and value >= 1


def _is_seconds(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value > 0


def _is_limit(value: object) -> bool:
    return _is_seconds(value) or (isinstance(value, int | float) and value == 0 and not isinstance(value, bool))


def _are_texts(value: object) -> bool:
    return isinstance(value, list | tuple) and all(map(_is_text, value))


def _are_variables(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(item, str) or _is_whole(item) for item in value.values())


def _are_severities(value: object) -> bool:
    return isinstance(value, dict) and all(item in SEVERITIES for item in value.values())


def _are_waivers(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(row, dict) and {"code"} <= set(row) <= set(WAIVER) and all(map(_is_text, row.values()))
        for row in value
    )


def _are_databases(value: object) -> bool:
    return isinstance(value, list | tuple) and all(
        isinstance(name, str) and name and name.casefold() not in SYSTEM_DATABASES for name in value
    )


def _are_reasons(value: object) -> bool:
    return isinstance(value, dict) and all(
        name and isinstance(reason, str) and reason.strip() for name, reason in value.items()
    )


def _is_start(value: object) -> bool:
    if not isinstance(value, dict) or value.keys() != {"revision", "schema"}:
        return False
    revision = value["revision"]
    named = [revision] if isinstance(revision, str) else revision
    return _are_texts(named) and bool(named) and _is_text(value["schema"])


def _is_drivername(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"(mysql|mariadb)(\+\w+)?", value) is not None


TEXT = Kind("text", _is_text)
SERVER_URL = Kind("text", _is_text, show=hide_password_of_url, is_secret=True)
BOOLEAN = Kind("true or false", lambda value: isinstance(value, bool))
PER_BRANCH: Literal["per-branch"] = "per-branch"
HEADS = Kind(
    f'a whole number of at least 1 or "{PER_BRANCH}"',
    lambda value: value == PER_BRANCH or _is_count(value),
    parse=lambda text: text if text == PER_BRANCH else int(text),
)
SECONDS = Kind("a number of seconds above 0", _is_seconds, parse=float)
LIMIT = Kind("a number of seconds, or 0 for no limit", _is_limit, parse=float)
TEXTS = Kind("a list of texts", _are_texts, keep=tuple)
VARIABLES = Kind("a table of texts and whole numbers", _are_variables, keep=lambda table: tuple(table.items()))
SEVERITY_OF_CODES = Kind(
    'a table of codes, each "error", "warning" or "off"', _are_severities, keep=lambda table: tuple(table.items())
)
WAIVERS = Kind(
    "a list of tables of code, object and reason",
    _are_waivers,
    keep=lambda rows: tuple(tuple(row.items()) for row in rows),
    show=lambda rows: f"{len(rows)} in all",
)
DATABASES = Kind("a list of names, none of them of a database of the server itself", _are_databases, keep=tuple)
REASONS = Kind(
    'a table of patterns with the reason of each ("legacy_*" = "owned by the billing service")',
    _are_reasons,
    keep=lambda table: tuple(table.items()),
)
START = Kind('a table such as { revision = "0007", schema = "create_all" }', _is_start, keep=Start.of)
DRIVERNAME = Kind('a drivername such as "mysql+asyncmy"', _is_drivername)


@dataclass(frozen=True, slots=True)
class Key:
    """One key of `[tool.stairway]`; `flag` is its option on the command line, None where it has none."""

    name: str
    kind: Kind
    default: object
    help: str
    flag: str | None


def _key(kind: Kind, default: object, help_: str, *, flag: bool = False) -> Any:
    return field(default=default, repr=not kind.is_secret, metadata={"kind": kind, "help": help_, "flag": flag})


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force. `sources` names where each one that was given came from.

    `projects` are those that `[[tool.stairway.projects]]` lists, each with its `name` and its own settings.
    """

    config: str | None = _key(TEXT, None, "path of alembic.ini or pyproject.toml", flag=True)
    section: str = _key(TEXT, "alembic", "section of alembic.ini, as `alembic -n`", flag=True)
    url: str | None = _key(SERVER_URL, None, "URL of a server to make scratch databases on", flag=True)
    url_is_disposable: bool = _key(BOOLEAN, default=False, help_="the whole server at the URL may be used", flag=True)
    server: str = _key(TEXT, "auto", 'what to start: "auto", "local", "mysql:8.4" or another image', flag=True)
    image: str = _key(TEXT, "mysql:8.4", 'the image that "auto" starts')
    server_variables: tuple[tuple[str, str | int], ...] = _key(
        VARIABLES, (), "system variables of a server started here"
    )
    start_timeout: float = _key(SECONDS, 120, "how long a server may take to start, in seconds")
    driver: str | None = _key(DRIVERNAME, None, 'drivername of the URL that env.py gets ("mysql+asyncmy")', flag=True)
    url_variables: tuple[str, ...] = _key(TEXTS, (), "environment variables in which env.py looks for the database URL")
    app: str | None = _key(TEXT, None, 'Flask application ("package:create_app"), as `flask --app`', flag=True)
    x: tuple[str, ...] = _key(TEXTS, (), 'argument for env.py ("key=value"), as `alembic -x`', flag=True)
    engines: tuple[str, ...] = _key(TEXTS, (), "the databases that env.py migrates one after another, by name")
    connection: str | None = _key(
        _one_of("engine", "connection"), None, 'what to put into config.attributes["connection"] for env.py'
    )
    start: Start | None = _key(  # noqa: RUF009 - it makes a field
        START, None, "the revision that the history starts from, and what makes its schema"
    )
    installed_by: str | None = _key(
        TEXT, None, 'what installs new databases, to be compared with migrated ones ("create_all")'
    )
    base: str | None = _key(TEXT, None, 'branch that a change is to go to ("origin/main")', flag=True)
    all: bool = _key(BOOLEAN, default=False, help_="judge revisions that the base has as those that are new", flag=True)
    baseline: str | None = _key(TEXT, None, "file of findings that fail nothing", flag=True)
    baseline_write: bool = _key(BOOLEAN, default=False, help_="write what is found to the baseline", flag=True)
    heads: int | Literal["per-branch"] = _key(
        HEADS, 1, 'how many heads the history is meant to have, or "per-branch": one for each branch label', flag=True
    )
    branch: str | None = _key(TEXT, None, "branch label; only this branch is verified, with what it needs", flag=True)
    downgrade: str = _key(
        _one_of("required", "optional", "none"), "required", "whether revisions must have a downgrade", flag=True
    )
    column_order: bool = _key(BOOLEAN, default=False, help_="whether the order of columns counts")
    only_in_database: tuple[tuple[str, str], ...] = _key(
        REASONS, (), "patterns of what only the database is meant to have, with reasons"
    )
    databases: tuple[str, ...] = _key(
        DATABASES, (), "databases beside the project's own that migrations work in; made empty for each walk"
    )
    lock_timeout: float = _key(SECONDS, 10, "how long a migration may wait for a lock, in seconds", flag=True)
    step_timeout: float = _key(LIMIT, 300, "how long a step may run, in seconds; 0 is no limit", flag=True)
    severity: tuple[tuple[str, str], ...] = _key(SEVERITY_OF_CODES, (), 'code to "error", "warning" or "off"')
    waivers: tuple[tuple[tuple[str, str], ...], ...] = _key(
        WAIVERS, (), "findings that are allowed, each with a code, an object and a reason"
    )
    markdown: str | None = _key(TEXT, None, "file to write a Markdown report to, for a pull request", flag=True)
    sarif: str | None = _key(TEXT, None, "file to write the findings to as SARIF 2.1.0", flag=True)
    json: str | None = _key(TEXT, None, "file to write the whole report to as JSON", flag=True)
    codequality: str | None = _key(TEXT, None, "file to write the findings to as GitLab Code Quality", flag=True)
    html: str | None = _key(TEXT, None, "file to write a page to: graph, statements, findings", flag=True)
    name: str = ""
    projects: tuple[Settings, ...] = ()
    sources: tuple[tuple[str, str], ...] = field(default=(), compare=False)

    def source(self, name: str) -> str | None:
        """Return the file or flag that the value of `name` came from, None for a default."""
        return dict(self.sources).get(name)

    def in_force(self) -> tuple[str, ...]:
        """Return what differs from the defaults and where it came from, passwords hidden."""
        given = [
            f"{key.name}={key.kind.show(getattr(self, key.name))} ({self.source(key.name)})"
            for key in KEYS
            if getattr(self, key.name) != key.default
        ]
        listed = [f"projects={', '.join(project.name for project in self.projects)} ({FILE})"] if self.projects else []
        return (*given, *listed)


KEYS: tuple[Key, ...] = tuple(
    Key(
        name=item.name,
        kind=item.metadata["kind"],
        default=item.default,
        help=item.metadata["help"],
        flag=f"--stairway-{item.name.replace('_', '-')}" if item.metadata["flag"] else None,
    )
    for item in dataclasses.fields(Settings)
    if item.metadata
)
_BY_NAME = {key.name: key for key in KEYS}
SERVER_KEYS = frozenset({"url", "url_is_disposable", "server", "image", "server_variables", "start_timeout"})
"""What holds for all projects of a run: one server serves them."""
REPORT_KEYS = ("markdown", "sarif", "json", "codequality", "html")
"""The reports that are written to files: one of each, of all projects."""
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
        return _show(value)
    if isinstance(value, list | dict):
        return f"a {'list' if isinstance(value, list) else 'table'}: {_show(value) or 'empty'}"
    return f"a {type(value).__name__}: {value}"


def _show(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        value = tuple(value.items())
    if isinstance(value, list | tuple):
        return ", ".join("=".join(map(str, item)) if isinstance(item, tuple) else _show(item) for item in value)
    return hide_passwords(str(value))
