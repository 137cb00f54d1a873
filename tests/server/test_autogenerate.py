"""What autogenerate gets wrong is told by messages of its own, and what they say to write ends the fault."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from pytest_stairway.reports.terminal import render
from tests.server.test_projects import PROJECTS, copied, findings

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
