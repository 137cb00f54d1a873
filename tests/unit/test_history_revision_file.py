from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_stairway.history.revision import Functions, Revision, Unreadable
from pytest_stairway.history.revision_file import LITERALS, read_revision_file

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATE = '''"""Add the e-mail column

Revision ID: 0002
Revises: 0001
Create Date: 2024-05-01 12:00:00.000000

"""
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("SELECT 1")


def downgrade():
    pass
'''


def read(tmp_path: Path, text: str | bytes, name: str = "x.py") -> Revision | Unreadable:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_revision_file(path)


def test_a_file_as_alembic_writes_it(tmp_path: Path) -> None:
    assert read(tmp_path, TEMPLATE) == Revision(
        id="0002",
        path=tmp_path / "x.py",
        down_revisions=("0001",),
        message="Add the e-mail column",
        created="2024-05-01 12:00:00.000000",
        line=10,
        down_line=11,
        depends_line=13,
        upgrade_line=16,
        downgrade_line=20,
        downgrade_is_empty=True,
    )


def test_annotated_variables_tuples_and_labels(tmp_path: Path) -> None:
    text = (
        'revision: str = "c"\ndown_revision: tuple[str, ...] = ("a", "b")\n'
        'branch_labels: list[str] = ["one", "two"]\ndepends_on: str | None = "z"\n'
    )
    assert read(tmp_path, text) == Revision(
        id="c",
        path=tmp_path / "x.py",
        down_revisions=("a", "b"),
        depends_on=("z",),
        branch_labels=("one", "two"),
        depends_line=4,
        down_line=2,
    )


def test_nothing_runs_where_the_variables_are_literals(tmp_path: Path) -> None:
    revision = read(tmp_path, 'import no_such_module\nrevision = "a"\ndown_revision = None\nraise SystemExit\n')
    assert revision == Revision(id="a", path=tmp_path / "x.py", line=2, down_line=3)


@pytest.mark.parametrize(
    "text",
    [
        'base = "a"\nrevision = base + "1"\ndown_revision = None\n',
        'if True:\n    revision = "a1"\nelse:\n    revision = "b"\ndown_revision = None\n',
        'revision = "a"\nrevision += "1"\ndown_revision = None\n',
        'revision, down_revision = "a1", None\n',
        'from string import digits as down_revision\nrevision = "a1"\ndown_revision = None\n',
        'try:\n    revision = "a1"\nfinally:\n    down_revision = None\n',
    ],
)
def test_a_file_with_computed_variables_is_imported(tmp_path: Path, text: str) -> None:
    revision = read(tmp_path, text)
    assert isinstance(revision, Revision)
    assert (revision.id, revision.down_revisions) == ("a1", ())


def test_variables_from_a_star_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "stairway_test_ids.py").write_text('revision = "a1"\ndown_revision = "a0"\n')
    monkeypatch.syspath_prepend(tmp_path)
    revision = read(tmp_path, "from stairway_test_ids import *\n")
    assert isinstance(revision, Revision)
    assert (revision.id, revision.down_revisions, revision.line) == ("a1", ("a0",), 1)


@pytest.mark.parametrize(
    ("body", "is_empty", "only_raises"),
    [
        ("pass", True, False),
        ("...", True, False),
        ('"""Nothing to undo."""', True, False),
        ('"""Nothing to undo."""\n    return', True, False),
        ("return None", True, False),
        ("pass\n    pass", True, False),
        ("raise NotImplementedError", False, True),
        ('"""Never."""\n    raise NotImplementedError("irreversible")', False, True),
        ('log("no")\n    raise NotImplementedError', False, False),
        ('op.drop_table("t")', False, False),
        ("return run()", False, False),
    ],
)
def test_what_a_downgrade_does(tmp_path: Path, body: str, is_empty: bool, only_raises: bool) -> None:  # noqa: FBT001 - a case
    revision = read(tmp_path, f'revision = "a"\ndown_revision = None\ndef downgrade():\n    {body}\n')
    assert isinstance(revision, Revision)
    assert (revision.downgrade_line, revision.downgrade_is_empty, revision.downgrade_raises) == (
        3,
        is_empty,
        only_raises,
    )
    assert (revision.upgrade_line, revision.upgrade_is_empty) == (None, False)


def test_a_decorated_function_is_placed_at_its_def(tmp_path: Path) -> None:
    revision = read(tmp_path, 'revision = "a"\ndown_revision = None\n@retry\ndef upgrade():\n    pass\n')
    assert isinstance(revision, Revision)
    assert (revision.upgrade_line, revision.upgrade_is_empty) == (4, True)


@pytest.mark.parametrize("encoded", [b"# coding: latin-1\n", b"\xef\xbb\xbf"])
def test_other_encodings(tmp_path: Path, encoded: bytes) -> None:
    text = '"""caf\xe9"""\nrevision = "a"\ndown_revision = None\n'
    revision = read(tmp_path, encoded + text.encode("latin-1" if b"coding" in encoded else "utf-8"))
    assert isinstance(revision, Revision)
    assert (revision.message, revision.slug) == ("café", "a-cafe")


def test_an_id_from_the_name_of_a_file_without_one(tmp_path: Path) -> None:
    revision = read(tmp_path, "down_revision = None\n", name="12ab.py")
    assert isinstance(revision, Revision)
    assert revision.id == "12ab"


@pytest.mark.parametrize(
    ("text", "line", "reason", "remedy", "id_"),
    [
        ('revision = "a"\nif\n', 2, "SyntaxError: invalid syntax\n  if", "repair its syntax", "a"),
        ("", None, "CommandError: Could not determine revision id from filename x.py",
         "give it a revision and a down_revision, or move it out of the directory", None),
        ('revision = "a"\n', 1, "AttributeError: it has no attribute 'down_revision'",
         "write down_revision = None, or the id that it follows", "a"),
        ("revision = 12\ndown_revision = None\n", 1, "TypeError: revision is 12, which is no string",
         'write revision = "12"', None),
        ('revision = "a-b@c"\ndown_revision = None\n', 1,
         "RevisionError: Character(s) '-, @' not allowed in revision identifier 'a-b@c'",
         'write revision = "a_b_c"', None),
        ('revision = "a"\ndown_revision = 1\n', 2,
         "TypeError: down_revision is 1, which is no string or tuple of strings",
         "write down_revision as a string, a tuple of strings or None", "a"),
        ('revision = "a"\ndown_revision = (None, "b")\n', 2,
         "TypeError: down_revision is (None, 'b'), which is no string or tuple of strings",
         "write down_revision as a string, a tuple of strings or None", "a"),
        ('import no_such_module\nrevision = "a"\ndown_revision = no_such_module.x\n', 1,
         "ModuleNotFoundError: No module named 'no_such_module'", LITERALS, "a"),
        ('revision = "a"\n\ndown_revision = unknown\n', 3, "NameError: name 'unknown' is not defined", LITERALS, "a"),
        ('revision = "a"\ndown_revision = exit(3)\n', 2, "SystemExit: 3", LITERALS, "a"),
    ],
)  # fmt: skip
def test_what_alembic_could_not_load(  # noqa: PLR0913, PLR0917 - the values of a case
    tmp_path: Path, text: str, line: int | None, reason: str, remedy: str, id_: str | None
) -> None:
    assert read(tmp_path, text) == Unreadable(tmp_path / "x.py", line, reason, remedy, id_)


AS_DECLARED = "declare the encoding that it has in its first line: # coding: latin-1"
BOTH_SIDES = "keep what is right of both sides, and delete the lines that begin with <<<<<<<, ======= and >>>>>>>"


@pytest.mark.parametrize(
    ("source", "line", "reason", "remedy"),
    [
        (b'revision = "a"\nx = "\xe9"\n', 2, "byte 0xe9 is not utf-8", f"save it as utf-8, or {AS_DECLARED}"),
        (b"#!x\n# coding: ascii\n'\xe9'\n", 3, "byte 0xe9 is not ascii", f"save it as ascii, or {AS_DECLARED}"),
        (b"# -*- coding: klingon -*-\n", 1, "unknown encoding: klingon", "save it as UTF-8 and declare no other"),
        ('revision = "a"'.encode("utf-16"), 1, "it is saved as UTF-16, which Python does not read", "save it as UTF-8"),
        (b'revision = "a"\n\0', 2, "it holds a null byte", "delete that byte"),
        (b"x = 1\n<<<<<<< HEAD\ny = 1\n=======\ny = 2\n>>>>>>> b\n", 2,
         "it holds the conflict markers of a git merge that was not finished", BOTH_SIDES),
        (b"x = (\n", 1, "'(' was never closed\n  x = (", "repair its syntax"),
    ],
)  # fmt: skip
def test_a_syntax_error_says_what_to_do(tmp_path: Path, source: bytes, line: int, reason: str, remedy: str) -> None:
    found = read(tmp_path, source)
    assert isinstance(found, Unreadable)
    assert (found.line, found.reason, found.remedy) == (line, f"SyntaxError: {reason}", remedy)


def test_a_link_that_leads_nowhere(tmp_path: Path) -> None:
    link = tmp_path / "x.py"
    link.symlink_to(tmp_path / "gone.py")
    assert read_revision_file(link) == Unreadable(
        link, None, "FileNotFoundError: No such file or directory", "make it a file that this user can read"
    )


@pytest.mark.parametrize(
    ("message", "slug"),
    [
        ("", "a1"),
        ("Add e-mail to users!", "a1-add-e-mail-to-users"),
        ("Größe ändern", "a1-groe-andern"),
        ("日本", "a1"),
        ("one two three four five six seven eight nine ten", "a1-one-two-three-four-five-six-seven-eight"),
        ("x" * 50, "a1-" + "x" * 40),
    ],
)
def test_test_ids(tmp_path: Path, message: str, slug: str) -> None:
    assert Revision(id="a1", path=tmp_path, message=message).slug == slug


def test_functions_of_engines_are_read_where_upgrade_chooses_between_them(tmp_path: Path) -> None:
    text = (
        'revision = "a"\ndown_revision = None\n'
        "def upgrade(engine_name):\n    globals()['upgrade_' + engine_name]()\n"
        "def downgrade(engine_name):\n    globals()['downgrade_' + engine_name]()\n"
        "def upgrade_():\n    op.execute('SELECT 1')\n"
        "def downgrade_():\n    raise NotImplementedError\n"
        "def upgrade_audit():\n    pass\n"
    )
    found = read(tmp_path, text)
    assert isinstance(found, Revision)
    assert found.of_engines == (
        Functions("default", 7, 9, upgrade_is_empty=False, downgrade_is_empty=False, downgrade_raises=True),
        Functions("audit", 11, None, upgrade_is_empty=True, downgrade_is_empty=False, downgrade_raises=False),
    )
    assert (found.upgrade_line, found.for_engine("audit").upgrade_line, found.for_engine("other")) == (3, 11, found)
    plain = read(tmp_path, text.replace("engine_name)", ")"))
    assert isinstance(plain, Revision)
    assert plain.of_engines == ()
