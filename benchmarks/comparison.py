"""Prints how many differences between models and database four comparisons find, and where they raise false alarms.

    python -m benchmarks.comparison [--server mysqld]

The cases are those of tests/server/drift_cases. A difference is found where something is told of it that is not told of
the same case without the difference; what is told of that one, or of an equivalent spelling, is a false alarm.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import warnings
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemydiff.comparer import Comparer

from benchmarks.running import installed_servers, running_server, told
from benchmarks.table import circumstances, markdown
from pytest_stairway.servers.database import connect, create_database, drop_database, sqlalchemy_url
from tests.server.drift_cases import DIFFERENT, EQUIVALENT
from tests.server.drift_cases.build import build
from tests.server.drift_cases.case import PARENT, Case, declare, number_in, parent, statements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pytest_stairway.servers.interface import Server

TOGETHER = 40
"""How many cases share a database. Where a contestant fails on them, halves of them do, down to the case that it is."""

EVERY_OPTION = {
    "compare_type": True,
    "compare_server_default": True,
    "autogenerate_plugins": ["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"],
}

Told = dict[int, frozenset[str]]
"""What is told of each case, by its number."""


@dataclass(frozen=True, slots=True)
class Built:
    """Cases in databases that are there: what the models become, the same by hand, and what differs from them."""

    server: Server
    cases: tuple[Case, ...]
    metadatas: list[sa.MetaData]
    models: sa.Engine
    before: sa.Engine
    after: sa.Engine


@dataclass
class Score:
    """What one contestant made of the cases."""

    found: Counter[str] = field(default_factory=Counter)
    alarms: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", action="append", help="mysqld, mariadbd, or an image (repeatable)")
    for name in parser.parse_args().server or installed_servers():
        with running_server(name) as server:
            print(f"{judged(server)}\n\n{circumstances([server], 'sqlalchemy-diff')}\n", flush=True)


def judged(server: Server) -> str:
    scores: dict[str, Score] = {name: Score() for name in CONTESTANTS}
    for group in groups(server):
        for name, contestant in CONTESTANTS.items():
            for cases, unchanged, changed in verdicts(server, group, contestant):
                score(scores[name], cases, unchanged, changed)
        told(f"  {server.flavor}: {len(group)} cases")
    return table(server, scores)


def groups(server: Server) -> Iterator[list[Case]]:
    """Cut the cases of this server into groups that may share databases."""
    kinds = [*DIFFERENT.values(), *EQUIVALENT.values()]
    cases = [case for each in kinds for case in each if counts(server, case)]
    together = [case for case in cases if not case.alone]
    yield from ([case] for case in cases if case.alone)
    yield from (together[at : at + TOGETHER] for at in range(0, len(together), TOGETHER))


def counts(server: Server, case: Case) -> bool:
    """Leave out what only a round trip tells."""
    return case.runs_on(server.flavor) and (case.name not in KIND or bool(case.expected_drift))


def verdicts(
    server: Server, cases: Sequence[Case], contestant: Callable[[Built], tuple[Told, Told]]
) -> Iterator[tuple[Sequence[Case], Told | None, Told]]:
    """Ask a contestant about the unchanged and the changed database; None where it fails, with a single case."""
    try:
        with built(server, cases) as databases:
            unchanged, changed = contestant(databases)
    except Exception as error:  # noqa: BLE001 - a contestant may fail in any way
        if len(cases) == 1:
            told(f"  fails on {cases[0].name}: {type(error).__name__}: {error}")
            yield cases, None, {}
            return
        middle = len(cases) // 2
        yield from verdicts(server, cases[:middle], contestant)
        yield from verdicts(server, cases[middle:], contestant)
    else:
        yield cases, unchanged, changed


@contextlib.contextmanager
def built(server: Server, cases: Sequence[Case]) -> Iterator[Built]:
    names = [create_database(server) for _ in range(3)]
    engines = [sa.create_engine(sqlalchemy_url(server.address, name)) for name in names]
    try:
        shared = sa.MetaData()
        parent(shared)
        declared = [declare(case, number, shared) for number, case in enumerate(cases)]
        metadatas = [shared, *(each for each in declared if each is not shared)]
        with engines[0].begin() as connection:
            connection.exec_driver_sql("SET foreign_key_checks = 0")
            for metadata in metadatas:
                metadata.create_all(connection, checkfirst=False)
        by_hand(server, names[1], [case.before for case in cases])
        by_hand(server, names[2], [case.after for case in cases])
        yield Built(server, tuple(cases), metadatas, *engines)
    finally:
        for engine, name in zip(engines, names, strict=True):
            engine.dispose()
            drop_database(server, name)


def by_hand(server: Server, database: str, definitions: Iterable[str]) -> None:
    every = [[PARENT], *(statements(definition, number) for number, definition in enumerate(definitions))]
    for sent in every:
        with contextlib.closing(connect(server.address, database)) as connection, connection.cursor() as cursor:
            for statement in sent:
                cursor.execute(statement)


def ours(databases: Built) -> tuple[Told, Told]:
    made = build(databases.server, databases.cases)
    numbers = {case.name: number for number, case in enumerate(databases.cases)}
    unchanged, changed = (
        {numbers.get(name, -1): frozenset([text]) for name, text in made.drift(migrated).items()}
        for migrated in (made.before, made.after)
    )
    return unchanged, changed


def alembic(**options: Any) -> Callable[[Built], tuple[Told, Told]]:
    """Make a contestant of `compare_metadata`; what it only warns of is not told."""

    def operations(engine: sa.Engine, metadatas: Any) -> Told:
        with engine.connect() as connection, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            context = MigrationContext.configure(connection, opts=options)
            return by_number((names_in(each), str(each)) for each in compare_metadata(context, metadatas))

    return lambda databases: (
        operations(databases.before, databases.metadatas),
        operations(databases.after, databases.metadatas),
    )


def names_in(operation: Any) -> str:
    """List the names in one operation of autogenerate: a tuple, or a list of them, of texts and of schema objects."""
    if isinstance(operation, str):
        return operation
    if isinstance(operation, tuple | list):
        return " ".join(map(names_in, operation))
    owner = getattr(operation, "table", None)
    return f"{getattr(operation, 'name', '')} {getattr(owner, 'name', '')}"


def sqlalchemy_diff(databases: Built) -> tuple[Told, Told]:
    def errors(engine: sa.Engine) -> Told:
        found = Comparer(databases.models, engine).compare(ignore_inspectors={"enums"}).errors
        return by_number((text, text) for name, each in found.items() for text in leaves(name, each))

    return errors(databases.before), errors(databases.after)


def leaves(path: str, data: Any) -> Iterator[str]:
    """Write each single thing that is told in nested dictionaries and lists, after what it stands under."""
    if isinstance(data, dict) and not data.keys() & {"name", "key", "one", "two"}:
        for name, each in data.items():
            yield from leaves(f"{path} {name}", each)
    elif isinstance(data, list):
        for each in data:
            yield from leaves(path, each)
    else:
        yield f"{path} {data}"


def by_number(reports: Iterable[tuple[str, str]]) -> Told:
    """Sort what is told by the number of the case that its names belong to; -1 is that of the tables that all share."""
    sorted_ = defaultdict(set)
    for names, text in reports:
        number = number_in(names)
        sorted_[-1 if number is None else number].add(re.sub(r" at 0x[0-9a-f]+", "", text))
    return {number: frozenset(texts) for number, texts in sorted_.items()}


CONTESTANTS = {
    "pytest-stairway": ours,
    "Alembic": alembic(),
    "Alembic, every option": alembic(**EVERY_OPTION),
    "sqlalchemy-diff": sqlalchemy_diff,
}


def score(scored: Score, cases: Sequence[Case], unchanged: Told | None, changed: Told) -> None:
    if unchanged is None:
        scored.failures += [case.name for case in cases]
        return
    for number, case in enumerate(cases):
        before, after = unchanged.get(number, frozenset()), changed.get(number, frozenset())
        if case.name in KIND:
            scored.found[KIND[case.name]] += bool(after - before)
            scored.alarms["unchanged"] += bool(before and case.model)
        else:
            scored.alarms["equivalent"] += bool((before | after) and case.model)


KIND = {case.name: kind for kind, cases in DIFFERENT.items() for case in cases}


def table(server: Server, scores: dict[str, Score]) -> str:
    judged_on = [case for group in groups(server) for case in group]
    asked = Counter(KIND[case.name] for case in judged_on if case.name in KIND)
    rows = [
        [kind, str(asked[kind]), *(str(each.found[kind]) for each in scores.values())]
        for kind in DIFFERENT
        if asked[kind]
    ]
    total = sum(asked.values())
    rows += [["**found**", f"**{total}**", *(f"**{each.found.total()}**" for each in scores.values())]]
    modelled = Counter(case.name in KIND for case in judged_on if case.model)
    for name, number in (("unchanged", modelled[True]), ("equivalent", modelled[False])):
        label = {"unchanged": "false alarms, nothing changed", "equivalent": "false alarms, spelled otherwise"}[name]
        rows.append([label, str(number), *(str(each.alarms[name]) for each in scores.values())])
    rows.append(["fails", str(len(judged_on)), *(str(len(each.failures)) for each in scores.values())])
    return markdown([str(server.flavor), "cases", *scores], rows)


if __name__ == "__main__":
    main()
