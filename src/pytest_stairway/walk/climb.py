"""One run of env.py on one database: single steps, each watched and described, whatever it does."""

from __future__ import annotations

import contextlib
import functools
import time
from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic.runtime.migration import MigrationContext, MigrationStep, RevisionStep

from pytest_stairway.errors import ProjectError, StairwayError, own_failure
from pytest_stairway.findings import Location
from pytest_stairway.schema.ask import Asker
from pytest_stairway.servers.database import connect
from pytest_stairway.walk import drivers
from pytest_stairway.walk.failure import Failure, Statement
from pytest_stairway.walk.likeness import Pattern
from pytest_stairway.walk.observer import Observer, State
from pytest_stairway.walk.other_databases import read_others
from pytest_stairway.walk.overrun import TimeLimitError
from pytest_stairway.walk.postmortem import CONNECTIONS_LOST, refuse_dead_server
from pytest_stairway.walk.record import Direction, Leak, Step, Versions
from pytest_stairway.walk.recorder import Recorder, server_error
from pytest_stairway.walk.session_state import SessionState, kept_from_versions
from pytest_stairway.walk.version_hooks import tell_failing_hooks
from pytest_stairway.walk.version_table import VersionTable

if TYPE_CHECKING:
    import pymysql
    from alembic.script import ScriptDirectory

    from pytest_stairway.history.revisions import History
    from pytest_stairway.walk.environment import Environment
    from pytest_stairway.walk.time_limit import TimeLimit

Steps = Generator[MigrationStep, None, None]
"""Steps for `MigrationContext.run_migrations`, which applies each one before it asks for the next."""


@dataclass
class _Running:
    """A step while Alembic runs it: the migration, then its own update of the version table."""

    revision: str
    direction: Direction
    statements: list[Statement] = field(default_factory=list)
    failure: Failure | None = None
    leaks: tuple[Leak, ...] = ()
    began: float = field(default_factory=time.perf_counter)

    @property
    def name(self) -> str:
        return f"{self.direction} of {self.revision}"


class Climb:
    """Runs steps in the migration context of one run of env.py; `known` and `everything` are the observer's."""

    def __init__(
        self, environment: Environment, history: History, database: str, known: State | None, *, everything: bool
    ) -> None:
        self._history = history
        self._project = environment.project
        self._server = environment.server
        self._database = database
        self._known = known
        self._others = environment.settings.databases
        self._everything = everything
        self._running: _Running | None = None
        self._last: _Running | None = None
        self._connection: pymysql.Connection[Any] | None = None
        self._exits = contextlib.ExitStack()

    def run(  # noqa: PLR0913, PLR0917 - what a run consists of, in order
        self,
        context: MigrationContext,
        limit: TimeLimit,
        beginning: Iterable[MigrationStep],
        below: Iterable[str],
        applied: Collection[str],
        steps: Callable[[], Steps],
    ) -> Iterator[MigrationStep]:
        """Bring the database to where the last run ended, by upgrades only, and go on with `steps`.

        `beginning` brings it to where the history starts; the revisions `below` are in it then, without being run.

        Raises:
            ServerError: the server is gone.
            ProjectError: an upgrade that ran before does not run again.
            StairwayError: an exception of our own, which must not pass for one of env.py's.
        """
        script: ScriptDirectory = context.opts["script"]
        self._context, self._script, self._limit = context, script, limit
        self._versions = VersionTable(context, self._history)
        tell_failing_hooks(context, self._project)
        try:
            sessions = limit.surroundings.sessions
            with self._exits:
                self._recorder = self._exits.enter_context(Recorder(sessions, self._database, self._server))
                self._session = SessionState(self._versions.connection, self._database, sessions)
                yield from beginning
                for revision in below:
                    self._versions.applied.add(revision)
                self._observer = self._observe()
                self._recorder.take_alembics()  # they came before what the observer has seen
                if applied:
                    yield from self._replay_all(applied)
                yield from steps()
        except StairwayError:
            raise
        except Exception as error:  # Alembic throws nothing into a generator: it is ours
            self._refuse_dead_server(*server_error(error))
            raise own_failure(error) from error

    def _observe(self) -> Observer:
        with drivers.opening():
            self._connection = connect(self._server.address, self._database)
        ignored = frozenset({self._context.version_table})
        question = self._versions.question
        place = (self._context.version_table_schema, self._context.version_table)
        others = functools.partial(read_others, self._server, self._others, self._database, place)
        flavor = self._server.flavor
        return Observer(
            self._connection, self._database, flavor, ignored, question, self._everything, others, known=self._known
        )

    @property
    def state(self) -> State:
        return self._observer.state

    def look_at_everything(self) -> State:
        return self._observer.look_at_everything()

    def disregard_others(self) -> None:
        self._observer.disregard_others()

    def pattern(self) -> Pattern | None:
        """Give what another database can be made like; None where not all that it has is in it, and committed."""
        if self._others or self._versions.in_outer_transaction or self._context.version_table_schema is not None:
            return None
        return Pattern(self._database, self._observer.look_again(), self._context.version_table)

    def left(self) -> State:
        """Say what is in the database after env.py has ended, which may have gone on after the last step."""
        self._observer.look(())
        return self._observer.look_again()

    def versions_committed(self) -> Versions:
        """Read the version table after env.py has ended."""
        assert self._connection is not None  # noqa: S101 - opened by `run`
        (answer,) = Asker(self._connection).ask([self._versions.question])
        return self._versions.committed(answer)

    def close(self) -> None:
        self._exits.close()  # where env.py's thread had to be left to itself
        if self._connection is not None:
            self._connection.close()

    def can_go_down(self, revision: str) -> bool:
        return hasattr(self._script.get_revision(revision).module, "downgrade")

    def step(self, revision: str, direction: Direction) -> Generator[MigrationStep, None, Step]:
        """Run one upgrade or downgrade and describe it."""
        self._running = running = _Running(revision, direction)
        yield self._watched(running)
        self._running, self._last = None, running
        self._count(revision, direction)
        seconds = time.perf_counter() - running.began
        versions = self._versions.read_open_transaction()
        running.leaks = self._session.settle(running.statements)
        return self._describe(running, versions, seconds, self._fetch)

    def record_as_applied(self, revision: str) -> Steps:
        """Have Alembic write the version of an upgrade whose effect is there, without running it."""
        step = self._revision_step(revision, Direction.UPGRADE)
        step.migration_fn = lambda **_: None
        yield step
        self._count(revision, Direction.UPGRADE)

    def interrupted(self, error: StairwayError) -> Step | None:
        """Describe the step after which Alembic itself raised `error`: it could not update its version table.

        None where no step was running, or the error is not Alembic's.
        """
        running, cause = self._running, error.__cause__
        if running is not None and isinstance(error, TimeLimitError) and error.overrun is not None:
            running.failure = running.failure or self._recorder.late(error.overrun, running.revision)
            return self._describe(running, Versions((), ()), time.perf_counter() - running.began)
        if running is None or cause is None or not isinstance(error, ProjectError):
            return None
        errno, text = self._recorder.server_error(cause)
        self._refuse_dead_server(errno, text)
        versions = Versions((), (), error=text)
        running.leaks = kept_from_versions(running.statements, errno)
        if running.failure is not None:  # the migration's own failure is the cause: it lost the connection, say
            versions = Versions((), ())
        elif running.direction is Direction.UPGRADE:
            running.failure = Failure(text, Location(revision=running.revision))
        return self._describe(running, versions, time.perf_counter() - running.began)

    def _replay_all(self, revisions: Iterable[str]) -> Steps:
        statements: list[Statement] = []
        for revision in revisions:
            statements += yield from self._replay(revision)
        self._observer.look(statements, self._recorder.take_alembics(), self._fetch, self._sent)

    def _replay(self, revision: str) -> Generator[MigrationStep, None, list[Statement]]:
        running = _Running(revision, Direction.UPGRADE)
        yield self._watched(running)
        if running.failure is not None:
            raise ProjectError(
                f"the upgrade of {revision} ran, and fails when it is run again on a new database",
                tried=(running.failure.error,),
                fix=("let it depend on nothing that an earlier run leaves behind outside the database",),
            )
        self._count(revision, Direction.UPGRADE)
        self._versions.read_open_transaction()
        self._session.settle(running.statements)
        return running.statements

    def _count(self, revision: str, direction: Direction) -> None:
        if direction is Direction.UPGRADE:
            self._versions.applied.add(revision)
        else:
            self._versions.applied.remove(revision)

    def _describe(
        self,
        running: _Running,
        versions: Versions | None,
        seconds: float,
        fetch: Callable[[str], list[Any]] | None = None,
    ) -> Step:
        """Look at what the step left behind; `versions` are given where they are not those committed."""
        statements = tuple(running.statements)
        before = self.state
        after = self._observer.look(statements, self._recorder.take_alembics(), fetch, self._sent)
        return Step(
            running.revision,
            running.direction,
            statements,
            before.schema,
            after.schema,
            versions or self._versions.committed(after.versions),
            seconds,
            running.failure,
            running.leaks,
        )

    @property
    def _sent(self) -> int:
        return self._recorder.sent + self._session.asked

    def _watched(self, running: _Running) -> RevisionStep:
        """Make a step whose statements are recorded, and whose exception is kept instead of raised.

        Alembic then updates the version table as if it had succeeded, which keeps the heads of all lines right.
        """
        step = self._revision_step(running.revision, running.direction)
        original = step.migration_fn

        def migration(**kwargs: Any) -> None:
            with self._recorder.step(running.statements):
                error, overrun = self._limit.call(functools.partial(original, **kwargs))
                if isinstance(error, StairwayError):
                    raise error
                if overrun is not None:
                    running.failure = self._recorder.late(overrun, running.revision)
                elif error is not None:
                    running.failure = self._recorder.failure(error, running.revision)
            if running.failure is not None:
                self._refuse_dead_server(running.failure.errno, running.failure.error)
                if not self._versions.in_outer_transaction:
                    self._session.roll_back()

        step.migration_fn = migration
        return step

    def _revision_step(self, revision: str, direction: Direction) -> RevisionStep:
        script = self._script.get_revision(revision)
        vars(script.module).setdefault("upgrade", _missing_upgrade)  # without one Alembic raises before the step begins
        return RevisionStep(self._script.revision_map, script, direction is Direction.UPGRADE)

    def _refuse_dead_server(self, errno: int | None, text: str) -> None:
        """See whether the server is still there.

        Raises:
            ServerError: it is not; names the step and its last statement.
        """
        if self._running is not None and errno not in CONNECTIONS_LOST and self._observer.is_answered():
            return
        when, last = "before the first migration", ""
        if self._running is not None:
            when = f"while the {self._running.name} was running"
            for sent in self._running.statements[-1:]:
                last = f"{self._label(sent.location)}: {' '.join(sent.sql.split())}"
        elif self._last is not None:
            when = f"after the {self._last.name}, while its result was read"
        refuse_dead_server(self._server, when, text, errno=errno, last=last)

    def _label(self, location: Location) -> str:
        return f"{self._project.label(Path(location.path))}:{location.line}" if location.path else str(location)

    @property
    def _fetch(self) -> Callable[[str], list[Any]] | None:
        """Give what reads on env.py's own connection, where no other one sees what it has done."""
        return self._fetch_inside if self._versions.in_outer_transaction else None

    def _fetch_inside(self, sql: str) -> list[Any]:
        return [tuple(row) for row in self._versions.connection.exec_driver_sql(sql.replace("%", "%%"))]


def _missing_upgrade() -> None:
    raise AttributeError("the file has no function upgrade(), so Alembic stops with this as well")
