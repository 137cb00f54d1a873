"""What the user asked for: `[tool.stairway]` of pyproject.toml, overridden by `--stairway-*` flags.

Each field of `Settings` that is a key is described once, here; flags are built and documentation is tested from `KEYS`.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any, Literal

from pytest_stairway.setting_kinds import (
    ATTRIBUTES,
    BOOLEAN,
    DATABASES,
    DRIVERNAME,
    HEADS,
    LIMIT,
    REASONS,
    SECONDS,
    SERVER_URL,
    SEVERITY_OF_CODES,
    START,
    TEXT,
    TEXTS,
    VARIABLES,
    WAIVERS,
    Kind,
    Start,
    one_of,
)

FILE = "pyproject.toml"


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
        one_of("engine", "connection"), None, 'what to put into config.attributes["connection"] for env.py'
    )
    attributes: tuple[tuple[str, str | float], ...] = _key(
        ATTRIBUTES, (), "what else to put into config.attributes for env.py and the migrations"
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
        one_of("required", "optional", "none"), "required", "whether revisions must have a downgrade", flag=True
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
SERVER_KEYS = frozenset({"url", "url_is_disposable", "server", "image", "server_variables", "start_timeout"})
"""What holds for all projects of a run: one server serves them."""
REPORT_KEYS = ("markdown", "sarif", "json", "codequality", "html")
"""The reports that are written to files: one of each, of all projects."""
