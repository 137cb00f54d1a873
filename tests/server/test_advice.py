"""What is told of statements that the server refuses, and of renames that a downgrade forgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_stairway.reports.terminal import render
from tests.server.test_autogenerate import edited
from tests.server.test_projects import PROJECTS, findings

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_stairway.servers.interface import Server
    from tests.server.conftest import Judge

ONE_OF_EACH_VENDOR = True  # see conftest.py

REMEDIES = {
    "round_trip/table_referenced": (
        'users references roles: op.drop_table("users"), line 21, has to come first.',
        (
            "users references teams: drop it first, or its foreign key:\n"
            '    op.drop_constraint("fk_users_team", "users", type_="foreignkey")'
        ),
    ),
    "round_trip/index_over_foreign_key": (
        (
            "Foreign key fk_posts_user of posts needs an index on posts (user_id): "
            "ix_posts_user_title is the last one.\n"
            "The upgrade made ix_posts_user_title, and the server dropped its own for fk_posts_user, "
            "which comes back with the key:\n"
            '    op.drop_constraint("fk_posts_user", "posts", type_="foreignkey")\n'
            '    op.drop_index("ix_posts_user_title", table_name="posts")\n'
            '    op.create_foreign_key("fk_posts_user", "posts", "users", ["user_id"], ["id"], ondelete="CASCADE")'
        ),
    ),
    "round_trip/renamed_otherwise": (
        (
            "Add to its downgrade():\n"
            "    op.alter_column(\n"
            '        "tags",\n'
            '        "name",\n'
            '        new_column_name="label",\n'
            "        existing_type=sa.String(9),\n"
            "        existing_nullable=True,\n"
            "    )"
        ),
        "It is restored with tags.label: see there.",
        'Add to its downgrade():\n    op.rename_table("post", "posts")',
        "It is restored with posts: see there.",
    ),
    "version_table/long_id": (
        (
            "Alembic makes version_num VARCHAR(32), and this id has 37 characters. Give the revision a shorter one,\n"
            "or widen the column in a revision before it:\n"
            '    op.alter_column("alembic_version", "version_num", type_=sa.String(128),\n'
            "                    existing_type=sa.String(32), existing_nullable=False)"
        ),
    ),
    "upgrade/misspelt": (
        "There is no ix_user_email, but ix_users_email is there: is that the one?",
        "There is no user, but users is there: is that the one?",
    ),
}


@pytest.mark.parametrize("case", REMEDIES)
def test_the_way_out_is_told(case: str, judge: Judge) -> None:
    assert tuple(finding.remedy for finding in findings(judge, PROJECTS / case)) == REMEDIES[case]


def test_a_file_without_upgrade_is_told_as_its_failure(judge: Judge, server: Server) -> None:
    assert render(findings(judge, PROJECTS / "upgrade/without_upgrade")) == (
        "versions/0002_phone.py:6  upgrade-fails\n"
        f"  upgrade of 0002 fails on {server.flavor}: AttributeError: the file has no function upgrade(), "
        "so Alembic stops with this as well"
    )


def test_what_only_mysql_can_parse_is_told_on_mariadb(judge: Judge) -> None:
    told = [(found.object, found.remedy) for found in findings(judge, PROJECTS / "models_uncreatable/on_mariadb")]
    assert told in (
        [],
        [
            (
                "accounts",
                (
                    "MariaDB takes no name for a CHECK that stands in a column: write the CheckConstraint beside the "
                    "columns,\nin __table_args__ or as an argument of Table() or op.create_table()."
                ),
            ),
            ("users", "MariaDB takes no NOT NULL for a generated column: write nullable=True for it."),
        ],
    )


FOLLOWED = {
    "round_trip/index_over_foreign_key": {
        '    op.drop_index("ix_posts_user_title", table_name="posts")  # expect: downgrade-fails\n': "\n".join(
            f"    {line.strip()}" for line in REMEDIES["round_trip/index_over_foreign_key"][0].splitlines()[2:]
        ),
    },
    "upgrade/misspelt": {"ix_user_email": "ix_users_email", '"user"': '"users"'},
}


@pytest.mark.parametrize("case", FOLLOWED)
def test_what_is_told_ends_the_fault(case: str, judge: Judge, tmp_path: Path) -> None:
    assert render(findings(judge, edited(case, FOLLOWED[case], tmp_path))) == ""
