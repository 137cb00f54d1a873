"""Dumps are taken apart as the command-line client does, and nothing of them reaches beyond one database."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from pytest_stairway.errors import ProjectError
from pytest_stairway.walk.dump_file import DumpedStatement, read_dump, split

if TYPE_CHECKING:
    from pathlib import Path

MYSQL = """\
-- MySQL dump 10.13  Distrib 9.7.4; it's a comment
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
SET @MYSQLDUMP_TEMP_LOG_BIN = @@SESSION.SQL_LOG_BIN;
SET @@SESSION.SQL_LOG_BIN= 0;
SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ 'a:1-5';

--
-- Current Database: `shop`
--

/*!40000 DROP DATABASE IF EXISTS `shop`*/;
CREATE DATABASE /*!32312 IF NOT EXISTS*/ `shop` /*!40100 DEFAULT CHARACTER SET utf8mb4 */ /*!80016 ENCRYPTION='N' */;

USE `shop`;
DROP TABLE IF EXISTS `users`;
CREATE TABLE `users` (
  `id` int NOT NULL, -- the key; no name
  `note;` varchar(9) DEFAULT 'a;\\'b'
);
LOCK TABLES `users` WRITE;
/*!40000 ALTER TABLE `users` DISABLE KEYS */;
INSERT INTO `users` VALUES (1,'it''s; `x`.`y`'),(2,'/* no comment; */');
UNLOCK TABLES;
ALTER DATABASE `shop` CHARACTER SET latin1 COLLATE latin1_swedish_ci ;
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=`app`@`%`*/ /*!50003 TRIGGER `t` BEFORE INSERT ON `users` FOR EACH ROW BEGIN
  SET NEW.id = 1;
END */;;
DELIMITER ;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=`app`@`10.0.0.%` SQL SECURITY DEFINER */
/*!50001 VIEW `v` AS select `users`.`id` AS `id` from `users` */;
"""
SENT = [
    (2, "/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */"),
    (3, "SET @MYSQLDUMP_TEMP_LOG_BIN = @@SESSION.SQL_LOG_BIN"),
    (15, "DROP TABLE IF EXISTS `users`"),
    (16, "CREATE TABLE `users` ("),
    (20, "LOCK TABLES `users` WRITE"),
    (21, "/*!40000 ALTER TABLE `users` DISABLE KEYS */"),
    (22, "INSERT INTO `users` VALUES (1,'it''s; `x`.`y`'),(2,'/* no comment; */')"),
    (23, "UNLOCK TABLES"),
    (24, "ALTER DATABASE  CHARACTER SET latin1 COLLATE latin1_swedish_ci"),
    (26, "/*!50003 CREATE*/ /*!50017 */ /*!50003 TRIGGER `t` BEFORE INSERT ON `users` FOR EACH ROW BEGIN"),
    (30, "/*!50001 CREATE ALGORITHM=UNDEFINED */"),
]


def sent(statements: tuple[DumpedStatement, ...]) -> list[tuple[int, str]]:
    return [(each.line, each.sql.decode().splitlines()[0]) for each in statements]


def test_a_dump_of_mysqldump_with_its_database(tmp_path: Path) -> None:
    (tmp_path / "start.sql").write_text(MYSQL)
    statements = read_dump(tmp_path / "start.sql", "start.sql")
    assert sent(statements) == SENT
    assert statements[-2].sql.endswith(b"SET NEW.id = 1;\nEND */")
    assert b"DEFINER=" not in statements[-1].sql


def test_a_compressed_dump(tmp_path: Path) -> None:
    (tmp_path / "start.sql.gz").write_bytes(gzip.compress(MYSQL.encode()))
    assert sent(read_dump(tmp_path / "start.sql.gz", "start.sql.gz")) == SENT


def test_the_sandbox_word_of_mariadb_is_for_its_client() -> None:
    dump = b"/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump\n/*!40103 SET TIME_ZONE='+00:00' */;\n"
    assert [(each.line, each.sql) for each in split(dump)][-1] == (3, b"/*!40103 SET TIME_ZONE='+00:00' */")


def test_bytes_of_any_character_set_are_kept(tmp_path: Path) -> None:
    (tmp_path / "start.sql").write_bytes(b"INSERT INTO t VALUES ('\xff\\0;\xe4');\n")
    assert read_dump(tmp_path / "start.sql", "s") == (DumpedStatement(b"INSERT INTO t VALUES ('\xff\\0;\xe4')", 1),)


@pytest.mark.parametrize("text", ["INSERT INTO t VALUES ('" + "a" * 50_000, "SELECT '" + "''" * 25_000])
def test_a_string_without_an_end_is_one_statement_soon(text: str) -> None:
    assert [each.line for each in split(text.encode())] == [1]


@pytest.mark.parametrize(
    ("statement", "because"),
    [
        ("CREATE TABLE `other`.`users` (id INT)", "it names another database: `other`.`users`"),
        ("INSERT INTO other.users VALUES (1)", "it names another database: other.users"),
        ("DROP TABLE IF EXISTS `other` . `users`", "it names another database: `other` . `users`"),
        ("/*!40000 ALTER TABLE other.users ADD a INT */", "it names another database: other.users"),
        ("UPDATE mysql.user SET host = '%'", "it names another database: mysql.user"),
        ("GRANT ALL ON *.* TO app", "it is none that a dump of a database has"),
        ("SHUTDOWN", "it is none that a dump of a database has"),
    ],
)
def test_what_could_reach_beyond_the_database_is_refused(tmp_path: Path, statement: str, because: str) -> None:
    (tmp_path / "start.sql").write_text(f"SET NAMES utf8mb4;\n{statement};\n")
    with pytest.raises(ProjectError) as caught:
        read_dump(tmp_path / "start.sql", "start.sql")
    assert caught.value.what == "the dump holds a statement that could reach beyond the scratch database"
    assert caught.value.tried[0].startswith("start.sql:2: ")
    assert caught.value.tried[1] == because


def test_a_dump_of_several_databases_is_refused(tmp_path: Path) -> None:
    (tmp_path / "all.sql").write_text("USE `a`;\nCREATE TABLE t (id INT);\nUSE `b`;\n")
    with pytest.raises(ProjectError) as caught:
        read_dump(tmp_path / "all.sql", "all.sql")
    assert str(caught.value) == (
        "stairway: all.sql holds 2 databases, and the walk has one: a, b\n"
        "  tried   all.sql:1: USE a\n"
        "          all.sql:3: USE b\n"
        "  fix     dump one of them: mysqldump DATABASE > FILE"
    )


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ProjectError) as caught:
        read_dump(tmp_path / "start.sql", "start.sql")
    assert str(caught.value) == (
        "stairway: the dump start.sql cannot be read: No such file or directory\n"
        f"  tried   {tmp_path / 'start.sql'}: a path from the directory of pyproject.toml\n"
        "  fix     correct the path, or write the dump there: mysqldump DATABASE > FILE"
    )


def test_a_compressed_file_that_is_cut_off(tmp_path: Path) -> None:
    (tmp_path / "start.sql.gz").write_bytes(gzip.compress(MYSQL.encode())[:-20])
    with pytest.raises(ProjectError) as caught:
        read_dump(tmp_path / "start.sql.gz", "start.sql.gz")
    assert caught.value.what.startswith("start.sql.gz cannot be decompressed: ")
