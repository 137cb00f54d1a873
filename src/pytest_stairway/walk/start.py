"""Where a history begins that does not begin with nothing: revisions that have been, and the schema that they left.

`[tool.stairway.start]` names both. The schema is loaded into each new database of a walk, Alembic itself writes the
version rows, and what is verified begins above. What is below is never run, neither up nor down.
"""

from __future__ import annotations

import contextlib
import importlib
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pymysql

from pytest_stairway.errors import ProjectError, StairwayError
from pytest_stairway.history.graph import ancestors
from pytest_stairway.servers.database import connect, own_engine, sqlalchemy_url
from pytest_stairway.setting_kinds import CREATE_ALL, Start
from pytest_stairway.walk.applied import AppliedRevisions
from pytest_stairway.walk.dump_file import DumpedStatement, read_dump
from pytest_stairway.walk.models import NO_METADATA
from pytest_stairway.walk.recorder import server_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from alembic.runtime.migration import MigrationContext, MigrationStep
    from alembic.script import ScriptDirectory

    from pytest_stairway.history.revisions import History
    from pytest_stairway.walk.environment import Environment
    from pytest_stairway.walk.models import ModelsSource

_TABLE = "[tool.stairway.start]"
_LOADING_SECONDS = 3600
"""How long one statement of a dump may take."""


@dataclass(frozen=True, slots=True)
class StartingPoint:
    """What a walk finds: `below` are the revisions that count as applied, in order, `heads` their version rows."""

    below: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    given: Start | None = None

    def prepare(self, environment: Environment, database: str) -> Callable[[], None] | None:
        """Load the dump into a new database; give what is to be called inside the run of env.py, before env.py.

        Raises:
            ProjectError: the dump cannot be read or loaded.
        """
        if self.given is None or self.given.schema == CREATE_ALL:
            return None
        if self.given.is_function:
            function = self.given.schema
            return lambda: _call(function, environment, database)
        _load(environment.project.root / self.given.schema, self.given.schema, environment, database)
        return None

    def steps(
        self, context: MigrationContext, models: ModelsSource, environment: Environment, database: str
    ) -> Iterator[MigrationStep]:
        """Create the models where they are the schema, and have Alembic write the version rows if there are none yet.

        Raises:
            ProjectError: the models cannot be created, or the rows that are there name other revisions.
        """
        if self.given is None:
            return
        self.create_models(models, environment, database)
        script: ScriptDirectory = context.opts["script"]
        found = tuple(sorted(context.get_current_heads()))
        if found and found != self.heads:
            raise _of_other_revisions(found, self.given, context.version_table)
        if not found and self.heads:
            yield from script._stamp_revs(self.heads, ())  # noqa: SLF001 - what `alembic stamp` calls

    def create_models(self, models: ModelsSource, environment: Environment, database: str) -> None:
        """Create the models where they are the schema.

        Raises:
            ProjectError: they cannot be created.
        """
        if self.given is not None and self.given.schema == CREATE_ALL:
            _create(models, environment, database)


def starting_point(start: Start | None, history: History) -> StartingPoint:
    """Find the revisions that a start names; without one, the history starts from nothing.

    Raises:
        ProjectError: it names none, or leaves open what is applied of another line of the history.
    """
    if start is None:
        return StartingPoint()
    parents = {revision.id: revision.parents for revision in history.revisions}
    named = [_revision(name, history) for name in start.revisions if name != "base"]
    below = {each for name in named for each in ancestors(parents, name)}
    if named and len(start.revisions) == 1:
        _refuse_several_bases(named[0], below, history)
    applied = AppliedRevisions(history)
    ordered = tuple(revision.id for revision in history.revisions if revision.id in below)
    for each in ordered:
        applied.add(each)
    return StartingPoint(ordered, applied.heads(), start)


def _revision(name: str, history: History) -> str:
    """Find a revision by its id, the beginning of one, or a branch label, as Alembic does."""
    if history.get(name) is not None:
        return name
    found = [
        revision.id for revision in history.revisions if revision.id.startswith(name) or name in revision.branch_labels
    ]
    if len(found) == 1:
        return found[0]
    what = f"which begins {len(found)} ids" if found else "and there is no such revision"
    raise ProjectError(
        f'{_TABLE} starts from revision "{name}", {what}',
        tried=(", ".join(found[:5]),),
        fix=('name an id that `alembic history` lists, or "base" for a schema that no revision made',),
    )


def _refuse_several_bases(revision: str, below: set[str], history: History) -> None:
    open_ = [base.id for base in history.bases if base.id not in below]
    if open_:
        raise ProjectError(
            f'{_TABLE} starts from revision "{revision}", which leaves open what is applied of other lines',
            tried=(f"bases that it does not follow: {', '.join(open_)}",),
            fix=(
                f'name a revision of each line that has begun: revision = ["{revision}", "{open_[0]}"]',
                f'or begin the others with nothing: revision = ["{revision}", "base"]',
            ),
        )


def _of_other_revisions(found: tuple[str, ...], given: Start, version_table: str) -> ProjectError:
    return ProjectError(
        f"the schema that the walk starts from is at {', '.join(found)}, and {_TABLE} says {given.named}",
        tried=(f"the rows of {version_table} that {given.schema} left",),
        fix=(f"write revision = {_as_toml(found)}, or take the schema as it was at {given.named}",),
    )


def _as_toml(revisions: tuple[str, ...]) -> str:
    texts = ", ".join(f'"{revision}"' for revision in revisions)
    return texts if len(revisions) == 1 else f"[{texts}]"


def _create(models: ModelsSource, environment: Environment, database: str) -> None:
    fix = f'or take a schema that was dumped: schema = "start.sql" in {_TABLE}'
    if not any(metadata.tables for metadata in models.metadatas):
        raise ProjectError(
            "there are no models, and create_all is to make the schema",
            tried=(NO_METADATA if not models.metadatas else "target_metadata in env.py has no tables",),
            fix=("import the models in env.py and pass their metadata as target_metadata", fix),
        )
    failure = models.create_into(environment.server, database)
    if failure is not None:
        raise ProjectError(
            f"the models cannot be created on {environment.server.flavor}: {failure.error}",
            tried=(" ".join(failure.statement.split()) if failure.statement else "",),
            fix=("let create_all run on an empty database first", fix),
        )


def _load(path: Path, label: str, environment: Environment, database: str) -> None:
    statements = read_dump(path, label)
    server = environment.server
    address = server.walk_address
    with (
        contextlib.closing(connect(address, database, read_timeout=_LOADING_SECONDS)) as connection,
        connection.cursor() as cursor,
    ):
        for statement in statements:
            try:
                cursor.execute(statement.sql)  # type: ignore[call-overload] # it takes bytes as they are
            except pymysql.MySQLError as error:
                place = f"{label}:{statement.line}"
                raise _refused(statement, place, server_error(error)[1], str(server.flavor)) from error


def _refused(statement: DumpedStatement, place: str, error: str, flavor: str) -> ProjectError:
    sql = " ".join(statement.sql.decode(errors="replace").split())
    return ProjectError(
        f"the dump {place.rpartition(':')[0]} cannot be loaded on {flavor}: {error}",
        tried=(f"{place}: {sql[:400]}{'...' if len(sql) > 400 else ''}",),  # noqa: PLR2004 - enough to recognise
        fix=("correct the statement there, or dump the database from a server like this one",),
    )


def _call(path: str, environment: Environment, database: str) -> None:
    """Call the project's function with a connection to the database, and commit what it did."""
    function = _function(path)
    url = sqlalchemy_url(environment.server.walk_address, database)
    engine = own_engine(environment.server.walk_address, url, future=True)
    try:
        with engine.connect() as connection:
            function(connection)
            connection.commit()
    except StairwayError:
        raise
    except (Exception, SystemExit) as error:
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames[1:] if "site-packages" not in frame.filename][-1:]
        raise ProjectError(
            f"{path}, which makes a schema for the walk, raised {server_error(error)[1]}",
            tried=tuple(f"{environment.project.label(Path(at.filename))}:{at.lineno}: {at.line}" for at in own),
            fix=("let it work on an empty database, with the connection that it is given",),
        ) from error
    finally:
        engine.dispose()


def _function(path: str) -> Callable[[object], object]:
    module, _, name = path.partition(":")
    try:
        found = getattr(importlib.import_module(module), name)
    except (Exception, SystemExit) as error:
        raise ProjectError(
            f"{path}, which makes a schema for the walk, cannot be imported",
            tried=(f"{type(error).__name__}: {error}",),
            fix=('name a function that takes a connection: "package.module:function"',),
        ) from error
    if not callable(found):
        raise ProjectError(
            f"{path}, which is to make a schema for the walk, is no function",
            tried=(f"it is of type {type(found).__name__}",),
            fix=('name a function that takes a connection: "package.module:function"',),
        )
    return cast("Callable[[object], object]", found)
