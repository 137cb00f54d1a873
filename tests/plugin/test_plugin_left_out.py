"""What is left out of the comparison by choice, and databases beside the project's own, in a run of pytest."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Project, Run


def test_what_is_left_out_by_choice_is_told_and_skips_no_test(project: Project, run: Run) -> None:
    project.add_table("0003", "legacy_orders")
    project.settings('only_in_database = {"legacy_*" = "owned by the billing service"}')
    result = run()
    result.assert_outcomes(passed=9, skipped=1)
    told = [line for line in result.outlines if "left out" in line]
    assert told[0] == "left out: pyproject.toml:3: legacy_orders, only in the database: owned by the billing service"
    assert told[1].endswith(": 0 findings, 0 warnings, 0 not checked, 1 left out")


DATA_TESTS = """
import pytest
from sqlalchemy import text


@pytest.mark.parametrize("number", range(3))
def test_data(stairway_at, number):
    with stairway_at("head").begin() as connection:
        connection.execute(text("INSERT INTO billing.accounts (id) VALUES (1)"))
"""


def test_workers_take_turns_in_databases_beside_the_own_one(project: Project, run: Run) -> None:
    create = 'op.create_table("accounts", sa.Column("id", sa.Integer, primary_key=True), schema="billing")'
    project.add("0003", "create accounts", create, 'op.drop_table("accounts", schema="billing")')
    project.settings('databases = ["billing"]')
    project.write("test_data.py", DATA_TESTS)
    run("-n2").assert_outcomes(passed=12, skipped=1)
