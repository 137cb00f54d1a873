from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_stairway.errors import SettingsError
from pytest_stairway.load_settings import load_settings

if TYPE_CHECKING:
    from pathlib import Path

TWO = """
[tool.stairway]
downgrade = "optional"
heads = 2

[[tool.stairway.projects]]
name = "billing"
config = "billing/alembic.ini"
heads = 1

[[tool.stairway.projects]]
name = "audit"
section = "audit"
x = ["tenant=a"]
"""


def written(root: Path, toml: str) -> Path:
    (root / "pyproject.toml").write_text(toml)
    return root


def refusal(root: Path, toml: str, **overrides: object) -> str:
    with pytest.raises(SettingsError) as error:
        load_settings(written(root, toml), overrides)
    return str(error.value).removeprefix("stairway: ")


def test_each_project_has_its_own_settings_and_the_common_ones(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, TWO), {})
    assert settings.in_force() == (
        "heads=2 (pyproject.toml)",
        "downgrade=optional (pyproject.toml)",
        "projects=billing, audit (pyproject.toml)",
    )
    assert [(each.name, each.in_force()) for each in settings.projects] == [
        ("billing", ("config=billing/alembic.ini (pyproject.toml)", "downgrade=optional (pyproject.toml)")),
        (
            "audit",
            (
                "section=audit (pyproject.toml)",
                "x=tenant=a (pyproject.toml)",
                "heads=2 (pyproject.toml)",
                "downgrade=optional (pyproject.toml)",
            ),
        ),
    ]


def test_a_flag_wins_over_every_project(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, TWO), {"heads": "3"})
    assert [each.heads for each in (settings, *settings.projects)] == [3, 3, 3]


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("projects = 1", "pyproject.toml: [tool.stairway] projects must be a list of tables, found 1"),
        ('projects = ["a"]', "pyproject.toml: [tool.stairway] projects must be a list of tables, found a list: a"),
        (
            '[[tool.stairway.projects]]\nconfig = "a.ini"',
            "pyproject.toml: [[tool.stairway.projects]] name must be letters, digits, '.', '_' or '-', found none",
        ),
        (
            '[[tool.stairway.projects]]\nname = "a b"',
            "pyproject.toml: [[tool.stairway.projects]] name must be letters, digits, '.', '_' or '-', found \"a b\"",
        ),
        (
            '[[tool.stairway.projects]]\nname = "a"\n[[tool.stairway.projects]]\nname = "a"',
            "pyproject.toml: [[tool.stairway.projects]] a stands there 2 times",
        ),
        (
            '[[tool.stairway.projects]]\nname = "a"\nhead = 2',
            'pyproject.toml: [[tool.stairway.projects]] a has no key "head"; did you mean "heads"?',
        ),
        (
            '[[tool.stairway.projects]]\nname = "a"\ncolumn_order = 1',
            "pyproject.toml: [[tool.stairway.projects]] a column_order must be true or false, found 1",
        ),
    ],
)
def test_a_list_that_cannot_be_used_is_refused(tmp_path: Path, toml: str, message: str) -> None:
    assert refusal(tmp_path, f"[tool.stairway]\n{toml}\n") == message


def test_a_project_cannot_have_a_server_of_its_own(tmp_path: Path) -> None:
    assert refusal(tmp_path, '[[tool.stairway.projects]]\nname = "a"\nserver = "local"\n').startswith(
        'pyproject.toml: [[tool.stairway.projects]] a has no key "server"'
    )


def test_a_flag_that_names_one_project_is_refused_beside_a_list(tmp_path: Path) -> None:
    assert refusal(tmp_path, TWO, config="other.ini") == (
        "--stairway-config names one project, and pyproject.toml lists billing, audit"
    )
