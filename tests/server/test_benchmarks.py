"""The benchmarks' history is right, and whoever is measured on it passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy

from benchmarks import failing_downgrades, history
from benchmarks.running import run_peer, run_suite
from benchmarks.walk import own_models, run_alembic, run_bare, run_create_all, sent, walked

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_stairway.servers.interface import Server

ONE_OF_EACH_VENDOR = True  # see conftest.py
REVISIONS = 10


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Write a project in which each kind of revision is there twice, and one table is created beside another."""
    history.write(tmp_path, REVISIONS, tables=3)
    return tmp_path


def test_the_suite_finds_nothing(project: Path, server: Server) -> None:
    run_suite(project, REVISIONS, server)  # raises where a test fails, or one is skipped


@pytest.mark.skipif(sqlalchemy.__version__ < "2", reason="pytest-alembic is measured on what is current")
def test_pytest_alembic_finds_nothing(project: Path, server: Server) -> None:
    run_peer(project, server, "QueuePool")


def test_the_five_kinds_of_step_can_be_sent_bare_and_by_alembic_alone(project: Path, server: Server) -> None:
    with own_models():
        record = walked(project, server)
        ups = [visit.up.statements for visit in record.visits if visit.up is not None]
        assert [[" ".join(statement.sql.split()[:5]) for statement in up] for up in ups[5:]] == [
            ["CREATE TABLE item_002 ( id", "CREATE TABLE item_003 ( id"],
            ["ALTER TABLE item_002 ADD COLUMN", "ALTER TABLE item_002 ADD COLUMN"],
            ["ALTER TABLE item_002 ADD CONSTRAINT", "CREATE INDEX ix_item_002_weight ON item_002"],
            ["ALTER TABLE item_002 ADD COLUMN", "ALTER TABLE item_002 ADD CONSTRAINT"],
            ["INSERT INTO item_002 (id, name,", "ALTER TABLE item_002 MODIFY name", "UPDATE item_002 SET weight ="],
        ]
        run_bare(sent(record), server)
        run_alembic(project, server)
        run_create_all(server)


def test_two_of_five_downgrades_of_a_spoilt_history_fail(project: Path, server: Server) -> None:
    failing_downgrades.spoil(project)
    with own_models():
        record = walked(project, server)
    failed = [visit.revision for visit in record.visits if visit.down is not None and visit.down.failure is not None]
    assert failed == ["0001", "0002", "0006", "0010"]
