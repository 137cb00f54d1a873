"""What autogenerate gets wrong is told by messages of its own, and what they say to write ends the fault."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from pytest_stairway.reports.terminal import render
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
}


@pytest.mark.parametrize("case", TEXTS)
def test_what_is_told(case: str, judge: Judge, server: Server) -> None:
    check = "CONSTRAINT_1" if server.flavor.is_mariadb else "users_chk_1"
    expected = TEXTS[case].format(flavor=server.flavor, check=check)
    assert render(findings(judge, PROJECTS / case)) == expected


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
}
"""What is replaced in the last revisions of each project, by what the finding says."""


@pytest.mark.parametrize("case", FOLLOWED)
def test_what_is_told_ends_the_fault(case: str, judge: Judge, server: Server, tmp_path: Path) -> None:
    project = copied(case, tmp_path)
    check = "CONSTRAINT_1" if server.flavor.is_mariadb else "users_chk_1"
    for revision in sorted((project / "versions").glob("*.py"))[1:]:
        text = revision.read_text()
        for old, new in FOLLOWED[case].items():
            text = text.replace(old, new.replace("{check}", check))
        revision.write_text(text)
    sys.modules.pop("models", None)
    assert render(findings(judge, project)) == ""


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
