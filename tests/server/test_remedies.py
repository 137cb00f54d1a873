"""A remedy is written with Alembic's operations, and told with what trying it on the server showed."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from pytest_stairway.remedies.remedy import remedies
from pytest_stairway.remedies.target import Target
from pytest_stairway.schema.diff import DRIFT, ROUND_TRIP, DeclaredNames, changes
from pytest_stairway.schema.read import SchemaReader
from pytest_stairway.servers.database import connect, create_database, drop_database, sqlalchemy_url
from pytest_stairway.walk.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.remedies.remedy import Remedy
    from pytest_stairway.schema.model import Schema
    from pytest_stairway.servers.interface import Server
    from pytest_stairway.walk.record import Proof

ONE_OF_EACH_VENDOR = True  # see conftest.py

USERS = "CREATE TABLE users (id INT PRIMARY KEY, {})"
ROLES = "CREATE TABLE roles (name VARCHAR(20), PRIMARY KEY (name))"
MEMBERS = "CREATE TABLE members (role VARCHAR(20), CONSTRAINT fk_role FOREIGN KEY (role) REFERENCES roles (name))"


@contextlib.contextmanager
def built(server: Server, definition: str) -> Iterator[tuple[str, Schema]]:
    database = create_database(server, charset="utf8mb4", collation="utf8mb4_bin")
    try:
        with contextlib.closing(connect(server.address, database)) as connection, connection.cursor() as cursor:
            for statement in definition.split(";;"):
                cursor.execute(statement)
        with contextlib.closing(connect(server.address, database)) as connection:
            schema = SchemaReader(connection, database, server.flavor).read()
        yield database, schema
    finally:
        drop_database(server, database)


def proofs(server: Server, should_be: str, found: str) -> tuple[Proof, ...]:
    with built(server, should_be) as (_, wanted), built(server, found) as (database, schema):
        differing = changes(wanted, schema, ROUND_TRIP, flavor=server.flavor)
        trial = Trial(server, sqlalchemy_url(server.address, database))
        return trial.prove(
            remedies(differing, Target(schema, server.flavor)),
            lambda after: changes(wanted, after, ROUND_TRIP, flavor=server.flavor),
            both_ways=True,
        )


def remedy_of_drift(server: Server, should_be: str, found: str) -> Remedy:
    """Write the only one, for models that choose no names."""
    with built(server, should_be) as (_, wanted), built(server, found) as (_, schema):
        differing = changes(wanted, schema, DRIFT, flavor=server.flavor, declared=DeclaredNames())
        (remedy,) = remedies(differing, Target(schema, server.flavor))
    return remedy


COLUMNS = {
    "VARCHAR(20) NOT NULL": "sa.String(20), nullable=False",
    "CHAR(2) DEFAULT 'de'": 'sa.CHAR(2), server_default="de"',
    "VARCHAR(9) DEFAULT 'it''s 5%'": """sa.String(9), server_default="it's 5%\"""",
    "TEXT COLLATE utf8mb4_general_ci": 'sa.Text(collation="utf8mb4_general_ci")',
    "MEDIUMTEXT": "mysql.MEDIUMTEXT()",
    "BOOL NOT NULL DEFAULT 1": 'sa.Boolean(), nullable=False, server_default="1"',
    "BIGINT UNSIGNED": "mysql.BIGINT(unsigned=True)",
    "DECIMAL(10,2) DEFAULT -1.50": 'sa.Numeric(10, 2), server_default="-1.50"',
    "DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6)": (
        'mysql.DATETIME(fsp=6), server_default=sa.text("CURRENT_TIMESTAMP(6)")'
    ),
    "DATETIME DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP": (
        'sa.DateTime(), server_default=sa.text("CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP")'
    ),
    "ENUM('a','b') COMMENT 'which: one'": 'sa.Enum("a", "b"), comment="which: one"',
    "SET('x','y') CHARACTER SET latin1": 'mysql.SET("x", "y", collation="latin1_swedish_ci")',
    "VARBINARY(16)": "sa.VARBINARY(16)",
    "JSON": "sa.JSON()",
    "DATE DEFAULT (curdate())": 'sa.Date(), server_default=sa.text("(curdate())")',
}


@pytest.mark.parametrize("column", COLUMNS)
def test_a_column_that_sqlalchemy_can_say(column: str, server: Server) -> None:
    (proof,) = proofs(server, USERS.format(f"a INT, b {column}"), USERS.format("a INT"))
    (call,) = proof.remedy.upgrade
    written = " ".join(call.split()).replace("( ", "(").replace(", )", ")")
    assert written == f'op.add_column("users", sa.Column("b", {COLUMNS[column]}))'
    assert (proof.remedy.downgrade, proof.upgrade, proof.downgrade) == (('op.drop_column("users", "b")',), "", "")


@pytest.mark.parametrize(
    "column",
    [
        "INT GENERATED ALWAYS AS (a + 1) STORED",
        "INT(4) ZEROFILL",
        "POINT NOT NULL",
        "INT INVISIBLE",
        "FLOAT(7,3)",
        r"ENUM('a\\b')",
    ],
)
def test_a_column_that_sqlalchemy_cannot_say(column: str, server: Server) -> None:
    (proof,) = proofs(server, USERS.format(f"a INT, b {column}"), USERS.format("a INT"))[:1]
    (call,) = proof.remedy.upgrade
    assert call.startswith('op.execute("ALTER TABLE `users` ADD COLUMN `b` ')
    assert (proof.upgrade, proof.downgrade) == ("", "")


ALTERED = {
    "a column": (
        "b VARCHAR(9) NOT NULL DEFAULT 'x' COMMENT 'why'",
        "b VARCHAR(5)",
        """op.alter_column(
    "users",
    "b",
    type_=sa.String(9),
    existing_type=sa.String(5),
    nullable=False,
    server_default="x",
    comment="why",
)""",
        """op.alter_column(
    "users",
    "b",
    type_=sa.String(5),
    existing_type=sa.String(9),
    nullable=True,
    server_default=None,
    comment=None,
)""",
    ),
    "the name of an index": (
        "b INT, KEY k (b)",
        "b INT, KEY l (b)",
        'op.execute("ALTER TABLE `users` RENAME INDEX `l` TO `k`")',
        'op.execute("ALTER TABLE `users` RENAME INDEX `k` TO `l`")',
    ),
    "an index with a prefix": (
        "b VARCHAR(9), KEY k (b(3))",
        "b VARCHAR(9)",
        'op.execute("ALTER TABLE `users` ADD KEY `k` (`b`(3))")',
        'op.drop_index("k", table_name="users")',
    ),
    "a unique key": (
        "b INT, UNIQUE KEY k (b)",
        "b INT",
        'op.create_index("k", "users", ["b"], unique=True)',
        'op.drop_index("k", table_name="users")',
    ),
}


@pytest.mark.parametrize("case", ALTERED)
def test_what_alters_a_table(case: str, server: Server) -> None:
    should_be, found, upgrade, downgrade = ALTERED[case]
    (proof,) = proofs(server, USERS.format(should_be), USERS.format(found))
    assert (proof.remedy.upgrade, proof.remedy.downgrade) == ((upgrade,), (downgrade,))
    assert (proof.upgrade, proof.downgrade) == ("", "")


def test_partitions(server: Server) -> None:
    parted = USERS.format("b INT").replace("INT)", "INT) PARTITION BY HASH (id) PARTITIONS 2")
    (proof,) = proofs(server, parted, USERS.format("b INT"))
    assert proof.remedy.downgrade == ('op.execute("ALTER TABLE `users` REMOVE PARTITIONING")',)
    assert (proof.upgrade, proof.downgrade) == ("", "")


def test_a_column_without_even_default_null(server: Server) -> None:
    without = USERS.format("b INT") + ";;ALTER TABLE users ALTER COLUMN b DROP DEFAULT"
    (proof,) = proofs(server, without, USERS.format("b INT NOT NULL"))
    assert (
        server.flavor.is_mariadb
        or proof.remedy.upgrade[-1] == 'op.execute("ALTER TABLE `users` ALTER COLUMN `b` DROP DEFAULT")'
    )
    assert (proof.upgrade, proof.downgrade) == ("", "")


def test_a_foreign_key_over_columns_that_change_is_created_again(server: Server) -> None:
    found = f"{ROLES};;{MEMBERS}"
    (proof,) = proofs(server, found.replace("))", ")) COLLATE utf8mb4_general_ci"), found)
    assert [call.partition("(")[0] for call in proof.remedy.upgrade] == [
        "op.drop_constraint",
        "op.execute",
        "op.execute",
        "op.create_foreign_key",
    ]
    assert [change.object for change in proof.remedy.changes] == ["members", "roles"]
    assert (proof.upgrade, proof.downgrade) == ("", "")


def test_the_index_that_a_foreign_key_brings_goes_with_it(server: Server) -> None:
    """Drift takes the index for the foreign key's; a round trip tells of it by itself."""
    remedy = remedy_of_drift(server, f"{ROLES};;{MEMBERS}", f"{ROLES};;CREATE TABLE members (role VARCHAR(20))")
    assert remedy.downgrade == (
        'op.drop_constraint("fk_role", "members", type_="foreignkey")',
        'op.drop_index("fk_role", table_name="members")',
    )


def test_a_name_of_the_server_that_is_taken(server: Server) -> None:
    parent = "CREATE TABLE p (id INT PRIMARY KEY)"
    columns = "a INT, b INT, KEY (a), KEY (b)"
    a, b = (f"FOREIGN KEY ({column}) REFERENCES p (id)" for column in "ab")
    both, one = (f"{parent};;{USERS.format(f'{columns}, {keys}')}" for keys in (f"{a}, {b}", b))
    remedy = remedy_of_drift(server, both, one)
    assert remedy.upgrade == ('op.create_foreign_key("fk_users_a", "users", "p", ["a"], ["id"])',)
    assert remedy.downgrade == ('op.drop_constraint("fk_users_a", "users", type_="foreignkey")',)


def test_views_are_created_after_what_they_show(server: Server) -> None:
    views = "CREATE VIEW a AS SELECT id FROM b;;CREATE VIEW c AS SELECT id FROM a"
    every = proofs(server, f"CREATE TABLE b (id INT PRIMARY KEY);;{views}", "CREATE TABLE z (id INT PRIMARY KEY)")
    assert [change.object for proof in every for change in proof.remedy.changes] == ["z", "b", "view a", "view c"]
    assert {(proof.upgrade, proof.downgrade) for proof in every} == {("", "")}


def test_tables_that_refer_to_each_other(server: Server) -> None:
    left = "CREATE TABLE l (id INT PRIMARY KEY, r INT)"
    right = "CREATE TABLE r (id INT PRIMARY KEY, l INT, CONSTRAINT fk_l FOREIGN KEY (l) REFERENCES l (id))"
    both = f"{left};;{right};;ALTER TABLE l ADD CONSTRAINT fk_r FOREIGN KEY (r) REFERENCES r (id)"
    other = "CREATE TABLE a (id INT PRIMARY KEY, CONSTRAINT fk_a FOREIGN KEY (id) REFERENCES l (id))"
    every = proofs(server, f"{both};;{other}", "CREATE TABLE z (id INT PRIMARY KEY)")
    assert [[change.object for change in proof.remedy.changes] for proof in every] == [["z"], ["l", "r"], ["a"]]
    assert {(proof.upgrade, proof.downgrade) for proof in every} == {("", "")}


def test_a_remedy_that_rows_do_not_let_pass(server: Server) -> None:
    rows = ";;INSERT INTO users VALUES (1, 'a'), (2, 'a')"
    (proof,) = proofs(server, USERS.format("b CHAR(1), UNIQUE KEY k (b)"), USERS.format("b CHAR(1)") + rows)
    key = "k" if server.flavor.is_mariadb else "users.k"
    assert (proof.upgrade, proof.downgrade) == (f"fails: (1062) Duplicate entry 'a' for key '{key}'", "")


def test_a_downgrade_that_cannot_bring_rows_back(server: Server) -> None:
    rows = ";;INSERT INTO users VALUES (1, 'a'), (2, 'b')"
    found = USERS.format("a INT, b CHAR(1), UNIQUE KEY k (b)").replace("b CHAR(1)", "b CHAR(1) NOT NULL")
    first, second = proofs(
        server, USERS.format("a INT"), found + rows.replace("(1,", "(1, 1,").replace("(2,", "(2, 1,")
    )
    assert first.remedy.upgrade == ('op.drop_index("k", table_name="users")',)
    key = "k" if server.flavor.is_mariadb else "users.k"
    assert (first.upgrade, first.downgrade) == ("", f"fails: (1062) Duplicate entry '' for key '{key}'")
    assert (second.upgrade, second.downgrade) == ("", "")


def test_a_remedy_that_leaves_the_difference(server: Server) -> None:
    """KEY_BLOCK_SIZE of a compressed table stays with its primary key when the table gets another."""
    compressed = "CREATE TABLE users (id INT PRIMARY KEY) ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE={}"
    (proof,) = proofs(server, compressed.format(8), compressed.format(4))
    assert proof.upgrade == (
        "leaves primary key of users as PRIMARY KEY (`id`) KEY_BLOCK_SIZE=4 instead of PRIMARY KEY (`id`)"
    )
