from __future__ import annotations

import pytest

from pytest_stairway.findings import Location
from pytest_stairway.walk.failure import Statement
from pytest_stairway.walk.qualified import databases_changed


def named(*statements: str) -> list[str]:
    return list(databases_changed(Statement(sql, Location()) for sql in statements))


@pytest.mark.parametrize(
    ("sql", "database"),
    [
        ("CREATE TABLE billing.users (id INT)", "billing"),
        ("\nCREATE TABLE `two words`.`users` (\n\tid INT\n)", "two words"),
        ("ALTER TABLE billing . users ADD x INT", "billing"),
        ("DROP TABLE IF EXISTS billing.users", "billing"),
        ("CREATE INDEX ix_a ON billing.users (a)", "billing"),
        ("CREATE UNIQUE INDEX `ix a` USING BTREE ON billing.users (a)", "billing"),
        ("DROP INDEX ix_a ON billing.users", "billing"),
        ("CREATE OR REPLACE VIEW billing.v AS SELECT 1", "billing"),
        ("CREATE TRIGGER billing.t BEFORE INSERT ON users FOR EACH ROW SET @x = 1", "billing"),
        ("CREATE DATABASE IF NOT EXISTS billing", "billing"),
        ("drop schema billing", "billing"),
        ("ALTER DATABASE billing DEFAULT CHARACTER SET utf8mb4", "billing"),
        ("ALTER DATABASE `default` CHARACTER SET utf8mb4", "default"),
        ("TRUNCATE TABLE billing.users", "billing"),
    ],
)
def test_ddl_names_the_database_that_it_changes(sql: str, database: str) -> None:
    assert named(sql) == [database]


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE users (id INT DEFAULT 1.5)",
        "CREATE TABLE users (id INT, FOREIGN KEY (id) REFERENCES billing.users (id))",
        "CREATE TABLE users (id INT) COMMENT 'as TABLE billing.users'",
        "ALTER TABLE users ADD x INT",
        "CREATE VIEW v AS SELECT users.id FROM users",
        "CREATE VIEW v AS SELECT u.id FROM users AS u JOIN roles AS r ON r.id = u.role",
        "CREATE TABLE copies AS SELECT u.id FROM users AS u JOIN roles AS r ON r.id = u.role",
        "CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW SET @x = (SELECT 1 FROM a JOIN b ON b.id = a.id)",
        "ALTER DATABASE DEFAULT CHARACTER SET utf8",
        "ALTER DATABASE CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin",
        "ALTER SCHEMA COLLATE utf8mb4_bin",
        "SELECT 1 FROM billing.users",
        "CREATE TABLE `stairway_00000000_00000000`.users (id INT)",
    ],
)
def test_what_changes_no_other_database(sql: str) -> None:
    assert named(sql) == []


def test_a_statement_that_failed_changes_nothing() -> None:
    assert databases_changed([Statement("DROP DATABASE billing", Location(), error="(1008)")]) == {}
