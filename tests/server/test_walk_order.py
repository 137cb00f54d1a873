"""Revisions are walked as `alembic upgrade heads` applies them, each up, down and up again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_stairway.history.project import find_project
from pytest_stairway.history.revisions import read_history
from pytest_stairway.load_settings import load_settings
from pytest_stairway.schema.model import Kind
from pytest_stairway.walk.environment import Environment
from pytest_stairway.walk.stairway import Stairway
from tests.server.walk_files import MigrationFiles, done

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_stairway.servers.interface import Server

ONE_OF_EACH_VENDOR = True  # see conftest.py


@pytest.fixture
def files(tmp_path: Path, server: Server) -> MigrationFiles:
    return MigrationFiles(tmp_path, server)


def create(table: str) -> tuple[str, str]:
    return f'op.execute("CREATE TABLE {table} (id INT PRIMARY KEY)")', f'op.execute("DROP TABLE {table}")'


def test_each_revision_goes_up_down_and_up_again(files: MigrationFiles) -> None:
    files.add("r1", *create("a"))
    files.add("r2", *create("b"))
    record = files.walk()
    assert done(record) == ["r1 upgrade", "r1 downgrade", "r1 upgrade", "r2 upgrade", "r2 downgrade", "r2 upgrade"]
    assert sorted(record.migrated.names(Kind.TABLE)) == ["a", "b"]
    assert len(files.output) == 1


def test_the_version_table_holds_the_heads_of_branches_merges_and_dependencies(files: MigrationFiles) -> None:
    files.add("r1", *create("a"))
    files.add("left", *create("b"), down="r1")
    files.add("right", *create("c"), down="r1")
    files.add("merged", down=("left", "right"))
    files.add("other", *create("d"), down=None, depends="left")
    record = files.walk(heads=2)
    assert [visit.revision for visit in record.visits] == ["r1", "right", "left", "other", "merged"]
    rows = {visit.revision: [step.versions.found for step in visit.steps] for visit in record.visits}
    assert rows == {
        "r1": [("r1",), (), ("r1",)],
        "right": [("right",), ("r1",), ("right",)],
        "left": [("left", "right"), ("right",), ("left", "right")],
        "other": [("other", "right"), ("left", "right"), ("other", "right")],
        "merged": [("merged", "other"), ("other", "right"), ("merged", "other")],
    }
    assert all(step.versions.right for visit in record.visits for step in visit.steps)
    assert record.committed.right


def test_nothing_goes_down_where_the_project_never_does(files: MigrationFiles) -> None:
    files.add("r1", create("a")[0], "raise NotImplementedError")
    files.add("r2", *create("b"))
    assert done(files.walk(downgrade="none")) == ["r1 upgrade", "r2 upgrade"]


def test_the_picture_kept_of_the_schema_is_that_of_the_server_in_the_end(files: MigrationFiles) -> None:
    """Each statement changes something that its own words do not all name, or that no event of SQLAlchemy tells."""
    files.add("r1", *create("a"))
    files.add("r2", *create("b"))
    files.add("r3", 'op.execute("ALTER TABLE b ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES a (id)")')
    files.add(
        "r4", 'op.execute("ALTER TABLE a CHANGE id key_of_a INT")', 'op.execute("ALTER TABLE a CHANGE key_of_a id INT")'
    )
    files.add("r5", 'op.execute("CREATE VIEW v AS SELECT id FROM b")', 'op.execute("DROP VIEW v")')
    files.add(
        "r6",
        'op.execute("CREATE TRIGGER t BEFORE INSERT ON b FOR EACH ROW SET NEW.id = 1")',
        'op.execute("DROP TRIGGER t")',
    )
    files.add("r7", 'op.execute("RENAME TABLE b TO c")', 'op.execute("RENAME TABLE c TO b")')
    files.add(
        "r8",
        'op.get_bind().connection.cursor().execute("CREATE TABLE raw (id INT PRIMARY KEY)")',
        'op.get_bind().connection.cursor().execute("DROP TABLE raw")',
    )
    files.add(
        "r9", 'op.execute("ALTER DATABASE CHARACTER SET latin1")', 'op.execute("ALTER DATABASE CHARACTER SET utf8mb4")'
    )
    settings = load_settings(files.root, {})
    project = find_project(files.root, settings)
    stairway = Stairway(Environment(project, settings, files.server), read_history(project), lambda *_: None)
    with stairway.climbed():
        pass
    assert stairway.kept_picture_holds
    assert sorted(name for _, name in stairway.schema.objects) == ["", "a", "c", "raw", "t", "v"]
