from __future__ import annotations

import textwrap

import pytest

from pytest_stairway.history.equivalence import Difference, differences

BEFORE = '''
"""Add a column

Create Date: 2024-01-01
"""
from alembic import op
import sqlalchemy as sa

revision = "0002"
LENGTH = 120
NAMES = ["a"]
NAMES.append("b")


def column(name):
    """Make it."""
    return sa.Column(name, sa.String(LENGTH))


def upgrade():
    # it is needed
    op.add_column('users', column("email"))
    for name in NAMES:
        op.execute("INSERT INTO names VALUES ('x')")


def downgrade():
    pass
'''


def found(*edits: tuple[str, str], before: str = BEFORE, function: str = "upgrade") -> Difference | None:
    after = before
    for old, new in edits:
        assert old in after
        after = after.replace(old, new)
    return differences(before.encode(), after.encode(), [function]).get(function)


@pytest.mark.parametrize(
    "edit",
    [
        ("'users', column(\"email\")", "\n        'users',\n        column('email'),\n    "),
        ("    # it is needed\n", "    # it is not\n\n"),
        ('    """Make it."""\n', '    """Make it, as it was."""\n'),
        ('"""Add a column', '"""Add the column'),
        (
            "from alembic import op\nimport sqlalchemy as sa\n",
            "import sqlalchemy as sa\nfrom alembic import context, op\n",
        ),
        ("def upgrade():", "def upgrade() -> None:"),
        ("def column(name):", "def column(name: str) -> sa.Column:"),
        ("LENGTH = 120", "LENGTH: int = 120"),
        ("LENGTH = 120", "LENGTH = 0x78"),
        ('column("email")', 'column(u"email")'),
        ("LENGTH = 120", "UNUSED = 1\nLENGTH = 120"),
        ('revision = "0002"', 'revision = "0002"\ndown_revision = "0001"'),
        ("def downgrade():\n    pass", "def downgrade():\n    op.drop_column('users', 'email')"),
        ("    # it is needed\n", '    """Do it."""\n    pass\n'),
        ("from alembic", "from __future__ import annotations\nfrom alembic"),
    ],
)
def test_what_does_the_same_is_equivalent(edit: tuple[str, str]) -> None:
    assert found(edit) is None


@pytest.mark.parametrize(
    ("edit", "difference"),
    [
        (
            ("INSERT INTO names", "INSERT  INTO names"),
            ("op.execute(\"INSERT INTO names VALUES ('x')\")", "op.execute(\"INSERT  INTO names VALUES ('x')\")", 24),
        ),
        (("LENGTH = 120", "LENGTH = 255"), ("LENGTH = 120", "LENGTH = 255", 10)),
        (("sa.String(LENGTH)", "sa.Text()"), ("sa.String(LENGTH)", "sa.Text()", 17)),
        (('NAMES.append("b")', 'NAMES.append("c")'), ("NAMES.append('b')", "NAMES.append('c')", 12)),
        (("    # it is needed\n", "    op.f(1)\n"), ("", "op.f(1)", 21)),
        (("    op.add_column('users', column(\"email\"))\n", ""), ("op.add_column('users', column('email'))", "", 20)),
        (("def upgrade():", "def upgrade(tables):"), ("def upgrade():", "def upgrade(tables):", 20)),
        (("import sqlalchemy as sa", "import mine as sa"), ("import sqlalchemy as sa", "import mine as sa", 7)),
        (("def upgrade():", "def other():"), ("def upgrade():", "", None)),
    ],
)
def test_what_does_something_else_is_shown_at_its_line(
    edit: tuple[str, str], difference: tuple[str, str, int | None]
) -> None:
    assert found(edit) == Difference(*difference)


def test_the_annotations_of_a_class_are_what_it_is_made_of() -> None:
    before = textwrap.dedent(
        """
        class Row:
            id: int
            name: str = "x"

        def upgrade():
            Row()
        """
    )
    assert found(("id: int", "id: str"), before=before) == Difference("id: int", "id: str", 3)


def test_a_long_statement_is_cut() -> None:
    before = f'def upgrade():\n    op.execute("{"x" * 500}")\n'
    shown = found(("x", "y"), before=before)
    assert shown is not None
    assert shown.before == f"op.execute('{'x' * 148}..."


def test_what_a_try_protects_is_looked_at() -> None:
    protected = "def upgrade():\n    try:\n        a()\n        b()\n    except KeyError:\n        pass\n"
    after = (
        (
            "        b()\n    except KeyError:\n        pass\n",
            "    except KeyError:\n        pass\n    else:\n        b()\n",
        ),
    )
    assert found(*after, before=protected) is not None


@pytest.mark.parametrize(("value", "other"), [("1", "True"), ("0.0", "-0.0"), ("'1'", "b'1'")])
def test_values_that_are_equal_and_not_the_same_differ(value: str, other: str) -> None:
    assert found((value, other), before=f"def upgrade():\n    op.f({value})\n") is not None


def test_a_file_that_parses_and_does_not_compile_is_compared() -> None:
    before = "def upgrade():\n    op.f('a')\n\n\nreturn\n"
    assert found(("'a'", '"a"'), before=before) is None
    assert found(("'a'", "'b'"), before=before) == Difference("op.f('a')", "op.f('b')", 2)
