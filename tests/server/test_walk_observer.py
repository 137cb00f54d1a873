"""What a look between two steps reads is little; what it knows is all there is."""

from __future__ import annotations

import contextlib
import random
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pymysql
import pytest

from pytest_stairway.findings import Location
from pytest_stairway.history.project import find_project
from pytest_stairway.history.revisions import read_history
from pytest_stairway.load_settings import load_settings
from pytest_stairway.servers.database import connect
from pytest_stairway.walk.environment import Environment
from pytest_stairway.walk.failure import Statement
from pytest_stairway.walk.observer import Observer
from pytest_stairway.walk.stairway import Stairway
from tests.server.test_projects import CASES, PROJECTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pymysql.connections import Connection
    from pymysql.cursors import Cursor

    from pytest_stairway.schema.model import Schema
    from pytest_stairway.servers.interface import Server
    from pytest_stairway.walk.record import Step

NOT_THE_SAME_TWICE = {"round_trip/random_default"}
ONE_OF_EACH_VENDOR = True  # see conftest.py


@dataclass
class Database:
    """Sends statements to a database that a quick observer and one that always reads everything look at."""

    connection: Connection[Cursor]
    quick: Observer
    full: Observer
    recorded: int = 0
    sent: list[Statement] = field(default_factory=list)

    def step(self, *statements: str, unseen: Sequence[str] = ()) -> None:
        """Run one step, of which the recorder misses the statements `unseen`, and compare what the observers know."""
        recorded = [self._send(sql) for sql in statements]
        for sql in unseen:
            self._send(sql)
        self.recorded += len(recorded)
        # What the other observer asks is told as if it had been recorded: it must not pass for unseen.
        self.quick.look(recorded, sent=self.recorded + self.full._asker.asked)  # noqa: SLF001 - nobody else needs it
        self.full.look(recorded)
        told = [statement.sql for statement in self.sent]
        assert self.quick.state.schema.objects == self.full.state.schema.objects, told
        assert self.quick.state.rows == self.full.state.rows, told
        assert self.quick.state == self.full.state

    def _send(self, sql: str) -> Statement:
        error = None
        with self.connection.cursor() as cursor:
            try:
                cursor.execute(sql)
                while cursor.nextset():
                    pass
            except pymysql.MySQLError as raised:
                error = str(raised)
        statement = Statement(sql, Location(), 0.0, error)
        self.sent.append(statement)
        return statement


@pytest.fixture
def observed(server: Server, database: str) -> Iterator[Database]:
    with contextlib.ExitStack() as stack:
        connections = [stack.enter_context(contextlib.closing(connect(server.address, database))) for _ in range(3)]
        with connections[0].cursor() as cursor:
            cursor.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        quick, full = (
            Observer(
                connection,
                database,
                server.flavor,
                frozenset({"alembic_version"}),
                "SELECT version_num FROM alembic_version",
                everything=everything,
            )
            for connection, everything in ((connections[1], False), (connections[2], True))
        )
        yield Database(connections[0], quick, full)


PARENT = "CREATE TABLE Parent (id INT PRIMARY KEY, name VARCHAR(20), UNIQUE KEY (name))"
CHILD = (
    "CREATE TABLE child (id INT PRIMARY KEY AUTO_INCREMENT, parent INT, FOREIGN KEY (parent) REFERENCES Parent (id)"
    " ON DELETE CASCADE ON UPDATE CASCADE)"
)
ROWS = ("INSERT INTO Parent VALUES (1, 'a'), (2, 'b')", "INSERT INTO child (parent) VALUES (1), (1), (2)")

HISTORIES: dict[str, list[Sequence[str]]] = {
    "rows of cascades": [
        [PARENT, CHILD],
        ROWS,
        ["DELETE FROM Parent WHERE id = 1"],
        ["UPDATE Parent SET id = 9"],
        ["REPLACE INTO Parent VALUES (9, 'c')"],
        ["TRUNCATE child"],
    ],
    "renames": [
        [PARENT, CHILD, *ROWS],
        ["RENAME TABLE Parent TO Elders, child TO offspring"],
        ["ALTER TABLE Elders RENAME TO Parent"],
        ["ALTER TABLE Parent CHANGE id number INT"],
        ["RENAME TABLE Parent TO x, offspring TO Parent, x TO offspring"],
    ],
    "dropped and created again": [
        [PARENT, *ROWS[:1]],
        ["DROP TABLE Parent", PARENT],
        ["CREATE TABLE two AS SELECT 1 AS id", "CREATE TABLE three LIKE two", "INSERT INTO three SELECT * FROM two"],
        ["DROP TABLE two, three"],
        ["CREATE TABLE IF NOT EXISTS Parent (id INT)", "DROP TABLE IF EXISTS two"],
        ["DROP TABLE Parent"],
        [PARENT],
    ],
    "names that differ in case, in spelling, or not at all": [
        ["CREATE TABLE users (id INT)", "CREATE TABLE `Größe 100%%s` (`a``b` INT)", 'CREATE TABLE `say "hi"` (id INT)'],
        ["CREATE TABLE `USERS` (id INT)"],
        ["ALTER TABLE `Größe 100%%s` ADD x INT", "ALTER TABLE `say \"hi\"` COMMENT 'it`s ' , ADD `users` INT"],
        ["INSERT INTO `Größe 100%%s` VALUES (1, 2)", "/* users */ INSERT INTO USERS VALUES (1)"],
        ["SET sql_mode = 'ANSI_QUOTES'", 'CREATE TABLE "two words" ("x" INT)'],
        ['ALTER TABLE "two words" ADD "y z" INT'],
        ['INSERT INTO "two words" VALUES (1, 2)'],
        ['DROP TABLE "two words"', "SET sql_mode = DEFAULT"],
        ["CREATE TABLE €uro (id INT)", "CREATE TABLE `{database}` (id INT)", "CREATE TABLE `a\\\\b` (id INT)"],
        ["ALTER TABLE €uro ADD x INT COMMENT '😀'", "DROP TABLE `{database}`", "DROP TABLE `a\\\\b`"],
    ],
    "views": [
        [PARENT, "CREATE VIEW v AS SELECT id, name FROM Parent", "CREATE VIEW w AS SELECT id FROM v"],
        ["CREATE OR REPLACE VIEW v AS SELECT name, id FROM Parent"],
        ["ALTER VIEW v AS SELECT id FROM Parent"],
        ["ALTER TABLE Parent RENAME COLUMN name TO title"],
        ["RENAME TABLE v TO v2"],
        ["DROP VIEW w", "DROP TABLE Parent"],
        ["DROP VIEW v2", "CREATE TABLE v2 (id INT)"],
        ["DROP TABLE v2", "CREATE VIEW v2 AS SELECT 1"],
    ],
    "triggers": [
        [PARENT, "CREATE TABLE log (id INT)", "CREATE TABLE other (id INT)"],
        ["CREATE TRIGGER g BEFORE INSERT ON Parent FOR EACH ROW INSERT INTO log VALUES (NEW.id)"],
        ["CREATE TRIGGER h BEFORE INSERT ON Parent FOR EACH ROW PRECEDES g SET NEW.name = 'x'"],
        ["INSERT INTO Parent VALUES (5, 'e')"],
        ["ALTER TABLE other ADD x INT"],
        ["RENAME TABLE Parent TO elders"],
        ["DROP TRIGGER h"],
        ["DROP TABLE elders"],
    ],
    "events, procedures and functions": [
        ["CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1"],
        ["CREATE TABLE a (id INT)"],
        ["ALTER EVENT e ON SCHEDULE EVERY 2 DAY RENAME TO f"],
        ["DROP EVENT f"],
        ["CREATE PROCEDURE p() BEGIN CREATE TABLE made (id INT); INSERT INTO a VALUES (1); END"],
        ["CALL p()"],
        ["ALTER PROCEDURE p COMMENT 'c'"],
        ["CREATE FUNCTION f() RETURNS INT DETERMINISTIC MODIFIES SQL DATA BEGIN DELETE FROM a; RETURN 1; END"],
        ["SELECT f()"],
        ["DROP PROCEDURE p", "DROP FUNCTION f"],
        ["PREPARE s FROM 'DROP TABLE made'", "EXECUTE s", "DEALLOCATE PREPARE s"],
    ],
    "the database itself": [
        ["CREATE TABLE a (x VARCHAR(9))"],
        ["ALTER DATABASE COLLATE utf8mb4_bin", "CREATE TABLE b (x VARCHAR(9))"],
        ["ALTER TABLE a CONVERT TO CHARACTER SET latin1"],
        ["ALTER DATABASE CHARACTER SET latin1"],
    ],
    "several statements in one": [
        ["CREATE TABLE a (id INT); CREATE TABLE b (id INT)"],
        ["SELECT 1; DROP TABLE a"],
        ["INSERT INTO b VALUES (1); INSERT INTO b VALUES (2)"],
        ["/*!40000 ALTER TABLE b ADD x INT */"],
    ],
    "statements that fail": [
        [PARENT, CHILD, *ROWS],
        ["DROP TABLE Parent", "ALTER TABLE nowhere ADD x INT", "CREATE TABEL t (id INT)"],
        ["ALTER TABLE child ADD x INT, DROP nothing", "ALTER TABLE child ADD y INT"],
        ["DROP TABLE child, nowhere"],
        ["SET foreign_key_checks = 0", "CREATE TABLE c (id INT, FOREIGN KEY (id) REFERENCES later (id))"],
        ["CREATE TABLE later (ID INT PRIMARY KEY)", "DROP TABLE Parent"],
    ],
    "partitions": [
        [
            "CREATE TABLE p (id INT) PARTITION BY RANGE (id) (PARTITION a VALUES LESS THAN (9))",
            "CREATE TABLE q (id INT)",
        ],
        ["INSERT INTO p VALUES (1)"],
        ["ALTER TABLE p EXCHANGE PARTITION a WITH TABLE q"],
        ["ALTER TABLE p ADD PARTITION (PARTITION b VALUES LESS THAN (20))", "ALTER TABLE p TRUNCATE PARTITION a"],
    ],
    "sequences": [
        ["CREATE SEQUENCE s"],
        ["CREATE TABLE a (id INT DEFAULT NEXTVAL(s))", "ALTER SEQUENCE s INCREMENT 5"],
        ["INSERT INTO a VALUES ()"],
        ["RENAME TABLE s TO t", "DROP SEQUENCE t"],
    ],
}


@pytest.mark.parametrize("history", HISTORIES)
def test_what_was_named_and_what_follows_from_it_is_all_that_changed(observed: Database, history: str) -> None:
    for statements in HISTORIES[history]:
        observed.step(*statements)


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE new (id INT)",
        "ALTER TABLE child ADD x INT",
        "DROP TABLE child",
        "RENAME TABLE child TO offspring",
        "CREATE INDEX i ON child (parent, id)",
        "CREATE VIEW v AS SELECT 1",
        "CREATE TRIGGER g BEFORE INSERT ON child FOR EACH ROW SET NEW.id = 1",
        "CREATE PROCEDURE p() SELECT 1",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1",
        "ALTER DATABASE COLLATE utf8mb4_bin",
        "INSERT INTO child (parent) VALUES (2)",
        "UPDATE Parent SET name = 'z' WHERE id = 1",
        "DELETE FROM Parent",
        "TRUNCATE child",
    ],
)
@pytest.mark.parametrize("beside", [(), ("CREATE TABLE beside (id INT)", "INSERT INTO beside VALUES (1)")])
def test_what_no_recorder_saw_is_read(observed: Database, sql: str, beside: Sequence[str]) -> None:
    observed.step(PARENT, CHILD, *ROWS)
    observed.step(*beside, unseen=[sql])
    observed.step("ALTER TABLE Parent COMMENT 'afterwards'")


@pytest.mark.parametrize("seed", range(3))
def test_a_random_history(observed: Database, seed: int) -> None:
    chosen = random.Random(seed)  # noqa: S311 - a history that can be run again
    names = ("a", "B", "b2", "two words", "id", "ünicode")
    templates = (
        "CREATE TABLE `{0}` (id INT PRIMARY KEY AUTO_INCREMENT, x INT, KEY (x))",
        "CREATE TABLE `{0}` LIKE `{1}`",
        "CREATE TABLE `{0}` AS SELECT * FROM `{1}`",
        "CREATE OR REPLACE VIEW `{0}` AS SELECT * FROM `{1}`",
        "DROP TABLE `{0}`",
        "DROP VIEW `{0}`",
        "RENAME TABLE `{0}` TO `{1}`",
        "ALTER TABLE `{0}` RENAME `{1}`",
        "ALTER TABLE `{0}` ADD `{1}` INT",
        "ALTER TABLE `{0}` DROP COLUMN `{1}`",
        "ALTER TABLE `{0}` RENAME COLUMN x TO y",
        "ALTER TABLE `{0}` ADD FOREIGN KEY (x) REFERENCES `{1}` (id) ON DELETE CASCADE",
        "CREATE INDEX `{1}` ON `{0}` (id)",
        "DROP INDEX `{1}` ON `{0}`",
        "INSERT INTO `{0}` (x) VALUES (NULL), (1)",
        "UPDATE `{0}` SET x = id + 1",
        "DELETE FROM `{0}` WHERE id = 1",
        "TRUNCATE `{0}`",
        "CREATE TRIGGER `{0}` AFTER DELETE ON `{1}` FOR EACH ROW DELETE FROM `{0}` WHERE id = OLD.id",
        "DROP TRIGGER `{0}`",
    )
    for _ in range(120):
        sent = [chosen.choice(templates).format(*chosen.sample(names, 2)) for _ in range(chosen.randint(1, 3))]
        missed = [sent.pop()] if chosen.random() < 0.1 else []
        observed.step(*sent, unseen=missed)


WALKED = [case for case in CASES if not case.startswith("history/") and case not in NOT_THE_SAME_TWICE]


@pytest.mark.parametrize("case", WALKED)
def test_a_project_walked_the_quick_way_is_seen_as_if_everything_were_read(
    case: str, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = PROJECTS / case
    walks = []
    for everything in (False, True):
        settings = load_settings(project, {})
        history = read_history(find_project(project, settings))
        monkeypatch.delitem(sys.modules, "models", raising=False)  # every project calls its models so
        stairway = Stairway(Environment(history.project, settings, server), history, lambda *_: None, everything)
        with stairway.climbed():
            walks.append(stairway)
    quick, full = walks
    assert quick.kept_picture_holds
    assert [seen(visit.steps) for visit in quick.visits.values()] == [
        seen(visit.steps) for visit in full.visits.values()
    ]
    assert [visit.losses for visit in quick.visits.values()] == [visit.losses for visit in full.visits.values()]


def seen(steps: Sequence[Step]) -> list[tuple[object, ...]]:
    return [
        (step.direction, lines(step.before), lines(step.after), step.versions, bool(step.failure)) for step in steps
    ]


def lines(schema: Schema) -> dict[object, list[str]]:
    """Give the texts without the order of their lines: SQLAlchemy creates a table's indexes in any order."""
    return {key: sorted(line.rstrip(",") for line in text.splitlines()) for key, text in schema.objects.items()}
