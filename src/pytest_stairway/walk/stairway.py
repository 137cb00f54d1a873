"""The walk: every revision up, down and up again, in topological order, in as few runs of env.py as possible."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import Any

import pymysql
from alembic.runtime.migration import MigrationContext, MigrationStep, RevisionStep
from alembic.script import Script, ScriptDirectory

from pytest_stairway.errors import ServerError, StairwayError
from pytest_stairway.findings import Location
from pytest_stairway.history.revisions import History
from pytest_stairway.schema.diff import ROUND_TRIP, changes
from pytest_stairway.schema.model import Schema
from pytest_stairway.schema.tokens import quote_identifier
from pytest_stairway.servers.database import connect, create_database, drop_database
from pytest_stairway.walk import drivers
from pytest_stairway.walk.applied import AppliedRevisions
from pytest_stairway.walk.environment import Environment, revision_files
from pytest_stairway.walk.models import ModelsSource
from pytest_stairway.walk.observer import Observer, State
from pytest_stairway.walk.record import Direction, Failure, Record, Step, Versions, Visit
from pytest_stairway.walk.recorder import Recorder, server_error
from pytest_stairway.walk.rows import losses

SERVER_GONE = frozenset({2006, 2013, 2055})  # CR_SERVER_GONE_ERROR, CR_SERVER_LOST, CR_SERVER_LOST_EXTENDED

Steps = Generator[MigrationStep, None, None]


def walk(environment: Environment, history: History, progress: Callable[[int, str], None] = lambda *_: None) -> Record:
    """Walk the whole history. `progress` is called with the number of a revision, from 1, and its id.

    Raises:
        ServerError: the server died; names the revision and the server's last words.
        EnvironmentRefused, ProjectError: env.py cannot be run.
    """
    began = time.perf_counter()
    stairway = Stairway(environment, history, progress)
    stairway.climb()
    if not stairway.kept_picture_holds:
        stairway = Stairway(environment, history, progress, everything=True)
        stairway.climb()
    models, unavailable = stairway.models.build(environment, stairway.schema)
    server = environment.server
    return Record(
        origin=server.origin,
        flavor=server.flavor,
        visits=tuple(stairway.visits.values()),
        migrated=stairway.schema,
        committed=stairway.committed,
        models=models,
        models_unavailable=unavailable,
        output="".join(environment.output),
        seconds=time.perf_counter() - began,
    )


@dataclass
class Stairway:
    """One walk. `visits` grows by a revision at a time; a run of env.py ends early where the database must be rebuilt.

    What cannot be kept right in one run is rebuilt *by running migrations* on a new database: a schema restored from
    SHOW CREATE TABLE turns the server's implicit foreign-key indexes into explicit ones and hides error 1553.
    """

    environment: Environment
    history: History
    progress: Callable[[int, str], None]
    everything: bool = False
    visits: dict[str, Visit] = field(default_factory=dict)
    models: ModelsSource = field(default_factory=ModelsSource)
    schema: Schema = field(init=False)
    committed: Versions = field(init=False)
    kept_picture_holds: bool = True

    def climb(self) -> None:
        while True:
            database = create_database(self.environment.server)
            climb = _Climb(self, database)
            try:
                self.environment.run(database, climb.plan)
                self.committed = climb.committed_versions()
            except StairwayError as error:
                climb.raise_if_server_died(error)
                if not climb.ended_in_version_update(error):
                    raise
            finally:
                climb.close()
                with contextlib.suppress(Exception):  # a dead server has nothing left to drop
                    drop_database(self.environment.server, database)
            if climb.finished:
                return

    def blocked_by(self, revision: str) -> str | None:
        """Give the revision whose failed upgrade keeps this one from being walked."""
        needed = self.history.get(revision)
        for parent in needed.parents if needed is not None else ():
            visit = self.visits.get(parent)
            if visit is not None and (visit.blocked or (visit.up is not None and visit.up.failure)):
                return visit.blocked or parent
        return None

    def applied(self) -> list[str]:
        return [name for name, visit in self.visits.items() if visit.up is not None and visit.up.failure is None]


class _Climb:
    """One run of env.py on one database."""

    def __init__(self, stairway: Stairway, database: str) -> None:
        self._stairway = stairway
        self._settings = stairway.environment.settings
        self._server = stairway.environment.server
        self._database = database
        self._connection: Any = None
        self._current: Step | None = None
        self._again: list[Any] = []
        self._applied = AppliedRevisions(stairway.history)
        self.finished = False
        self.rebuild = False

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def committed_versions(self) -> Versions:
        """Read the version table after env.py has ended, as the next deploy will find it."""
        table = ".".join(
            quote_identifier(name)
            for name in (self._context.version_table_schema, self._context.version_table)
            if name is not None
        )
        with self._connection.cursor() as cursor:
            try:
                cursor.execute(f"SELECT version_num FROM {table}")
            except pymysql.MySQLError as error:
                return Versions((), self._applied.heads(), error=server_error(error)[1])
            return Versions(tuple(sorted(row[0] for row in cursor.fetchall())), self._applied.heads())

    def plan(self, context: MigrationContext) -> Iterator[MigrationStep]:
        script: ScriptDirectory = context.opts["script"]
        self._context, self._script = context, script
        self._stairway.models.take(context)
        with Recorder(revision_files(script)) as self._recorder:
            yield from self._replay()
            with drivers.opening():
                self._connection = connect(self._server.address, self._database)
            ignored = frozenset({context.version_table})
            self._observer = Observer(
                self._connection, self._database, self._server.flavor, ignored, self._stairway.everything
            )
            yield from self._visit_all()

    def _replay(self) -> Steps:
        """Bring a new database to where the last run ended: upgrades only, unobserved."""
        for name in self._stairway.applied():
            failures: list[Failure] = []
            yield self._caught(self._script.get_revision(name), Direction.UPGRADE, failures)
            self._applied.add(name)

    def _visit_all(self) -> Steps:
        stairway = self._stairway
        for number, revision in enumerate(stairway.history.revisions, 1):
            if revision.id in stairway.visits:
                continue
            blocking = stairway.blocked_by(revision.id)
            if blocking is not None:
                stairway.visits[revision.id] = Visit(revision.id, blocked=blocking)
                continue
            stairway.progress(number, revision.id)
            self.rebuild = False
            yield from self._visit(self._script.get_revision(revision.id))
            if self.rebuild:
                return
        stairway.schema = self._observer.state.schema
        stairway.kept_picture_holds = stairway.everything or self._observer.look_at_everything().schema == stairway.schema
        self.finished = True

    def _visit(self, script: Script) -> Steps:
        name = script.revision
        before = self._observer.state
        up = yield from self._step(script, Direction.UPGRADE)
        upgraded = self._observer.state
        self._stairway.visits[name] = Visit(name, up=up)
        if up.failure is not None or self._settings.downgrade == "none":
            return
        if not hasattr(script.module, "downgrade"):
            return
        down = yield from self._step(script, Direction.DOWNGRADE)
        self._stairway.visits[name] = Visit(name, up=up, down=down)
        if down.failure is not None or self._takes_nothing_back(name, up):
            yield from self._back_up(script, upgraded)
            return
        lost, unread = self._compare_rows(before, upgraded)
        again = yield from self._step(script, Direction.UPGRADE)
        self._stairway.visits[name] = Visit(name, up=up, down=down, again=again, losses=lost, unread=unread)
        self.rebuild = again.failure is not None or bool(lost) or self._differs(upgraded.schema, again.after)

    def _takes_nothing_back(self, name: str, up: Step) -> bool:
        """Tell whether the downgrade is empty though the upgrade changed the schema: a second one could only fail."""
        file = self._stairway.history.get(name)
        return file is not None and file.downgrade_is_empty and up.before != up.after

    def _back_up(self, script: Script, upgraded: State) -> Steps:
        """Go on from the upgraded state: it is still there, but for the version, or else has to be rebuilt."""
        if self._observer.state != upgraded:
            self.rebuild = True
            return
        step = RevisionStep(self._script.revision_map, script, True)  # noqa: FBT003 - Alembic's signature
        step.migration_fn = lambda **_: None  # only the version table has to go back up
        yield step
        self._applied.add(script.revision)

    def _compare_rows(self, before: State, upgraded: State) -> tuple[tuple[Any, ...], tuple[str, ...]]:
        after = self._observer.state
        unread = tuple(name for name, rows in before.rows.items() if rows.rows is None)
        return losses(before.rows, upgraded.schema, after.rows), unread

    def _differs(self, one: Schema, other: Schema) -> bool:
        return one != other and bool(changes(one, other, ROUND_TRIP, flavor=self._server.flavor))

    def _step(self, script: Script, direction: Direction) -> Generator[MigrationStep, None, Step]:
        before = self._observer.state
        failures: list[Failure] = []
        began = time.perf_counter()
        step = self._caught(script, direction, failures)
        self._current = Step(script.revision, direction, (), before.schema, before.schema, Versions((), ()), 0.0)
        yield step
        self._current = None
        seconds = time.perf_counter() - began
        if direction is Direction.UPGRADE:
            self._applied.add(script.revision)
        else:
            self._applied.remove(script.revision)
        versions = self._versions()
        statements = tuple(self._statements)
        after = self._observer.look(statements, self._fetch_inside if self._in_outer_transaction else None)
        failure = failures[0] if failures else None
        return Step(script.revision, direction, statements, before.schema, after.schema, versions, seconds, failure)

    def _caught(self, script: Script, direction: Direction, failures: list[Failure]) -> RevisionStep:
        """Make a step that records its statements, and its exception instead of raising it.

        Alembic then updates the version table as if it had succeeded, which keeps the heads of all lines right.
        """
        step = RevisionStep(self._script.revision_map, script, direction is Direction.UPGRADE)
        original = step.migration_fn

        def migration(**kwargs: Any) -> None:
            with self._recorder.step() as self._statements:
                try:
                    original(**kwargs)
                except StairwayError:
                    raise
                except Exception as error:  # a migration may raise anything
                    self._refuse_dead_server(error, script.revision)
                    failures.append(self._recorder.failure(error, script.revision))
                    self._roll_back()

        step.migration_fn = migration
        return step

    def _roll_back(self) -> None:
        """Undo what the failed migration had not committed, as the end of a real run does."""
        connection = self._context.connection
        assert connection is not None  # noqa: S101 - checked in configure()
        if not self._in_outer_transaction:
            connection.exec_driver_sql("ROLLBACK")

    def _refuse_dead_server(self, error: Exception, revision: str) -> None:
        errno, text = server_error(error)
        if errno in SERVER_GONE:
            raise self._server_died(revision, text)

    def _server_died(self, revision: str, text: str) -> ServerError:
        words = self._server.last_words()
        return ServerError(
            f"the server ended while revision {revision} was running: {text}",
            tried=(f"{self._server.origin}, {self._server.flavor}", *words),
            fix=("run the revision alone to see whether it kills the server", "look at the machine's memory and disk"),
        )

    def raise_if_server_died(self, error: StairwayError) -> None:
        if isinstance(error, ServerError) or self._current is None:
            return
        errno, text = server_error(error.__cause__) if error.__cause__ else (None, "")
        if errno in SERVER_GONE:
            raise self._server_died(self._current.revision, text) from error

    def ended_in_version_update(self, error: StairwayError) -> bool:
        """Take an exception of Alembic's between two steps: its version table no longer held what it expected."""
        step = self._current
        if step is None or error.__cause__ is None:
            return False
        versions = Versions((), (), error=server_error(error.__cause__)[1])
        failed = Step(step.revision, step.direction, tuple(self._statements), step.before, step.before, versions, 0.0)
        visit = self._stairway.visits.get(step.revision)
        if visit is None:
            blocking = Failure(versions.error or "", Location(revision=step.revision))
            failed = Step(
                step.revision, step.direction, failed.statements, step.before, step.before, versions, 0.0, blocking
            )
            self._stairway.visits[step.revision] = Visit(step.revision, up=failed)
        elif visit.down is None:
            self._stairway.visits[step.revision] = Visit(step.revision, up=visit.up, down=failed)
        else:
            self._stairway.visits[step.revision] = Visit(step.revision, up=visit.up, down=visit.down, again=failed)
        return True

    def _versions(self) -> Versions:
        """Read the version table on env.py's own connection, and see whether the row would outlive it."""
        connection = self._context.connection
        assert connection is not None  # noqa: S101 - checked in configure()
        uncommitted = connection.in_transaction() and not self._in_outer_transaction
        found = tuple(sorted(self._context.get_current_heads()))
        if uncommitted:
            connection.exec_driver_sql("COMMIT")
        return Versions(found, self._applied.heads(), uncommitted)

    @property
    def _in_outer_transaction(self) -> bool:
        return bool(self._context._in_external_transaction)  # noqa: SLF001 - nothing public tells it

    def _fetch_inside(self, sql: str) -> list[Any]:
        connection = self._context.connection
        assert connection is not None  # noqa: S101 - checked in configure()
        return [tuple(row) for row in connection.exec_driver_sql(sql.replace("%", "%%"))]
