"""A history that does not start from nothing is walked from where it does, on the schema that it is said to find."""

from __future__ import annotations

import contextlib
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

from pytest_stairway.errors import ProjectError
from pytest_stairway.history.project import find_project
from pytest_stairway.load_settings import load_settings
from pytest_stairway.schema.model import Kind
from pytest_stairway.servers.database import connect
from pytest_stairway.walk.environment import Environment
from pytest_stairway.walk.migrate import migrate
from tests.server.walk_files import ENV, MigrationFiles, done, tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_stairway.servers.interface import Server

ONE_OF_EACH_VENDOR = True  # see conftest.py

DUMP = """\
-- MySQL dump
/*!40101 SET NAMES utf8mb4 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
CREATE DATABASE /*!32312 IF NOT EXISTS*/ `shop`;
USE `shop`;
DROP TABLE IF EXISTS `users`;
CREATE TABLE `users` (
  `id` int NOT NULL,
  `role_id` int DEFAULT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `fk` FOREIGN KEY (`role_id`) REFERENCES `roles` (`id`)
);
CREATE TABLE `roles` (`id` int NOT NULL, `name` varchar(20), PRIMARY KEY (`id`));
LOCK TABLES `roles` WRITE;
INSERT INTO `roles` VALUES (1,'it''s; one');
UNLOCK TABLES;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=`app`@`%`*/ /*!50003 TRIGGER `t` BEFORE INSERT ON `roles` FOR EACH ROW BEGIN
  SET NEW.name = upper(NEW.name);
END */;;
CREATE DEFINER=`app`@`%` PROCEDURE `p`()
BEGIN SELECT 1; SELECT 2; END ;;
DELIMITER ;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=`app`@`10.0.0.%` SQL SECURITY DEFINER */
/*!50001 VIEW `v` AS select `roles`.`id` AS `id` from `roles` */;
"""
VERSION = """\
CREATE TABLE `alembic_version` (`version_num` varchar(32) NOT NULL, PRIMARY KEY (`version_num`));
INSERT INTO `alembic_version` VALUES ('{}');
"""
FROM_R2 = {"revision": "r2", "schema": "start.sql"}


@pytest.fixture
def files(tmp_path: Path, server: Server) -> Iterator[MigrationFiles]:
    files = MigrationFiles(tmp_path, server)
    files.add("r1", "raise ValueError('never run')")
    files.add("r2", "raise ValueError('never run')", "raise ValueError('never run')")
    files.add(
        "r3",
        'op.execute("ALTER TABLE users ADD email VARCHAR(20)")',
        'op.execute("ALTER TABLE users DROP email")',
    )
    files.add(
        "r4", "op.execute(\"INSERT INTO roles VALUES (2, 'two')\")", 'op.execute("DELETE FROM roles WHERE id = 2")'
    )
    (tmp_path / "start.sql").write_text(DUMP)
    yield files
    for name in {"models", "legacy"} & sys.modules.keys():
        del sys.modules[name]


R3_AND_R4 = [
    f"{revision} {direction}" for revision in ("r3", "r4") for direction in ("upgrade", "downgrade", "upgrade")
]


def test_the_walk_starts_above_a_dump(files: MigrationFiles) -> None:
    record = files.walk(start=FROM_R2)
    assert done(record) == R3_AND_R4
    assert record.below_start == ("r1", "r2")
    assert tables(record) == ["p", "roles", "t", "users", "v"]
    assert (record.committed.found, record.committed.right) == (("r4",), True)
    assert all(step.versions.right for visit in record.visits for step in visit.steps)
    assert "app" not in record.migrated.objects[Kind.VIEW, "v"]


def test_rows_of_the_dump_have_to_survive_a_round_trip(files: MigrationFiles) -> None:
    files.add("r5", "pass", 'op.execute("DELETE FROM roles")')
    visit = files.walk(start=FROM_R2).visit("r5")
    assert visit is not None
    assert [(loss.table, loss.gone) for loss in visit.losses] == [("roles", ("id = 1", "id = 2"))]


def test_a_rebuilt_database_begins_with_the_dump_as_well(files: MigrationFiles) -> None:
    files.add("r5", 'op.execute("CREATE TABLE a (id INT)")', 'op.execute("ALTER TABLE a ADD b INT"); raise ValueError')
    files.add("r6", 'op.execute("ALTER TABLE a ADD c INT")', 'op.execute("ALTER TABLE a DROP c")')
    record = files.walk(start=FROM_R2)
    assert done(record)[-5:] == ["r5 upgrade", "r5 downgrade: ValueError", "r6 upgrade", "r6 downgrade", "r6 upgrade"]
    assert record.committed.right


def test_a_dump_with_the_version_of_the_start(files: MigrationFiles) -> None:
    (files.root / "start.sql").write_text(DUMP + VERSION.format("r2"))
    assert done(files.walk(start=FROM_R2)) == R3_AND_R4


def test_a_dump_with_another_version(files: MigrationFiles) -> None:
    (files.root / "start.sql").write_text(DUMP + VERSION.format("r1"))
    with pytest.raises(ProjectError) as caught:
        files.walk(start=FROM_R2)
    assert str(caught.value) == (
        "stairway: the schema that the walk starts from is at r1, and [tool.stairway.start] says r2\n"
        "  tried   the rows of alembic_version that start.sql left\n"
        '  fix     write revision = "r1", or take the schema as it was at r2'
    )


def test_a_dump_that_the_server_refuses(files: MigrationFiles) -> None:
    (files.root / "start.sql").write_text(DUMP + "CREATE TABLE a (\n  b NUMBR\n);\n")
    with pytest.raises(ProjectError) as caught:
        files.walk(start=FROM_R2)
    what, tried, fix = str(caught.value).splitlines()
    flavor = files.server.flavor
    assert what.startswith(f"stairway: the dump start.sql cannot be loaded on {flavor}: (")
    assert tried == "  tried   start.sql:28: CREATE TABLE a ( b NUMBR )"
    assert fix == "  fix     correct the statement there, or dump the database from a server like this one"


def test_a_schema_that_a_function_makes(files: MigrationFiles) -> None:
    (files.root / "legacy.py").write_text(
        textwrap.dedent("""
            import sqlalchemy as sa

            def make(connection):
                connection.execute(sa.text("CREATE TABLE users (id INT PRIMARY KEY)"))
                connection.execute(sa.text("CREATE TABLE roles (id INT PRIMARY KEY, name VARCHAR(9))"))
                connection.execute(sa.text("INSERT INTO roles VALUES (1, 'one')"))
        """)
    )
    files.import_from_root()
    record = files.walk(start={"revision": "r2", "schema": "legacy:make"})
    assert done(record) == R3_AND_R4
    assert tables(record) == ["roles", "users"]


def test_a_function_that_raises(files: MigrationFiles) -> None:
    (files.root / "legacy.py").write_text("def make(connection):\n    raise LookupError('no schema')\n")
    files.import_from_root()
    with pytest.raises(ProjectError) as caught:
        files.walk(start={"revision": "r2", "schema": "legacy:make"})
    assert str(caught.value) == (
        "stairway: legacy:make, which makes a schema for the walk, raised LookupError: no schema\n"
        "  tried   legacy.py:2: raise LookupError('no schema')\n"
        "  fix     let it work on an empty database, with the connection that it is given"
    )


def test_a_function_that_cannot_be_imported(files: MigrationFiles) -> None:
    with pytest.raises(ProjectError) as caught:
        files.walk(start={"revision": "r2", "schema": "nowhere:make"})
    assert str(caught.value) == (
        "stairway: nowhere:make, which makes a schema for the walk, cannot be imported\n"
        "  tried   ModuleNotFoundError: No module named 'nowhere'\n"
        '  fix     name a function that takes a connection: "package.module:function"'
    )


MODELS_ENV = ENV.replace(
    "context.configure(connection=connection)", "context.configure(connection=connection, target_metadata=metadata)"
).replace(
    "engine = ",
    "from sqlalchemy import Column, Integer, MetaData, String, Table\nmetadata = MetaData()\n"
    'Table("users", metadata, Column("id", Integer, primary_key=True), Column("email", String(20)))\n'
    'Table("roles", metadata, Column("id", Integer, primary_key=True), Column("name", String(20)))\n\nengine = ',
)


def test_the_models_as_the_schema_of_the_last_revision_but_one(files: MigrationFiles) -> None:
    (files.root / "alembic" / "env.py").write_text(MODELS_ENV)
    record = files.walk(start={"revision": "r3", "schema": "create_all"})
    assert done(record) == ["r4 upgrade", "r4 downgrade", "r4 upgrade"]
    assert record.is_migrated
    assert record.drift == ()


def test_the_models_where_there_are_none(files: MigrationFiles) -> None:
    with pytest.raises(ProjectError) as caught:
        files.walk(start={"revision": "r3", "schema": "create_all"})
    assert str(caught.value) == (
        "stairway: there are no models, and create_all is to make the schema\n"
        "  tried   env.py passes no target_metadata to context.configure()\n"
        "  fix     import the models in env.py and pass their metadata as target_metadata\n"
        '          or take a schema that was dumped: schema = "start.sql" in [tool.stairway.start]'
    )


def test_a_schema_that_no_revision_made(files: MigrationFiles) -> None:
    for revision in ("r1", "r2"):
        (files.root / "alembic" / "versions" / f"{revision}.py").unlink()
    third = files.root / "alembic" / "versions" / "r3.py"
    third.write_text(third.read_text().replace("down_revision = 'r2'", "down_revision = None"))
    record = files.walk(start={"revision": "base", "schema": "start.sql"})
    assert done(record) == R3_AND_R4
    assert record.below_start == ()


def test_a_revision_that_does_not_exist(files: MigrationFiles) -> None:
    with pytest.raises(ProjectError) as caught:
        files.walk(start={"revision": "r9", "schema": "start.sql"})
    assert str(caught.value) == (
        'stairway: [tool.stairway.start] starts from revision "r9", and there is no such revision\n'
        '  fix     name an id that `alembic history` lists, or "base" for a schema that no revision made'
    )


def test_a_beginning_of_several_ids(files: MigrationFiles) -> None:
    with pytest.raises(ProjectError) as caught:
        files.walk(start={"revision": "r", "schema": "start.sql"})
    assert caught.value.what == '[tool.stairway.start] starts from revision "r", which begins 4 ids'


def test_one_revision_leaves_other_lines_open(files: MigrationFiles) -> None:
    files.add("s1", 'op.execute("CREATE TABLE s (id INT)")', 'op.execute("DROP TABLE s")', down=None)
    with pytest.raises(ProjectError) as caught:
        files.walk(start=FROM_R2)
    assert str(caught.value) == (
        'stairway: [tool.stairway.start] starts from revision "r2", which leaves open what is applied of other lines\n'
        "  tried   bases that it does not follow: s1\n"
        '  fix     name a revision of each line that has begun: revision = ["r2", "s1"]\n'
        '          or begin the others with nothing: revision = ["r2", "base"]'
    )
    (files.root / "start.sql").write_text(DUMP)
    record = files.walk(start={"revision": ["r2", "base"], "schema": "start.sql"})
    assert sorted({step.split()[0] for step in done(record)}) == ["r3", "r4", "s1"]
    assert record.committed.found == ("r4", "s1")


def test_two_lines_that_have_begun(files: MigrationFiles) -> None:
    files.add("s1", "raise ValueError", down=None)
    files.add("s2", 'op.execute("CREATE TABLE s (id INT)")', 'op.execute("DROP TABLE s")')
    record = files.walk(start={"revision": ["r2", "s1"], "schema": "start.sql"})
    assert sorted({step.split()[0] for step in done(record)}) == ["r3", "r4", "s2"]
    assert record.committed.found == ("r4", "s2")


@pytest.fixture
def environment(files: MigrationFiles) -> Environment:
    settings = load_settings(files.root, {"start": FROM_R2})
    return Environment(find_project(files.root, settings), settings, files.server)


def columns(server: Server, database: str) -> list[str]:
    with contextlib.closing(connect(server.address, database)) as connection, connection.cursor() as cursor:
        cursor.execute("SHOW COLUMNS FROM users")
        return [row[0] for row in cursor.fetchall()]


def test_a_data_test_begins_with_the_start_as_well(environment: Environment, database: str) -> None:
    shown = []
    for revision in ("r2", "r3", "r2", "heads"):
        migrate(environment, database, revision)
        shown.append(columns(environment.server, database))
    assert shown == [["id", "role_id"], ["id", "role_id", "email"], ["id", "role_id"], ["id", "role_id", "email"]]


@pytest.mark.parametrize("revision", ["r1", "base"])
def test_a_data_test_cannot_go_below_the_start(environment: Environment, database: str, revision: str) -> None:
    with pytest.raises(ProjectError) as caught:
        migrate(environment, database, revision)
    assert str(caught.value) == (
        f'stairway: there is no way to revision "{revision}": it is below the start of [tool.stairway.start]\n'
        "  tried   starting from r2 by start.sql\n"
        "  fix     name r2, or a revision above"
    )
