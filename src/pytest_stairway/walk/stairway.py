"""The walk: every revision up, down and up again, in topological order, in as few runs of env.py as possible."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pymysql
from sqlalchemy.exc import SQLAlchemyError

from pytest_stairway.errors import ProjectError, StairwayError
from pytest_stairway.schema.diff import ROUND_TRIP, changes
from pytest_stairway.schema.model import Kind
from pytest_stairway.servers.database import drop_database
from pytest_stairway.walk.climb import Climb, Steps
from pytest_stairway.walk.definitions import definitions
from pytest_stairway.walk.drift import left_out, proved_drift
from pytest_stairway.walk.installed import installed
from pytest_stairway.walk.likeness import Dirty
from pytest_stairway.walk.models import ModelsSource
from pytest_stairway.walk.other_databases import other_databases
from pytest_stairway.walk.postmortem import refuse_dead_server
from pytest_stairway.walk.record import Direction, Models, Record, Step, Versions, Visit
from pytest_stairway.walk.recorder import server_error
from pytest_stairway.walk.rows import counts, losses
from pytest_stairway.walk.spare import Rebuilt, Spare
from pytest_stairway.walk.start import StartingPoint, starting_point
from pytest_stairway.walk.statements import named_in
from pytest_stairway.walk.unrestored import with_unrestored

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from alembic.runtime.migration import MigrationContext, MigrationStep

    from pytest_stairway.history.revisions import History, Revision
    from pytest_stairway.schema.model import Schema
    from pytest_stairway.walk.environment import Environment
    from pytest_stairway.walk.observer import State
    from pytest_stairway.walk.rows import Rows
    from pytest_stairway.walk.time_limit import TimeLimit


def walk(environment: Environment, history: History, progress: Callable[[int, str], None] = lambda *_: None) -> Record:
    """Walk the whole history. `progress` is called with the number of a revision, from 1, and its id.

    Raises:
        ServerError: the server died; names the revision and the server's last words.
        EnvironmentRefused, ProjectError: env.py cannot be run.
    """
    try:
        return _walk(environment, history, progress)
    except (pymysql.MySQLError, SQLAlchemyError) as error:
        refuse_dead_server(environment.server, "while no migration was running", server_error(error)[1])
        raise


def _walk(environment: Environment, history: History, progress: Callable[[int, str], None]) -> Record:
    began = time.perf_counter()
    server = environment.server
    with _climbed(environment, history, progress) as (stairway, database):
        source, migrated = stairway.models, stairway.schema
        models, unavailable = _models(environment, source, migrated)
        record = Record(
            origin=server.origin,
            flavor=server.flavor,
            visits=tuple(
                visit if _has_no_downgrade(history, visit) else with_unrestored(visit, server, source)
                for visit in stairway.visits.values()
            ),
            below_start=stairway.start.below,
            migrated=migrated,
            committed=stairway.committed,
            transactional_ddl=stairway.transactional_ddl,
            models=models,
            models_unavailable=unavailable,
            dialect=source.dialect.name if source.dialect is not None else "",
            output="".join(environment.output),
        )
        apart = installed(environment, record, source, stairway.rows, stairway.filled_at_start)
        proofs = proved_drift(record, server, source, database)
    if models is not None and record.is_migrated:
        record = dataclasses.replace(record, left_out=left_out(models, migrated, server.flavor))
    told = [change for proof in proofs for change in proof.remedy.changes]
    spoken_of = {change.table for change in told}
    if models is not None:
        spoken_of |= {each.table for each in models.uncreated} | {each.table for each in models.ignored}
        spoken_of |= set(models.schema.names(Kind.TABLE)) if environment.settings.column_order else set()
    sources = source.sources(spoken_of, history.project.env_py)
    unknown = {change.table for change in told if (change.part, change.before) == ("table", None)}
    return dataclasses.replace(
        record,
        drift=proofs,
        sources=sources,
        installed=apart,
        definitions=definitions(unknown, history.project) if history.engine is None else (),
        seconds=time.perf_counter() - began,
    )


def _models(environment: Environment, source: ModelsSource, migrated: Schema) -> tuple[Models | None, str | None]:
    branch = environment.settings.branch
    if branch is not None:
        return None, f"the branch {branch} alone was migrated, and the models describe all branches"
    with environment.strays.removed():
        return source.build(environment, migrated)


@contextlib.contextmanager
def _climbed(
    environment: Environment, history: History, progress: Callable[[int, str], None]
) -> Iterator[tuple[Stairway, str]]:
    """Climb, once more with full readings where the picture kept of the schema was wrong, and give the database."""
    stairway = Stairway(environment, history, progress)
    with stairway.climbed() as database:
        if stairway.kept_picture_holds:
            yield stairway, database
            return
    stairway = Stairway(environment, history, progress, everything=True)
    with stairway.climbed() as database:
        yield stairway, database


@dataclass
class Stairway:
    """One walk. `visits` grows by a revision at a time; a run of env.py ends early where the database must be rebuilt.

    What cannot be kept right in one run is rebuilt *by running migrations* on another database: a schema restored from
    SHOW CREATE TABLE turns the server's implicit foreign-key indexes into explicit ones and hides error 1553. From the
    second time on it is the spare one, of which the upgrades that it lacks must make what they made before.
    """

    environment: Environment
    history: History
    progress: Callable[[int, str], None]
    everything: bool = False
    visits: dict[str, Visit] = field(default_factory=dict)
    models: ModelsSource = field(default_factory=ModelsSource)
    start: StartingPoint = field(init=False)
    schema: Schema = field(init=False)
    committed: Versions = field(init=False)
    rows: Rows = field(default_factory=dict)
    filled_at_start: frozenset[str] = frozenset()
    kept_picture_holds: bool = True
    transactional_ddl: bool = False
    spare: Spare = field(init=False)
    _upgraded: State = field(init=False)
    _suspects: set[str] | None = None
    _finished: bool = False

    def __post_init__(self) -> None:
        self.spare = Spare(self.environment.server)
        self.start = starting_point(self.environment.settings.start, self.history)

    @contextlib.contextmanager
    def climbed(self) -> Iterator[str]:
        """Walk, and give the database that is migrated in the end, until it is dropped."""
        with contextlib.ExitStack() as stack:
            stack.callback(self.spare.drop)
            while True:
                with other_databases(self.environment):
                    database = self.spare.take()
                    try:
                        self._run(database)
                        if self._finished:
                            yield database.name
                            return
                    finally:
                        if not self.spare.keeps(database.name):
                            with contextlib.suppress(Exception):  # a dead server has nothing left to drop
                                drop_database(self.environment.server, database.name)

    def _run(self, database: Rebuilt) -> None:
        climb = Climb(self.environment, self.history, database.name, database.state, everything=self.everything)
        self._suspects = None
        start = self.start if database.is_new else StartingPoint()

        def plan(context: MigrationContext, limit: TimeLimit) -> Iterator[MigrationStep]:
            self.models.take(context, self.environment.settings.databases)
            self.transactional_ddl = context.impl.transactional_ddl
            beginning = start.steps(context, self.models, self.environment, database.name)
            there = (*self.start.below, *database.applied)
            missing = [name for name in self._applied() if name not in database.applied]
            visits = functools.partial(self._visit_all, climb, database)
            return climb.run(context, limit, beginning, there, missing, visits)

        try:
            self.environment.run(database.name, plan, prepare=start.prepare(self.environment, database.name))
            self.committed = climb.versions_committed()
            if self._suspects is not None:
                self.spare.leave(Dirty(database.name, climb.left(), self._suspects))
        except StairwayError as error:
            step = climb.interrupted(error)
            self._finished = False
            if step is not None:
                self._note(step)
            elif database.is_new or not isinstance(error, ProjectError):
                raise  # else it may be due to the copy: the next run has a new database
        finally:
            climb.close()

    def _applied(self) -> list[str]:
        return [name for name, visit in self.visits.items() if visit.up is not None and visit.up.failure is None]

    def _visit_all(self, climb: Climb, database: Rebuilt) -> Steps:
        """Visit what has not been visited, until the end or until the database has to be rebuilt."""
        if not self.visits:
            self.filled_at_start = frozenset(climb.state.rows)
        if not database.is_new and not self._alike(self._upgraded, climb.state):
            return
        if self.spare.waits:
            self.spare.follow(climb.pattern(), self._applied())
            climb.disregard_others()
        for number, revision in enumerate(self.history.revisions, 1):
            if revision.id in self.visits or revision.id in self.start.below:
                continue
            blocking = self._blocked_by(revision)
            if blocking is not None:
                self.visits[revision.id] = Visit(revision.id, blocked=blocking)
                continue
            self.progress(number, revision.id)
            database_holds = yield from self._visit(climb, revision)
            if not database_holds:
                steps = self.visits[revision.id].steps
                self._suspects = named_in([sent for step in steps for sent in step.statements])
                climb.disregard_others()
                return
        kept = climb.state.schema
        state = climb.look_at_everything()
        self.schema, self.rows = state.schema, state.rows
        self.kept_picture_holds = self.everything or (
            self.schema == kept and self.spare.is_as_known(self.models.version_table)
        )
        self._finished = True

    def _blocked_by(self, revision: Revision) -> str | None:
        """Give the revision whose failed upgrade keeps this one from being walked."""
        for parent in revision.parents:
            visit = self.visits.get(parent)
            if visit is not None and (visit.blocked or (visit.up is not None and visit.up.failure)):
                return visit.blocked or parent
        return None

    def _visit(self, climb: Climb, revision: Revision) -> Generator[MigrationStep, None, bool]:
        """Go up, down and up again, and tell whether the database is now what the first upgrade made of it."""
        before = climb.state
        up = self._note((yield from climb.step(revision.id, Direction.UPGRADE)))
        self._upgraded = upgraded = climb.state
        if (
            up.failure is not None
            or self.environment.settings.downgrade == "none"
            or not climb.can_go_down(revision.id)
        ):
            return True
        down = self._note((yield from climb.step(revision.id, Direction.DOWNGRADE)))
        if down.failure is not None or _takes_nothing_back(revision, up):
            if climb.state != upgraded:
                return False
            yield from climb.record_as_applied(revision.id)
            return True
        self._note_rows(revision.id, before, upgraded, climb.state)
        again = self._note((yield from climb.step(revision.id, Direction.UPGRADE)))
        return again.failure is None and not self.visits[revision.id].losses and self._alike(upgraded, climb.state)

    def _note(self, step: Step) -> Step:
        visit = self.visits.get(step.revision, Visit(step.revision))
        if visit.up is None:
            visit = dataclasses.replace(visit, up=step)
        elif visit.down is None:
            visit = dataclasses.replace(visit, down=step)
        else:
            visit = dataclasses.replace(visit, again=step)
        self.visits[step.revision] = visit
        return step

    def _note_rows(self, revision: str, before: State, upgraded: State, after: State) -> None:
        lost = losses(before.rows, upgraded.schema, after.rows)
        unread = tuple(name for name, rows in before.rows.items() if rows.rows is None)
        self.visits[revision] = dataclasses.replace(self.visits[revision], losses=lost, unread=unread)

    def _alike(self, one: State, other: State) -> bool:
        """Compare for what later revisions could stumble over: schemas, and rows that are there twice or no more."""
        if counts(one.rows) != counts(other.rows):
            return False
        same = one.schema == other.schema
        return same or not changes(one.schema, other.schema, ROUND_TRIP, flavor=self.environment.server.flavor)


def _has_no_downgrade(history: History, visit: Visit) -> bool:
    revision = history.get(visit.revision)
    return revision is None or revision.downgrade_is_empty


def _takes_nothing_back(revision: Revision, up: Step) -> bool:
    """Tell whether the downgrade is empty though the upgrade changed the schema: a second one could only fail."""
    return revision.downgrade_is_empty and up.before != up.after
