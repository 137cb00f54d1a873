"""Each project below tests/projects raises what its files mark with `# expect: <code> ...`, there and nowhere else."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import alembic
import pytest

from pytest_stairway.findings import Finding
from pytest_stairway.reports.terminal import render

if TYPE_CHECKING:
    from pytest_stairway.flavor import Flavor
    from pytest_stairway.servers.interface import Server
    from tests.server.conftest import Judge

ONE_OF_EACH_VENDOR = True  # see conftest.py
PROJECTS = Path(__file__).parent.parent / "projects"
MARK = re.compile(r"# expect(?: on (\w+))?: (.+)")


def findings(judge: Judge, project: Path) -> list[Finding]:
    return [outcome for outcome in judge(project) if isinstance(outcome, Finding)]


def marks(project: Path, flavor: Flavor) -> list[tuple[str, str]]:
    """Collect what each line expects on every server, or on this one's vendor."""
    return sorted(
        (f"{path.relative_to(project).as_posix()}:{number}", code)
        for path in project.rglob("*")
        if path.suffix in {".ini", ".py", ".toml"}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for vendor, codes in MARK.findall(line)
        if vendor in {"", flavor.vendor}
        for code in codes.split()
    )


MARIADB_SQL_MODE = "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION"
MYSQL_SQL_MODE = (
    "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,"
    "NO_ENGINE_SUBSTITUTION"
)
ALEMBIC = tuple(int(number) for number in alembic.__version__.split(".")[:3])
CASES = [ini.parent.relative_to(PROJECTS).as_posix() for ini in sorted(PROJECTS.glob("*/*/alembic.ini"))]


@pytest.mark.parametrize("case", CASES)
def test_a_project_raises_what_it_marks_and_nothing_else(case: str, judge: Judge, server: Server) -> None:
    if case == "history/in_order" and ALEMBIC < (1, 13, 1):
        pytest.skip("this Alembic spoils its version table where a revision has depends_on; the next test is about it")
    found = findings(judge, PROJECTS / case)
    assert sorted((str(finding.location), finding.code) for finding in found) == marks(PROJECTS / case, server.flavor)


@pytest.mark.skipif(ALEMBIC >= (1, 13, 1), reason="Alembic 1.13.1 ended it")
def test_a_fault_of_alembics_own_is_not_put_on_the_migration(judge: Judge) -> None:
    assert render(findings(judge, PROJECTS / "history/in_order")) == (
        "versions/0003_create_teams.py:15  version-table-differs\n"
        "  after downgrade of 0003 the version table holds 0001, 0002; what is applied is 0002\n"
        "  Alembic before 1.13.1 does so after the downgrade of a revision with depends_on (its issue 1373): "
        "use a newer one."
    )


TEXTS = {
    "upgrade/index_under_foreign_key": """\
versions/0002_index_role_and_name.py:10  upgrade-fails
  upgrade of 0002 fails on {flavor}: (1553) Cannot drop index 'ix_users_role_id': needed in a foreign key constraint
  statement: DROP INDEX ix_users_role_id ON users
  Foreign key fk_users_role of users needs an index on users (role_id): ix_users_role_id is the last one.
  Create the index that replaces it, line 11, before this one goes:
      op.create_index("ix_users_role_id_name", "users", ["role_id", "name"])
      op.drop_index("ix_users_role_id", table_name="users")""",
    "upgrade/needs_a_row": """\
versions/0002_own_artifacts.py:13  upgrade-fails
  upgrade of 0002 fails on {flavor}: RuntimeError: there is no default workspace
  The migration raises this itself. If it needs what only an installation in use has, such as a row,
  say so in pyproject.toml, and the walk starts there:
      [tool.stairway.start]
      revision = "0001"
      schema = "start.sql"
  start.sql is what `mysqldump DATABASE` writes of a database as it was then; \
"create_all" or "package.module:function" may make the schema instead.""",
    "upgrade/duplicate_rows": """\
versions/0002_unique_role_names.py:12  upgrade-fails
  upgrade of 0002 fails on {flavor}: (1062) Duplicate entry 'admin' for key '{table}uq_roles_name'
  statement: ALTER TABLE roles ADD CONSTRAINT uq_roles_name UNIQUE (name)
  half applied: 1 DDL statement ran before it and cannot be rolled back
  Rows that earlier migrations inserted do not fit: change them with op.execute("UPDATE ...") before this line.""",
    "upgrade/index_without_table": """\
versions/0002_drop_the_index.py:10  upgrade-fails
  upgrade of 0002 fails on {flavor}: (1146) Table 'no_table' doesn't exist
  statement: DROP INDEX ix_users_name ON no_table
  MySQL and MariaDB drop an index of a table: give op.drop_index() its table_name=.""",
    "upgrade/table_of_create_all": """\
versions/0002_add_email.py:11  upgrade-fails
  upgrade of 0002 fails on {flavor}: (1146) Table 'users' doesn't exist
  statement: ALTER TABLE users ADD COLUMN email VARCHAR(64)
  No revision before it makes users. If databases were begun otherwise, by create_all for example, say so
  in pyproject.toml, and the walk starts there:
      [tool.stairway.start]
      revision = "0001"
      schema = "start.sql"
  start.sql is what `mysqldump DATABASE` writes of a database as it was then; \
"create_all" or "package.module:function" may make the schema instead.""",
    "installed/rows_of_migrations": """\
versions/0001_create_roles.py:14  installed-differs-from-migrated
  roles has 2 rows after all migrations and none where create_all installs:
    id = 1
    id = 2
  statement: INSERT INTO roles (name) VALUES (%(name)s)
  A database that is installed and stamped never runs this revision. Insert the rows on both ways:
  in a function that the revision and the installation call, or in an after_create event of the table.""",
    "session_state/left": """\
versions/0002_without_checks.py:10  session-state-leaks
  upgrade of 0002 leaves its session otherwise than it found it:
    foreign_key_checks: ON -> OFF
    unique_checks: ON -> OFF
  statement: SET foreign_key_checks = 0, unique_checks = 0
  Alembic runs the revisions after it in the same session: they may insert and alter what breaks foreign keys.
  Put it back in any case:
      op.execute("SET @foreign_key_checks = @@foreign_key_checks, @unique_checks = @@unique_checks")
      try:
          ...  # this statement, and those that need it
      finally:
          op.execute("SET foreign_key_checks = @foreign_key_checks, unique_checks = @unique_checks")

versions/0002_without_checks.py:16  session-state-leaks
  downgrade of 0002 leaves its session otherwise than it found it:
    sql_mode: {sql_mode} -> empty
  statement: SET SESSION sql_mode = ''
  Alembic runs the revisions after it in the same session: they accept, refuse or cut off other values.
  Put it back in any case:
      op.execute("SET @sql_mode = @@sql_mode")
      try:
          ...  # this statement, and those that need it
      finally:
          op.execute("SET sql_mode = @sql_mode")

versions/0003_other_charset.py:10  session-state-leaks
  upgrade of 0003 leaves its session otherwise than it found it:
    character_set_client: utf8mb4 -> latin1
    character_set_connection: utf8mb4 -> latin1
    character_set_results: utf8mb4 -> latin1
    collation_connection: {collation} -> latin1_swedish_ci
  statement: SET NAMES latin1
  Alembic runs the revisions after it in the same session.
  Leave it out: the character set of the session is that of env.py's URL (?charset=).

versions/0004_copy_by_temporary_table.py:10  session-state-leaks
  upgrade of 0004 leaves the temporary table users_copy behind
  statement: CREATE TEMPORARY TABLE users_copy SELECT * FROM users
  Alembic runs the revisions after it in the same session, where it hides a table of this name.
  Drop it in the end:
      op.execute("DROP TEMPORARY TABLE users_copy")

versions/0005_dump_header.py:10  session-state-leaks
  upgrade of 0005 leaves its session otherwise than it found it:
    time_zone: SYSTEM -> +03:00
  statement: /*!40103 SET TIME_ZONE='+03:00' */
  Alembic runs the revisions after it in the same session.
  Put it back in any case:
      op.execute("SET @time_zone = @@time_zone")
      try:
          ...  # this statement, and those that need it
      finally:
          op.execute("SET time_zone = @time_zone")""",
    "session_state/table_locks": """\
versions/0002_lock_users.py:10  session-state-leaks
  upgrade of 0002 leaves tables locked
  Alembic then cannot update its version table: (1100) Table 'alembic_version' was not locked with LOCK TABLES
  statement: LOCK TABLES users WRITE
  Give the locks back in the end:
      op.execute("UNLOCK TABLES")""",
    "round_trip/index_before_table": """\
versions/0002_create_users.py:20  downgrade-fails
  downgrade of 0002 fails on {flavor}: (1553) Cannot drop index 'ix_users_role_id': needed in a foreign key constraint
  statement: DROP INDEX ix_users_role_id ON users
  Foreign key fk_users_role of users needs an index on users (role_id): ix_users_role_id is the last one.
  Leave this line out: op.drop_table("users"), line 21, drops the indexes of its table.""",
    "round_trip/fails_after_reflection": """\
versions/0002_create_users.py:26  downgrade-fails
  downgrade of 0002 fails on {flavor}: (1553) Cannot drop index 'ix_users_role_id': needed in a foreign key constraint
  statement: DROP INDEX ix_users_role_id ON users
  Foreign key fk_users_role of users needs an index on users (role_id): ix_users_role_id is the last one.
  Leave this line out: op.drop_table("users"), line 27, drops the indexes of its table.""",
    "round_trip/table_referenced": """\
versions/0001_create_users.py:20  downgrade-fails
  downgrade of 0001 fails on {flavor}: {referenced_roles}
  users references roles: op.drop_table("users"), line 21, has to come first.

versions/0002_create_teams.py:16  downgrade-fails
  downgrade of 0002 fails on {flavor}: {referenced_teams}
  users references teams: drop it first, or its foreign key:
      op.drop_constraint("fk_users_team", "users", type_="foreignkey")""",
    "round_trip/set_null_column": """\
versions/0002_comment.py:15  downgrade-fails
  downgrade of 0002 fails on {flavor}: (1830) Column 'role_id' cannot be NOT NULL: \
needed in a foreign key constraint 'fk_users_role' SET NULL
  statement: ALTER TABLE users MODIFY role_id INTEGER NOT NULL
  Foreign key fk_users_role sets role_id to NULL where what it references is deleted.
  Leave role_id nullable, or drop the key before this line and create it behind it with another ondelete=.""",
    "round_trip/left_for_the_next_upgrade": """\
versions/0002_drop_foreign_keys.py:17  downgrade-differs
  downgrade of 0002 leaves foreign key users_ibfk_1 on users as \
CONSTRAINT `fk_users_role` FOREIGN KEY (`role_id`) REFERENCES `roles` (`id`); before the upgrade it was \
CONSTRAINT `users_ibfk_1` FOREIGN KEY (`role_id`) REFERENCES `roles` (`id`)
  statement: ALTER TABLE users ADD CONSTRAINT fk_users_role FOREIGN KEY(role_id) REFERENCES roles (id)
  the next upgrade then makes something else; the first time and now:
    index role_id on users: KEY `role_id` (`role_id`) -> KEY `fk_users_role` (`role_id`)
  Create it as it was, or add after this line:
      op.drop_constraint("fk_users_role", "users", type_="foreignkey")
      op.create_foreign_key("users_ibfk_1", "users", "roles", ["role_id"], ["id"])
  Not proved: on a copy of the schema that it leaves this leaves index role_id on users as \
KEY `fk_users_role` (`role_id`) instead of KEY `role_id` (`role_id`)""",
    "round_trip/modify_forgets": """\
versions/0002_longer_email.py:23  downgrade-differs
  downgrade of 0002 leaves users.email as VARCHAR(120) NULL; \
before the upgrade it was VARCHAR(120) NOT NULL DEFAULT '' COMMENT 'where we write to'
  statement: ALTER TABLE users MODIFY email VARCHAR(120) NULL
  MODIFY resets every attribute that it does not repeat. Instead:
      op.alter_column(
          "users",
          "email",
          existing_type=sa.String(120),
          nullable=False,
          server_default="",
          comment="where we write to",
      )""",
    "round_trip/many_tables": """\
versions/0002_microseconds.py:18  downgrade-differs
  downgrade of 0002 does not restore 4 objects; before the upgrade and after the downgrade:
    invoices.created: DATETIME NOT NULL DEFAULT {now} -> DATETIME NOT NULL
    orders.created: DATETIME NOT NULL DEFAULT {now} -> DATETIME NOT NULL
    teams.created: DATETIME NOT NULL DEFAULT {now} -> DATETIME NOT NULL
    users.created: DATETIME NOT NULL DEFAULT {now} -> DATETIME NOT NULL
  statement: ALTER TABLE invoices CHANGE created created DATETIME NOT NULL
  MODIFY resets every attribute that it does not repeat. Instead:
      op.alter_column(
          "invoices",
          "created",
          existing_type=sa.DateTime(),
          nullable=False,
          server_default=sa.text("CURRENT_TIMESTAMP"),
      )
      op.alter_column(
          "orders",
          "created",
          existing_type=sa.DateTime(),
          nullable=False,
          server_default=sa.text("CURRENT_TIMESTAMP"),
      )
      op.alter_column(
          "teams",
          "created",
          existing_type=sa.DateTime(),
          nullable=False,
          server_default=sa.text("CURRENT_TIMESTAMP"),
      )
      op.alter_column(
          "users",
          "created",
          existing_type=sa.DateTime(),
          nullable=False,
          server_default=sa.text("CURRENT_TIMESTAMP"),
      )
  Import at the top of the file: import sqlalchemy as sa""",
    "round_trip/restored_otherwise": """\
versions/0002_rename_email.py:18  downgrade-differs
  downgrade of 0002 leaves users.email as VARCHAR(120) NULL; before the upgrade it was VARCHAR(120) NOT NULL
  statement: ALTER TABLE users CHANGE address email VARCHAR(120) NULL
  Add after this line:
      op.alter_column("users", "email", existing_type=sa.String(120), nullable=False)

versions/0002_rename_email.py:19  downgrade-differs
  downgrade of 0002 leaves users.status as VARCHAR(255) NULL; before the upgrade it was VARCHAR(16) NULL
  statement: ALTER TABLE users ADD COLUMN status VARCHAR(255)
  Create it as it was, or add after this line:
      op.alter_column("users", "status", type_=sa.String(16), existing_type=sa.String(255), nullable=True)""",
    "round_trip/left_behind": """\
versions/0002_create_audit.py:16  downgrade-differs
  downgrade of 0002 leaves audit behind: TABLE (id, user_id)
  the next upgrade then fails: (1050) Table 'audit' already exists
  Add to its downgrade():
      op.drop_table("audit")""",
    "round_trip/row_inserted_again": """\
versions/0002_insert_admin.py:10  reupgrade-fails
  after its downgrade, upgrade of 0002 fails on {flavor}: (1062) Duplicate entry 'admin' for key '{table}name'
  statement: INSERT INTO roles (name) VALUES ('admin')
  The downgrade leaves behind rows that the upgrade inserted: let it delete them, by the same keys.""",
    "round_trip/no_downgrades": """\
versions/0001_create_users.py:14  downgrade-missing
  none of the 4 revisions that change the schema has a downgrade
  If that is the policy, set downgrade = "none" in [tool.stairway].""",
    "round_trip/varchar_without_length": """\
versions/0002_longer_name.py:15  downgrade-fails
  downgrade of 0002 fails on {flavor}: CompileError: VARCHAR requires a length on dialect mysql
  MySQL and MariaDB have no VARCHAR without a length. Give the one that the column has or had:
  sa.String(255), not sa.String(), for the column and for existing_type= and type_= of op.alter_column().""",
    "column_order/not_restored": """\
versions/0002_drop_name.py:15  column-order
  downgrade of 0002 leaves the columns of users in the order id, email, name; before the upgrade it was id, name, email
  Put them back with
      op.execute("ALTER TABLE `users` MODIFY COLUMN `email` varchar(64) NOT NULL AFTER `name`")""",
    "drift/servers_default": """\
models.py:7  drift-changed
  tags is {latin1} after all migrations; the models say CHARSET=utf8mb4 COLLATE={collation}
  different: CHARSET, COLLATE
  so are its columns without a collation of their own: name
  {collation} is the server's default, which a model has that names none of its own
  Change the models, or add a revision with
      def upgrade():
          op.execute("ALTER TABLE `tags` CONVERT TO CHARACTER SET utf8mb4 COLLATE {collation}")

      def downgrade():
          op.execute("ALTER TABLE `tags` CONVERT TO CHARACTER SET latin1 COLLATE latin1_swedish_ci")
  If latin1_swedish_ci is the default of the servers that the project runs on, say so in [tool.stairway]:
      server_variables = {{ character_set_server = "latin1", collation_server = "latin1_swedish_ci" }}""",
    "drift/table_default": """\
models.py:28  drift-changed
  countries is {latin1} after all migrations; the models say {utf8mb4}
  different: CHARSET, COLLATE
  Change the models, or add a revision with
      def upgrade():
          op.execute("ALTER TABLE `countries` CHARSET=utf8mb4 COLLATE=utf8mb4_bin")

      def downgrade():
          op.execute("ALTER TABLE `countries` CHARSET=latin1 COLLATE=latin1_swedish_ci")

models.py:9  drift-changed
  tags is {latin1} after all migrations; the models say {utf8mb4}
  different: CHARSET, COLLATE
  so are its columns without a collation of their own: name, colour
  Change the models, or add a revision with
      def upgrade():
          op.execute("ALTER TABLE `tags` CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")

      def downgrade():
          op.execute("ALTER TABLE `tags` CONVERT TO CHARACTER SET latin1 COLLATE latin1_swedish_ci")

models.py:18  drift-changed
  users is {latin1} after all migrations; the models say {utf8mb4}
  different: CHARSET, COLLATE
  so are its columns without a collation of their own: name
  Change the models, or add a revision with
      def upgrade():
          op.execute("ALTER TABLE `users` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, \
MODIFY COLUMN `name` varchar(64){charset} COLLATE utf8mb4_bin NOT NULL")

      def downgrade():
          op.execute("ALTER TABLE `users` DEFAULT CHARACTER SET latin1 COLLATE latin1_swedish_ci, \
MODIFY COLUMN `name` varchar(64) CHARACTER SET latin1 COLLATE latin1_swedish_ci NOT NULL")

models.py:18  drift-changed
  users.nickname is VARCHAR(16) CHARACTER SET latin1 COLLATE latin1_swedish_ci NOT NULL after all migrations; \
the models say VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL
  different: type, character set, collation
  Change the models, or add a revision with
      def upgrade():
          op.alter_column(
              "users",
              "nickname",
              type_=sa.String(32, collation="utf8mb4_bin"),
              existing_type=sa.String(16, collation="latin1_swedish_ci"),
              nullable=False,
          )

      def downgrade():
          op.alter_column(
              "users",
              "nickname",
              type_=sa.String(16, collation="latin1_swedish_ci"),
              existing_type=sa.String(32, collation="utf8mb4_bin"),
              nullable=False,
          )""",
    "drift/table_default_under_foreign_key": """\
models.py:8  drift-changed
  roles is {latin1} after all migrations; the models say {utf8mb4}
  different: CHARSET, COLLATE
  so are its columns without a collation of their own: name
  Change the models, or add a revision with
      def upgrade():
          op.drop_constraint("fk_users_role", "users", type_="foreignkey")
          op.execute("ALTER TABLE `roles` CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
          op.execute("ALTER TABLE `users` CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
          op.create_foreign_key("fk_users_role", "users", "roles", ["role"], ["name"])

      def downgrade():
          op.drop_constraint("fk_users_role", "users", type_="foreignkey")
          op.execute("ALTER TABLE `roles` CONVERT TO CHARACTER SET latin1 COLLATE latin1_swedish_ci")
          op.execute("ALTER TABLE `users` CONVERT TO CHARACTER SET latin1 COLLATE latin1_swedish_ci")
          op.create_foreign_key("fk_users_role", "users", "roles", ["role"], ["name"])

models.py:15  drift-changed
  users is {latin1} after all migrations; the models say {utf8mb4}
  different: CHARSET, COLLATE
  so are its columns without a collation of their own: role
  Change the models, or add the revision that is told for roles: it covers this as well.""",
    "drift/core_tables": """\
models.py:8  drift-missing
  users.name is in the models and no migration creates it: VARCHAR(64) NULL
  Change the models, or add a revision with
      def upgrade():
          op.add_column("users", sa.Column("name", sa.String(64)))

      def downgrade():
          op.drop_column("users", "name")""",
    "models_uncreatable/refused": """\
models.py:60  drift-missing
  users.about is in the models and no migration creates it: TEXT NULL
  Change the models, or add a revision with
      def upgrade():
          op.add_column("users", sa.Column("about", sa.Text()))

      def downgrade():
          op.drop_column("users", "about")

models.py:15  models-uncreatable
  the models' table pages cannot be created on {flavor}: (1071) Specified key was too long; \
max key length is 3072 bytes
  statement: CREATE TABLE pages ( url VARCHAR(1000) NOT NULL, PRIMARY KEY (url) )
  Shorten the column, or index a prefix of it: Index(..., mysql_length={{"column": 191}})

models.py:20  models-uncreatable
  the models' table articles cannot be created on {flavor}: (1118) Row size too large. The maximum row size \
for the used table type, not counting BLOBs, is 65535. This includes storage overhead, check the manual. \
You have to change some columns to TEXT or BLOBs
  statement: CREATE TABLE articles ( id INTEGER NOT NULL AUTO_INCREMENT, first VARCHAR(9000), \
second VARCHAR(9000), PRIMARY KEY (id) )
  Make the longest String columns Text: a row keeps a pointer of theirs alone.

models.py:27  models-uncreatable
  the models' table accounts cannot be created on {flavor}: {unknown_type}
  statement: CREATE TABLE accounts ( id INTEGER NOT NULL AUTO_INCREMENT, balance MONEY, PRIMARY KEY (id) )

models.py:33  models-uncreatable
  the models' table clubs cannot be created on {flavor}: (1061) Duplicate key name 'ix_name'
  statement: CREATE INDEX ix_name ON clubs (name)
  Each index of a table needs a name of its own: index=True of a column names its index ix_<table>_<column>.

models.py:40  models-uncreatable
  the models' table tags cannot be created on {flavor}: CompileError: (in table 'tags', column 'name'): \
VARCHAR requires a length on dialect mysql
  Give the column a length: String(255), not String().

models.py:46  models-uncreatable
  the models' table notes cannot be created on {flavor}: CompileError: (in table 'notes', column 'author_id'): \
Can't generate DDL for NullType(); did you forget to specify a type on this Column?
  Give the column a type; or import in env.py the table that its foreign key refers to, which gives it one.""",
    "rows/downgrade_empties_table": """\
versions/0002_insert_editor.py:14  rows-lost
  up and down of 0002 lose what earlier revisions had put into roles: 2 of 2 rows gone:
    id = 1
    id = 2
  Let the downgrade take out of roles only what the upgrade inserted, by its keys in WHERE.""",
    "rows/rename_as_drop_and_add": """\
versions/0002_rename_name_to_title.py:12  column-lost
  upgrade of 0002 drops roles.name, and its downgrade brings it back without the values:
    id = 1: name 'admin' -> ''
    id = 2: name 'reader' -> ''
  Copy the values to where they are kept before dropping the column, and back in the downgrade.
  If roles.title is roles.name under a new name, rename it, which keeps what is in it:
      def upgrade():
          op.alter_column(
              "roles",
              "name",
              new_column_name="title",
              existing_type=sa.String(64),
              existing_nullable=False,
          )

      def downgrade():
          op.alter_column(
              "roles",
              "title",
              new_column_name="name",
              existing_type=sa.String(64),
              existing_nullable=False,
          )""",
    "version_table/session_rollback": """\
versions/0002_fill_names.py:11  version-table-differs
  upgrade of 0002 ends Alembic's transaction, so its row in the version table is not committed: as the last migration \
of a deploy it would run again the next time
  Leave commit() and rollback() on op.get_bind() and on sessions bound to it out of the migration.""",
    "version_table/transactional_ddl": """\
env.py:14  version-table-differs
  after upgrade of 0001 its row in the version table is not committed, and what it did is:
  env.py says transactional_ddl=True, so Alembic commits when all migrations have run;
  where a later one fails, the next deploy runs those before it again
  Leave it out of context.configure(): MySQL and MariaDB commit at each DDL statement, and without it
  Alembic commits after each revision.""",
    "version_table/depends_on_beside_own_line": """\
versions/0005_create_members.py:11  version-table-differs
  after upgrade of 0005 Alembic cannot update its version table: KeyError: '0001'
  Alembic itself cannot walk its depends_on: `alembic upgrade heads` stops so on an empty database too.
  Let it follow what it needs, as a merge does, without depends_on:
      down_revision = ("0003", "0004")""",
    "lock_wait/second_connection": """\
versions/0002_add_email.py:13  lock-wait
  upgrade of 0002 waits for a lock, by default for {limit}, and every new query on the table waits behind it \
(ended here after 1 s)
  waiting: ALTER TABLE users ADD COLUMN email VARCHAR(255)
  another connection of the same process holds it, its transaction still open after:
    versions/0002_add_email.py:12: SELECT MAX(CHAR_LENGTH(name)) FROM users
  Use op.get_bind() for everything in the migration, or close the other connection before this line.""",
}


REFERENCED_ON_MYSQL = """\
(3730) Cannot drop table '{0}' referenced by a foreign key constraint '{1}' on table 'users'.
  statement: DROP TABLE {0}"""
REFERENCED_ON_MARIADB = """\
(1451) Cannot delete or update a parent row: a foreign key constraint fails
  statement: DROP TABLE {0}"""
MONEY_IS_NO_TYPE = (
    "(1064) You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version "
    "for the right syntax to use near 'MONEY, PRIMARY KEY (id) )' at line 3"
)


@pytest.mark.parametrize("case", TEXTS)
def test_what_a_finding_says(case: str, judge: Judge, server: Server) -> None:
    is_mariadb = server.flavor.is_mariadb
    referenced = REFERENCED_ON_MARIADB if is_mariadb else REFERENCED_ON_MYSQL
    expected = TEXTS[case].format(
        flavor=server.flavor,
        latin1="CHARSET=latin1 COLLATE=latin1_swedish_ci",
        utf8mb4="CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
        charset=" CHARACTER SET utf8mb4" if is_mariadb else "",
        limit="a day" if is_mariadb else "a year",
        now="current_timestamp()" if is_mariadb else "CURRENT_TIMESTAMP",
        table="" if is_mariadb else "roles.",
        sql_mode=MARIADB_SQL_MODE if is_mariadb else MYSQL_SQL_MODE,
        collation="utf8mb4_general_ci" if is_mariadb else "utf8mb4_0900_ai_ci",
        referenced_roles=referenced.format("roles", "fk_users_role"),
        referenced_teams=referenced.format("teams", "fk_users_team"),
        unknown_type="(4161) Unknown data type: 'MONEY'" if is_mariadb else MONEY_IS_NO_TYPE,
    )
    assert render(findings(judge, PROJECTS / case)) == expected


def copied(case: str, tmp_path: Path) -> Path:
    shutil.copytree(PROJECTS / "_shared", tmp_path / "_shared")
    return Path(shutil.copytree(PROJECTS / case, tmp_path / case))


def told(found: list[Finding]) -> list[str]:
    """Collect the indented lines of each remedy."""
    blocks = ("\n".join(line for line in f.remedy.splitlines() if not line or line[:4] == "    ") for f in found)
    return [textwrap.dedent(block).strip() for block in blocks if block.strip()]


def revision_of(found: list[Finding]) -> str:
    """Make one revision of what the findings tell: their upgrades in order, their downgrades in the reverse order."""
    imports = "from sqlalchemy.dialects import mysql"
    functions = [block.removeprefix(imports).strip().split("\n\ndef downgrade():\n") for block in told(found)]
    upgrades = [upgrade.removeprefix("def upgrade():\n") for upgrade, _ in functions]
    downgrades = [downgrade for _, downgrade in reversed(functions)]
    return "\n".join([imports, "def upgrade():", *upgrades, "def downgrade():", *downgrades, ""])


@pytest.mark.parametrize(
    "case",
    [
        "drift/changed",
        "drift/core_tables",
        "drift/extra",
        "drift/left_unsaid",
        "drift/lost_attributes",
        "drift/missing",
        "drift/odd_names",
        "drift/primary_key",
        "drift/renamed",
        "drift/table_default",
        "drift/table_default_under_foreign_key",
        "drift/tables",
        "drift/under_foreign_keys",
    ],
)
def test_a_revision_of_the_remedies_ends_the_drift_and_can_be_taken_back(
    case: str, judge: Judge, tmp_path: Path
) -> None:
    project = copied(case, tmp_path)
    versions = sorted((project / "versions").glob("*.py"))
    (project / "versions" / "0009_remedies.py").write_text(
        f'import sqlalchemy as sa\nfrom alembic import op\n\nrevision = "0009"\n'
        f'down_revision = "{versions[-1].name[:4]}"\n\n\n{revision_of(findings(judge, project))}'
    )
    sys.modules.pop("models")
    assert render(findings(judge, project)) == ""


@pytest.mark.parametrize(
    "case",
    [
        "round_trip/differs_once",
        "round_trip/foreign_key_index_names",
        "round_trip/foreign_key_index_needed",
        "round_trip/left_behind",
        "round_trip/many_tables",
        "round_trip/modify_forgets",
        "round_trip/modify_makes_visible",
        "round_trip/not_brought_back",
        "round_trip/odd_names",
        "round_trip/renamed_otherwise",
        "round_trip/restored_in_order",
    ],
)
def test_the_remedies_complete_a_downgrade(case: str, judge: Judge, tmp_path: Path) -> None:
    project = copied(case, tmp_path)
    found = findings(judge, project)
    revision = project / str(found[0].location.path)
    calls = textwrap.indent("\n".join(told(found)), "    ")
    revision.write_text(f"import sqlalchemy as sa\n{revision.read_text()}{calls}\n")
    assert render(findings(judge, project)) == ""


def test_the_readme_shows_what_is_really_printed(judge: Judge) -> None:
    readme = (PROJECTS.parent.parent / "README.md").read_text(encoding="utf-8")
    assert render(findings(judge, PROJECTS / "round_trip/modify_forgets")) in readme
