"""What autogenerate gets wrong is told by messages of its own, and what they say to write ends the fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_stairway.reports.terminal import render
from tests.server.conftest import forget_models
from tests.server.test_projects import PROJECTS, copied, findings, revision_of

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_stairway.servers.interface import Server
    from tests.server.conftest import Judge

ONE_OF_EACH_VENDOR = True  # see conftest.py

NEEDED = """\
(1553) Cannot drop index 'ix_users_role_id': needed in a foreign key constraint
  statement: DROP INDEX ix_users_role_id ON users
  Foreign key fk_users_role of users needs an index on users (role_id): ix_users_role_id is the last one."""
UNNAMED = """\
AssertionError
  MySQL and MariaDB drop a constraint by its name, and this one was created without: name it on both sides."""
ERROR_OF_OLDER = "TypeError: object of type 'NoneType' has no len()"
"""What SQLAlchemy 1.4 raises where a constraint has no name, in place of an AssertionError."""

CONVENTION = "Give the MetaData of the models a naming_convention: autogenerate then names what it writes."

TEXTS = {
    "upgrade/index_before_table": f"""\
versions/0002_drop_users.py:11  upgrade-fails
  upgrade of 0002 fails on {{flavor}}: {NEEDED}
  Leave this line out: op.drop_table("users"), line 12, drops the indexes of its table.""",
    "upgrade/index_of_kept_foreign_key": f"""\
versions/0002_no_index_on_role.py:10  upgrade-fails
  upgrade of 0002 fails on {{flavor}}: {NEEDED}
  As long as fk_users_role stays, leave this line out and keep ix_users_role_id in the models.
  To drop both, begin with the foreign key:
      op.drop_constraint("fk_users_role", "users", type_="foreignkey")
      op.drop_index(op.f("ix_users_role_id"), table_name="users")""",
    "upgrade/unique_key_under_foreign_key": """\
versions/0002_names_may_repeat.py:10  upgrade-fails
  upgrade of 0002 fails on {flavor}: (1553) Cannot drop index 'uq_roles_name': needed in a foreign key constraint
  statement: ALTER TABLE roles DROP INDEX uq_roles_name
  Foreign key fk_users_role of users needs an index on roles (name): uq_roles_name is the last one.
  As long as fk_users_role stays, leave this line out and keep uq_roles_name in the models.
  To drop both, begin with the foreign key:
      op.drop_constraint("fk_users_role", "users", type_="foreignkey")
      op.drop_constraint("uq_roles_name", "roles", type_="unique")""",
    "round_trip/index_before_foreign_key": f"""\
versions/0002_users_have_a_role.py:17  downgrade-fails
  downgrade of 0002 fails on {{flavor}}: {NEEDED}
  Drop the foreign key first:
      op.drop_constraint("fk_users_role", "users", type_="foreignkey")
      op.drop_index("ix_users_role_id", table_name="users")""",
    "round_trip/unnamed_constraints": f"""\
versions/0002_two_unique_keys.py:15  downgrade-fails
  downgrade of 0002 fails on {{flavor}}: {UNNAMED}
  {{flavor}} called them email and phone:
      op.create_unique_constraint("email", "users", ["email"])
      op.create_unique_constraint("phone", "users", ["phone"])
      op.drop_constraint("email", "users", type_="unique")
      op.drop_constraint("phone", "users", type_="unique")
  {CONVENTION}

versions/0003_foreign_key.py:15  downgrade-fails
  downgrade of 0003 fails on {{flavor}}: {UNNAMED}
  {{flavor}} called it users_ibfk_1:
      batch_op.create_foreign_key("users_ibfk_1", "roles", ["role_id"], ["id"])
      batch_op.drop_constraint("users_ibfk_1", type_="foreignkey")
      batch_op.drop_index("users_ibfk_1")
  {CONVENTION}

versions/0004_check.py:14  downgrade-fails
  downgrade of 0004 fails on {{flavor}}: {UNNAMED}
  {{flavor}} called it {{check}}:
      op.create_check_constraint("{{check}}", "users", "age >= 18")
      op.drop_constraint("{{check}}", "users", type_="check")
  {CONVENTION}""",
    "rename/as_drop_and_add": """\
versions/0002_rename.py:20  rename-loses-data
  upgrade of 0002 drops users.email and adds users.mail, a column just like it; what is in users.email is lost
  If users.mail is users.email under a new name, rename it, which keeps what is in it:
      def upgrade():
          op.alter_column(
              "users",
              "email",
              new_column_name="mail",
              existing_type=sa.String(120),
              existing_nullable=False,
              existing_server_default="",
              existing_comment="where we write to",
          )
          op.execute("ALTER TABLE `users` RENAME INDEX `ix_users_email` TO `ix_users_mail`")

      def downgrade():
          op.execute("ALTER TABLE `users` RENAME INDEX `ix_users_mail` TO `ix_users_email`")
          op.alter_column(
              "users",
              "mail",
              new_column_name="email",
              existing_type=sa.String(120),
              existing_nullable=False,
              existing_server_default="",
              existing_comment="where we write to",
          )

versions/0002_rename.py:14  rename-loses-data
  upgrade of 0002 drops groups and adds teams, a table just like it; what is in groups is lost
  If teams is groups under a new name, rename it, which keeps what is in it:
      def upgrade():
          op.rename_table("groups", "teams")
          op.execute("ALTER TABLE `teams` RENAME INDEX `ix_groups_name` TO `ix_teams_name`")

      def downgrade():
          op.rename_table("teams", "groups")
          op.execute("ALTER TABLE `groups` RENAME INDEX `ix_teams_name` TO `ix_groups_name`")""",
    "options/of_the_other_dialect": """\
models.py:8  options-ignored
  pages is made without mysql_engine and mysql_default_charset: with a mariadb:// URL SQLAlchemy reads mariadb_* alone
  Write as well, or give env.py a mysql:// URL:
      mariadb_engine="MyISAM", mariadb_default_charset="latin1"

models.py:8  options-ignored
  index ix_pages_url on pages is made without mysql_length: with a mariadb:// URL SQLAlchemy reads mariadb_* alone
  Write as well, or give env.py a mysql:// URL:
      mariadb_length=20

versions/0001_create_tables.py:11  options-ignored
  pages is made without mysql_engine and mysql_default_charset: with a mariadb:// URL SQLAlchemy reads mariadb_* alone
  Write as well, or give env.py a mysql:// URL:
      mariadb_engine="MyISAM", mariadb_default_charset="latin1"

versions/0001_create_tables.py:18  options-ignored
  index ix_pages_url on pages is made without mysql_length: with a mariadb:// URL SQLAlchemy reads mariadb_* alone
  Write as well, or give env.py a mysql:// URL:
      mariadb_length=20""",
    "drift/not_imported": """\
env.py:11  drift-extra
  orders is there after all migrations and not in the models: TABLE (id, amount)
  shop/orders.py:5 defines it, and env.py does not import that module
  Import it in env.py, above target_metadata:
      import shop.orders  # noqa: F401

env.py:11  drift-extra
  old_users is there after all migrations and not in the models: TABLE (id, left_in)
  shop/people.py:13 defines it, with a MetaData that env.py does not pass on
  Pass every MetaData in env.py: target_metadata = [Base.metadata, ...]

versions/0001_create_tables.py:14  drift-extra
  audit is there after all migrations and not in the models: TABLE (id)
  Change the models, or import the module that defines it in env.py, or add a revision with
      def upgrade():
          op.drop_table("audit")

      def downgrade():
          op.create_table(
              "audit",
              sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
              sa.PrimaryKeyConstraint("id"),
          )""",
    "drift/left_unsaid": """\
models.py:14  drift-changed
  players.side is ENUM('left','right') CHARACTER SET utf8mb4 COLLATE {collation} NULL after all migrations; \
the models say ENUM('left','right') CHARACTER SET latin1 COLLATE latin1_bin NULL
  different: character set, collation
  the ENUM in versions/0001_create_tables.py:24 says neither charset= nor collation=: autogenerate leaves \
both out
  Change the models, or add a revision with
      from sqlalchemy.dialects import mysql

      def upgrade():
          op.alter_column(
              "players",
              "side",
              type_=mysql.ENUM("left", "right", collation="latin1_bin"),
              existing_type=sa.Enum("left", "right"),
              nullable=True,
          )

      def downgrade():
          op.alter_column(
              "players",
              "side",
              type_=sa.Enum("left", "right"),
              existing_type=mysql.ENUM("left", "right", collation="latin1_bin"),
              nullable=True,
          )

models.py:21  drift-changed
  check ck_name on clubs is CONSTRAINT `ck_name` CHECK ({twice}) after all migrations; the models say CONSTRAINT \
`ck_name` CHECK ({once})
  different: expression
  versions/0001_create_tables.py:33 has each % twice: autogenerate writes it so, and the server takes it as it is
  Change the models, or add a revision with
      def upgrade():
          op.drop_constraint(op.f("ck_name"), "clubs", type_="check")
          op.create_check_constraint(op.f("ck_name"), "clubs", "{once}")

      def downgrade():
          op.drop_constraint(op.f("ck_name"), "clubs", type_="check")
          op.create_check_constraint(op.f("ck_name"), "clubs", "{twice}")

models.py:8  drift-missing
  foreign key fk_teams_captain on teams is in the models and no migration creates it: CONSTRAINT \
`fk_teams_captain` FOREIGN KEY (`captain_id`) REFERENCES `players` (`id`)
  versions/0001_create_tables.py:16 has it with use_alter=True, and op.create_table() leaves it out for that \
without an error: only MetaData.create_all() adds it later
  Change the models, or add a revision with
      def upgrade():
          op.create_foreign_key("fk_teams_captain", "teams", "players", ["captain_id"], ["id"])

      def downgrade():
          op.drop_constraint("fk_teams_captain", "teams", type_="foreignkey")""",
    "drift/lost_attributes": """\
models.py:9  drift-changed
  users.code is VARCHAR(32) CHARACTER SET utf8mb4 COLLATE {collation} NULL after all migrations; the models \
say VARCHAR(32) CHARACTER SET latin1 COLLATE latin1_bin NULL
  different: character set, collation
  lost in 0002: CHARACTER SET latin1 COLLATE latin1_bin, by versions/0002_alter_users.py:15: ALTER TABLE \
users MODIFY code VARCHAR(32) NULL
  MODIFY sets back what it does not repeat: give op.alter_column() there a type with collation="latin1_bin".
  Where that has run already, change the models, or add a revision with
      def upgrade():
          op.alter_column(
              "users",
              "code",
              type_=sa.String(32, collation="latin1_bin"),
              existing_type=sa.String(32),
              nullable=True,
          )

      def downgrade():
          op.alter_column(
              "users",
              "code",
              type_=sa.String(32),
              existing_type=sa.String(32, collation="latin1_bin"),
              nullable=True,
          )

models.py:9  drift-changed
  users.email is VARCHAR(320) NULL after all migrations; the models say VARCHAR(320) NOT NULL DEFAULT '' \
COMMENT 'where we write to'
  different: nullable, default, comment
  lost in 0002: NOT NULL, DEFAULT '' and COMMENT 'where we write to', by versions/0002_alter_users.py:14: \
ALTER TABLE users MODIFY email VARCHAR(320) NULL
  MODIFY sets back what it does not repeat: give op.alter_column() there existing_nullable=False, \
existing_server_default="" and existing_comment="where we write to".
  Where that has run already, change the models, or add a revision with
      def upgrade():
          op.alter_column(
              "users",
              "email",
              existing_type=sa.String(320),
              nullable=False,
              server_default="",
              comment="where we write to",
          )

      def downgrade():
          op.alter_column(
              "users",
              "email",
              existing_type=sa.String(320),
              nullable=True,
              server_default=None,
              comment=None,
          )

models.py:9  drift-changed
  users.name is VARCHAR(64) NULL after all migrations; the models say VARCHAR(64) NULL COMMENT 'as on the \
passport'
  different: comment
  Change the models, or add a revision with
      def upgrade():
          op.alter_column(
              "users",
              "name",
              existing_type=sa.String(64),
              nullable=True,
              comment="as on the passport",
          )

      def downgrade():
          op.alter_column("users", "name", existing_type=sa.String(64), nullable=True, comment=None)

models.py:9  drift-changed
  users.seen is DATETIME NOT NULL DEFAULT {now} after all migrations; the models say DATETIME NOT NULL \
DEFAULT {now} ON UPDATE {now}
  different: on update
  lost in 0002: ON UPDATE {now}, by versions/0002_alter_users.py:16: ALTER TABLE users MODIFY seen DATETIME \
NOT NULL DEFAULT CURRENT_TIMESTAMP
  MODIFY sets back what it does not repeat: repeat it there.
  Where that has run already, change the models, or add a revision with
      def upgrade():
          op.alter_column(
              "users",
              "seen",
              existing_type=sa.DateTime(),
              nullable=False,
              server_default=sa.text("CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"),
          )

      def downgrade():
          op.alter_column(
              "users",
              "seen",
              existing_type=sa.DateTime(),
              nullable=False,
              server_default=sa.text("CURRENT_TIMESTAMP"),
          )

models.py:9  drift-changed
  users.total is {INT} NULL DEFAULT NULL COMMENT 'a dozen' after all migrations; the models say {INT} \
GENERATED ALWAYS AS {dozen} STORED NULL (no default) COMMENT 'a dozen'
  different: expression, stored
  lost in 0002: GENERATED ALWAYS AS {dozen}, by versions/0002_alter_users.py:17: ALTER TABLE users MODIFY \
total INTEGER NULL COMMENT 'a dozen'
  MODIFY sets back what it does not repeat, and op.alter_column() cannot repeat it. There, instead:
  op.execute("ALTER TABLE `users` MODIFY COLUMN `total` {int} GENERATED ALWAYS AS {dozen} STORED COMMENT \
'a dozen'")
  Where that has run already, change the models, or add a revision with
      def upgrade():
          op.execute("ALTER TABLE `users` DROP COLUMN `total`, ADD COLUMN `total` {int} GENERATED ALWAYS AS \
{dozen} STORED COMMENT 'a dozen'")

      def downgrade():
          op.execute("ALTER TABLE `users` MODIFY COLUMN `total` {int} DEFAULT NULL COMMENT 'a dozen'")

models.py:9  drift-changed
  users.id is {INT} NOT NULL after all migrations; the models say {INT} NOT NULL AUTO_INCREMENT
  different: auto_increment
  lost in 0002: AUTO_INCREMENT, by versions/0002_alter_users.py:13: ALTER TABLE users MODIFY id INTEGER NOT NULL
  MODIFY sets back what it does not repeat: give op.alter_column() there existing_autoincrement=True.
  Where that has run already, change the models, or add a revision with
      def upgrade():
          op.execute("ALTER TABLE `users` MODIFY COLUMN `id` {int} NOT NULL AUTO_INCREMENT")

      def downgrade():
          op.alter_column("users", "id", existing_type=sa.Integer(), nullable=False)""",
    "drift/default_dropped": """\
models.py:7  drift-changed
  users.score is INT NULL (no default) after all migrations; the models say INT NULL DEFAULT NULL
  different: default
  an INSERT that leaves it out fails in strict mode: (1364) Field 'score' doesn't have a default value
  lost in 0002: DEFAULT NULL, by versions/0002_no_defaults.py:11: ALTER TABLE users ALTER COLUMN score DROP \
DEFAULT
  DROP DEFAULT leaves MySQL's column without even DEFAULT NULL: write server_default=sa.text("NULL") there, \
not None.
  Where that has run already, change the models, or add a revision with
      def upgrade():
          op.alter_column("users", "score", existing_type=sa.Integer(), nullable=True)

      def downgrade():
          op.execute("ALTER TABLE `users` MODIFY COLUMN `score` int")
          op.execute("ALTER TABLE `users` ALTER COLUMN `score` DROP DEFAULT")""",
    "round_trip/default_dropped": """\
versions/0002_rank_users.py:15  downgrade-differs
  downgrade of 0002 leaves users.rank as INT NULL (no default); before the upgrade it was INT NULL DEFAULT NULL
  statement: ALTER TABLE users ALTER COLUMN `rank` DROP DEFAULT
  an INSERT that leaves it out fails in strict mode: (1364) Field 'rank' doesn't have a default value
  DROP DEFAULT leaves a column without even DEFAULT NULL. Instead:
      op.alter_column("users", "rank", existing_type=sa.Integer(), nullable=True)""",
    "round_trip/modify_makes_visible": """\
versions/0002_longer_legacy.py:22  downgrade-differs
  downgrade of 0002 leaves users.legacy as VARCHAR(20) NOT NULL DEFAULT ''; before the upgrade it was \
VARCHAR(20) NOT NULL DEFAULT '' INVISIBLE
  statement: ALTER TABLE users MODIFY legacy VARCHAR(20) NOT NULL DEFAULT ''
  lost in 0002: INVISIBLE, by versions/0002_longer_legacy.py:11: ALTER TABLE users MODIFY legacy VARCHAR(40) \
NOT NULL DEFAULT ''
  MODIFY resets every attribute that it does not repeat. Instead:
      op.execute("ALTER TABLE `users` MODIFY COLUMN `legacy` {invisible}")""",
}


ON_MARIADB_ALONE = {"options/of_the_other_dialect"}
"""No mariadb:// URL leads to MySQL."""

ON_MYSQL_ALONE = {"drift/default_dropped", "round_trip/default_dropped"}
"""MariaDB's DROP DEFAULT leaves DEFAULT NULL to a column that can be NULL."""

SPELLINGS = {
    "MySQL": {
        "check": "users_chk_1",
        "collation": "utf8mb4_0900_ai_ci",
        "dozen": "((3 * 4))",
        "int": "int",
        "INT": "INT",
        "invisible": "varchar(20) NOT NULL DEFAULT '' /*!80023 INVISIBLE */",
        "now": "CURRENT_TIMESTAMP",
        "once": "(`name` <> _utf8mb4'50%')",
        "twice": "(`name` <> _utf8mb4'50%%')",
    },
    "MariaDB": {
        "check": "CONSTRAINT_1",
        "collation": "utf8mb4_general_ci",
        "dozen": "(3 * 4)",
        "int": "int(11)",
        "INT": "INT(11)",
        "invisible": "varchar(20) NOT NULL INVISIBLE DEFAULT ''",
        "now": "current_timestamp()",
        "once": "`name` <> '50%'",
        "twice": "`name` <> '50%%'",
    },
}


@pytest.mark.parametrize("case", TEXTS)
def test_what_is_told(case: str, judge: Judge, server: Server) -> None:
    expected = TEXTS[case].format(flavor=server.flavor, **SPELLINGS[server.flavor.vendor])
    if case in (ON_MYSQL_ALONE if server.flavor.is_mariadb else ON_MARIADB_ALONE):
        expected = ""
    assert render(findings(judge, PROJECTS / case)).replace(ERROR_OF_OLDER, "AssertionError") == expected


DROP_INDEX = '    op.drop_index("ix_users_role_id", table_name="users")'
FOLLOWED = {
    "upgrade/index_before_table": {'op.drop_index(op.f("ix_users_role_id"), table_name="users")': "pass"},
    "upgrade/index_of_kept_foreign_key": {
        'op.drop_index(op.f("ix_users_role_id"), table_name="users")': (
            'op.drop_constraint("fk_users_role", "users", type_="foreignkey")\n'
            '    op.drop_index(op.f("ix_users_role_id"), table_name="users")'
        ),
        "unique=False)": (
            'unique=False)\n    op.create_foreign_key("fk_users_role", "users", "roles", ["role_id"], ["id"])'
        ),
    },
    "upgrade/index_under_foreign_key": {
        f"{DROP_INDEX}  # expect: upgrade-fails\n": "",
        '["role_id", "name"])\n': f'["role_id", "name"])\n{DROP_INDEX}\n',
    },
    "round_trip/index_before_table": {f"{DROP_INDEX}  # expect: downgrade-fails\n": ""},
    "round_trip/index_before_foreign_key": {
        f"{DROP_INDEX}  # expect: downgrade-fails\n": "",
        'type_="foreignkey")\n': f'type_="foreignkey")\n{DROP_INDEX}\n',
    },
    "round_trip/unnamed_constraints": {
        '(None, "users", ["email"])': '("email", "users", ["email"])',
        '(None, "users", ["phone"])': '("phone", "users", ["phone"])',
        '(None, "users", type_="unique")  # expect: downgrade-fails': '("email", "users", type_="unique")',
        '(None, "users", type_="unique")': '("phone", "users", type_="unique")',
        '(None, "roles"': '("users_ibfk_1", "roles"',
        '(None, type_="foreignkey")': (
            '("users_ibfk_1", type_="foreignkey")\n        batch_op.drop_index("users_ibfk_1")'
        ),
        '(None, "users", "age >= 18")': '("{check}", "users", "age >= 18")',
        '(None, "users", type_="check")': '("{check}", "users", type_="check")',
    },
    "drift/default_dropped": {"server_default=None": 'server_default=sa.text("NULL")'},
    "round_trip/default_dropped": {
        "existing_type=sa.Integer, server_default=None)": "existing_type=sa.Integer(), nullable=True)",
    },
}
"""What is replaced in the last revisions of each project, by what the finding says."""


@pytest.mark.parametrize("case", FOLLOWED)
def test_what_is_told_ends_the_fault(case: str, judge: Judge, server: Server, tmp_path: Path) -> None:
    check = SPELLINGS[server.flavor.vendor]["check"]
    followed = {old: new.replace("{check}", check) for old, new in FOLLOWED[case].items()}
    assert render(findings(judge, edited(case, followed, tmp_path))) == ""


def edited(case: str, replacements: dict[str, str], tmp_path: Path) -> Path:
    """Copy a project, and replace texts in all of its revisions but the first."""
    project = copied(case, tmp_path)
    for revision in sorted((project / "versions").glob("*.py"))[1:]:
        text = revision.read_text()
        for old, new in replacements.items():
            text = text.replace(old, new)
        revision.write_text(text)
    return project


def test_the_arguments_that_are_told_keep_every_attribute(judge: Judge, server: Server, tmp_path: Path) -> None:
    """What the models say of users.name, no revision ever said."""
    integer, dozen = (SPELLINGS[server.flavor.vendor][name] for name in ("int", "dozen"))
    replacements = {
        "existing_type=sa.Integer, nullable=False)": (
            "existing_type=sa.Integer, nullable=False, existing_autoincrement=True)"
        ),
        "existing_type=sa.String(120))": (
            'existing_type=sa.String(120), existing_nullable=False, existing_server_default="", '
            'existing_comment="where we write to")'
        ),
        "type_=sa.String(32)": 'type_=sa.String(32, collation="latin1_bin")',
        'DEFAULT CURRENT_TIMESTAMP")': 'DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP")',
        'op.alter_column("users", "total", existing_type=sa.Integer, comment="a dozen", existing_nullable=True)': (
            f'op.execute("ALTER TABLE `users` MODIFY COLUMN `total` {integer} GENERATED ALWAYS AS {dozen} STORED '
            "COMMENT 'a dozen'\")"
        ),
    }
    project = edited("drift/lost_attributes", replacements, tmp_path)
    assert [finding.object for finding in findings(judge, project)] == ["users.name"]


def test_the_rename_that_is_told_keeps_the_schema_and_every_value(judge: Judge, tmp_path: Path) -> None:
    """The rows that 0001 now inserts would be told lost, were they."""
    project = copied("rename/as_drop_and_add", tmp_path)
    first, second = sorted((project / "versions").glob("*.py"))
    header = second.read_text().partition("def upgrade")[0]
    second.write_text(header + revision_of(findings(judge, project)))
    text = first.read_text()
    text = text.replace(
        "\n\n\ndef downgrade", "\n    op.execute(\"INSERT INTO users VALUES (1, 'a@b.c', 7)\")\n\n\ndef downgrade"
    )
    first.write_text(text)
    assert render(findings(judge, project)) == ""


def test_a_rename_is_told_with_the_first_of_what_it_ends(judge: Judge, server: Server) -> None:
    found = findings(judge, PROJECTS / "drift/renamed")
    told = {finding.object: f"{finding.message}\n{finding.remedy}" for finding in found}
    assert told["groups"] == (
        "groups is in the models and no migration creates it: TABLE (id, name)\n"
        "If groups is roles under a new name, change the models, or add a revision that renames it; autogenerate\n"
        "would drop the one, with all that is in it, and add the other:\n"
        "    def upgrade():\n"
        '        op.rename_table("roles", "groups")\n'
        "\n"
        "    def downgrade():\n"
        '        op.rename_table("groups", "roles")\n'
        "If the two have nothing to do with each other, create groups and drop roles."
    )
    integer = "INT(11)" if server.flavor.is_mariadb else "INT"
    assert told["members.user"] == (
        f"members.user is there after all migrations and not in the models: {integer} NULL\n"
        "Change the models, or add the revision that is told for members.person: it covers this as well."
    )


def test_with_the_import_that_is_told_the_table_is_known(judge: Judge, tmp_path: Path) -> None:
    project = copied("drift/not_imported", tmp_path)
    env = project / "env.py"
    text = env.read_text()
    text = text.replace(
        "\ntarget_metadata = Base.metadata", "\nimport shop.orders  # noqa: F401\ntarget_metadata = Base.metadata"
    )
    env.write_text(text)
    assert [finding.object for finding in findings(judge, project)] == ["old_users", "audit"]
    env.write_text(text.replace("= Base.metadata", "= [Base.metadata, people.archive]"))
    forget_models()
    assert [finding.object for finding in findings(judge, project)] == ["audit"]


def test_a_table_that_two_files_define_is_not_decided(judge: Judge, tmp_path: Path) -> None:
    project = copied("drift/not_imported", tmp_path)
    shop = project / "shop"
    (shop / "more_orders.py").write_text((shop / "orders.py").read_text())
    (orders,) = [finding for finding in findings(judge, project) if finding.object == "orders"]
    assert orders.message == "orders is there after all migrations and not in the models: TABLE (id, amount)"


def test_options_of_both_dialects_are_not_ignored(judge: Judge, tmp_path: Path) -> None:
    """What is told for the models and the revision, written there as well."""
    project = copied("options/of_the_other_dialect", tmp_path)
    models, revision = project / "models.py", project / "versions" / "0001_create_tables.py"
    models.write_text(
        models.read_text()
        .replace(
            '"mysql_default_charset": "latin1"',
            '"mysql_default_charset": "latin1", "mariadb_engine": "MyISAM", "mariadb_default_charset": "latin1"',
        )
        .replace("mysql_length=20", "mysql_length=20, mariadb_length=20")
    )
    revision.write_text(
        revision.read_text()
        .replace(
            'mysql_default_charset="latin1"',
            'mysql_default_charset="latin1", mariadb_engine="MyISAM", mariadb_default_charset="latin1"',
        )
        .replace("mysql_length=20", "mysql_length=20, mariadb_length=20")
    )
    assert render(findings(judge, project)) == ""
