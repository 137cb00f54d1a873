"""However many downgrades leave the database dirty, the walk sees what it would see in a new one each time."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

from pytest_stairway.schema.ask import Asker
from pytest_stairway.schema.model import Schema
from pytest_stairway.walk import spare
from pytest_stairway.walk.climb import Climb
from tests.server.walk_files import NO_USERS, USERS, MigrationFiles, done

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_stairway.servers.interface import Server
    from pytest_stairway.walk.record import Record, Step, Visit

ONE_OF_EACH_VENDOR = True  # see conftest.py
FAILS = '\nraise ValueError("too late")'
ORDERS = """op.execute('''CREATE TABLE orders (
    id INT AUTO_INCREMENT PRIMARY KEY, user_id INT, owner_id INT, state VARCHAR(9), twice INT AS (user_id * 2),
    FOREIGN KEY (user_id) REFERENCES users (id), CONSTRAINT owned FOREIGN KEY (owner_id) REFERENCES users (id),
    CONSTRAINT known CHECK (state IN ('open', 'paid')))''')
op.execute("INSERT INTO users VALUES (0, 'nobody'), (7, 'Ann')")
op.execute("INSERT INTO orders (id, user_id, owner_id, state) VALUES (4, 0, 7, 'open')")"""
TRIGGERS = """op.execute("CREATE TRIGGER b BEFORE INSERT ON users FOR EACH ROW SET NEW.name = CONCAT(NEW.name, 'é')")
op.execute("SET sql_mode = 'ANSI_QUOTES'")
op.execute('CREATE TRIGGER "a" BEFORE INSERT ON users FOR EACH ROW PRECEDES b SET NEW."name" = \\'a\\'')
op.execute("SET sql_mode = DEFAULT")"""
NO_ORDERS = 'op.execute("DROP TABLE orders")\nop.execute("DELETE FROM users")'


@pytest.fixture
def files(tmp_path: Path, server: Server) -> MigrationFiles:
    return MigrationFiles(tmp_path, server)


@pytest.fixture
def upgrades(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note each upgrade that is run again to rebuild a database."""
    noted: list[str] = []
    replay = Climb._replay  # noqa: SLF001 - nothing else tells it from a visit

    def noting(climb: Climb, revision: str) -> Any:
        noted.append(revision)
        return replay(climb, revision)

    monkeypatch.setattr(Climb, "_replay", noting)
    return noted


def outcome(record: Record) -> tuple[Visit, ...]:
    """Give all that the walk saw, but for times and the order of a table's keys, which is that of their creation."""
    return tuple(
        dataclasses.replace(visit, up=_outcome(visit.up), down=_outcome(visit.down), again=_outcome(visit.again))
        for visit in record.visits
    )


def _outcome(step: Step | None) -> Step | None:
    if step is None:
        return None
    statements = tuple(dataclasses.replace(sent, seconds=0.0) for sent in step.statements)
    before, after = _in_any_order(step.before), _in_any_order(step.after)
    return dataclasses.replace(step, seconds=0.0, statements=statements, before=before, after=after)


def _in_any_order(schema: Schema) -> Schema:
    return Schema({key: "\n".join(sorted(text.split("\n"))) for key, text in schema.objects.items()})


def seen_in_new_databases(files: MigrationFiles, monkeypatch: pytest.MonkeyPatch) -> Record:
    """Walk without ever making a database like another."""
    with monkeypatch.context() as patched:
        patched.setattr(spare, "make_alike", lambda *_: None)
        return files.walk()


def test_each_upgrade_is_run_again_once_however_many_downgrades_fail(
    files: MigrationFiles, upgrades: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 7):
        create = f'op.execute("CREATE TABLE t{number} (id INT PRIMARY KEY)")'
        files.add(f"r{number}", create, f'op.execute("DROP TABLE t{number}")' + FAILS * (number % 2))
    record = files.walk()
    assert upgrades == ["r1", "r2", "r3", "r4", "r5"]
    upgrades.clear()
    assert outcome(record) == outcome(seen_in_new_databases(files, monkeypatch))
    assert upgrades == ["r1", "r1", "r2", "r3", "r1", "r2", "r3", "r4", "r5"]


def test_rows_counters_checks_and_keys_are_there_for_the_revisions_after_it(
    files: MigrationFiles, upgrades: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    files.add("r1", USERS, NO_USERS)
    files.add("r2", ORDERS, NO_ORDERS + FAILS)
    files.add("r3", 'op.execute("ALTER TABLE users ADD age INT")', 'op.execute("ALTER TABLE users DROP age")' + FAILS)
    files.add(
        "r4",
        "op.execute(\"INSERT INTO orders (user_id, state) VALUES (7, 'paid')\")",
        'op.execute("DELETE FROM orders WHERE id = 5")',
    )
    files.add("r5", 'op.execute("DROP INDEX owned ON orders")')
    record = files.walk()
    assert upgrades == ["r1", "r2", "r3"]
    assert outcome(record) == outcome(seen_in_new_databases(files, monkeypatch))


def test_an_index_of_the_servers_own_for_a_foreign_key_stays_its_own(
    files: MigrationFiles, upgrades: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    files.add("r1", USERS, NO_USERS)
    files.add("r2", ORDERS, NO_ORDERS + FAILS)
    files.add("r3", "pass", 'op.execute("ALTER TABLE users ADD age INT")' + FAILS)
    files.add(
        "r4",
        'op.execute("CREATE INDEX by_user ON orders (user_id)")\n'
        'op.execute("CREATE INDEX by_owner ON orders (owner_id)")',
        'op.execute("DROP INDEX by_owner ON orders")',
    )
    record = files.walk()
    assert upgrades == ["r1", "r2", "r3"]
    assert "1553" in done(record)[-1]
    assert outcome(record) == outcome(seen_in_new_databases(files, monkeypatch))


@pytest.mark.parametrize("downgrade", ["DROP TRIGGER b", "DROP TABLE users", "ALTER TABLE users ADD left_over INT"])
def test_triggers_come_back_with_their_table_in_their_order_and_with_their_sql_mode(
    files: MigrationFiles, upgrades: list[str], monkeypatch: pytest.MonkeyPatch, downgrade: str
) -> None:
    files.add("r1", USERS, NO_USERS)
    files.add("r2", TRIGGERS, f"op.execute('{downgrade}')" + FAILS)
    files.add("r3", 'op.execute("ALTER TABLE users ADD age INT")', 'op.execute("ALTER TABLE users DROP age")' + FAILS)
    files.add("r4", 'op.execute("INSERT INTO users (id) VALUES (1)")', 'op.execute("DELETE FROM users")')
    record = files.walk()
    assert upgrades == ["r1", "r2", "r3"]
    assert outcome(record) == outcome(seen_in_new_databases(files, monkeypatch))


def test_a_view_is_rebuilt_by_all_upgrades(
    files: MigrationFiles, upgrades: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    files.add("r1", USERS, NO_USERS)
    create = 'op.execute("CREATE VIEW names AS SELECT name FROM users")'
    files.add("r2", create, 'op.execute("DROP VIEW names")' + FAILS)
    files.add("r3", 'op.execute("ALTER TABLE users ADD age INT")', 'op.execute("ALTER TABLE users DROP age")' + FAILS)
    record = files.walk()
    assert upgrades == ["r1", "r2", "r1", "r2", "r3"]
    assert outcome(record) == outcome(seen_in_new_databases(files, monkeypatch))


def test_a_spare_database_of_which_the_upgrades_make_something_else_is_not_gone_on_in(
    files: MigrationFiles, upgrades: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    files.add("r1", USERS, NO_USERS)
    files.add("r2", 'op.execute("SET @seen = 1")', 'op.execute("CREATE TABLE left_over (id INT)")' + FAILS)
    needs_it = 'op.execute("INSERT INTO users SELECT 1, 1 FROM DUAL WHERE @seen = 1")'
    files.add("r3", needs_it, 'op.execute("DROP TABLE users")' + FAILS)
    record = files.walk()
    assert done(record)[-1] == "r3 downgrade: ValueError: too late"
    assert upgrades == ["r1", "r2", "r3", "r1", "r2", "r3"]
    assert outcome(record) == outcome(seen_in_new_databases(files, monkeypatch))


def test_only_revision_files_that_ran_are_loaded_again_after_a_downgrade_that_fails(files: MigrationFiles) -> None:
    for number in range(1, 7):
        create = f'op.execute("CREATE TABLE t{number} (id INT PRIMARY KEY)")'
        files.add(f"r{number}", create, f'op.execute("DROP TABLE t{number}")' + FAILS, helpers="print('loaded')")
    assert files.walk().output.count("loaded") <= 2 * len("123456") + len("12345")


def test_a_revision_that_adds_a_table_to_the_metadata_of_its_module_can_be_run_again(
    files: MigrationFiles, monkeypatch: pytest.MonkeyPatch, upgrades: list[str]
) -> None:
    once = 'sa.Table("roles", metadata, sa.Column("id", sa.Integer))'
    create = f'{once}\nop.execute("CREATE TABLE roles (id INT PRIMARY KEY)")'
    files.add("r1", create, 'op.execute("DROP TABLE roles")' + FAILS, helpers="metadata = sa.MetaData()")
    files.add("r2", 'op.execute("CREATE TABLE users (id INT PRIMARY KEY)")', 'op.execute("DROP TABLE users")')
    record = seen_in_new_databases(files, monkeypatch)
    assert done(record) == [
        "r1 upgrade",
        "r1 downgrade: ValueError: too late",
        "r2 upgrade",
        "r2 downgrade",
        "r2 upgrade",
    ]
    assert upgrades == ["r1"]


@pytest.mark.parametrize(
    "failure", [FAILS, '\nop.execute("ALTER TABLE t0 DROP nothing")'], ids=["the migration's", "the server's"]
)
def test_what_is_asked_grows_with_the_revisions_and_not_with_revisions_times_tables(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch, failure: str
) -> None:
    asked: list[str] = []
    ask = Asker.ask
    monkeypatch.setattr(Asker, "ask", lambda asker, questions: asked.extend(questions) or ask(asker, questions))
    numbers = []
    for revisions in (4, 8, 12):
        asked.clear()
        files = MigrationFiles(tmp_path / str(revisions), server)
        files.add("r0", 'op.execute("CREATE TABLE t0 (id INT PRIMARY KEY)")', 'op.execute("DROP TABLE t0")')
        for number in range(1, revisions):
            create = f'op.execute("CREATE TABLE t{number} AS SELECT 1 AS id")'
            files.add(f"r{number}", create, f'op.execute("DROP TABLE t{number}")' + failure)
        files.walk()
        numbers.append(len(asked))
    assert numbers[2] - numbers[1] == numbers[1] - numbers[0]
