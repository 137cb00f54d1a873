"""A walk leaves the process as it was, with an env.py that changes whatever it can."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.server.walked_projects import ONLINE, VERIFIED, WalkedProject, walked

if TYPE_CHECKING:
    from pytest_stairway.servers.interface import Server

ONE_OF_EACH_VENDOR = True

ENV = f"""
import asyncio, logging, os, sys, warnings
from logging.config import fileConfig
fileConfig(context.config.config_file_name)
print("printed by env.py")
logging.getLogger("alembic.env").info("logged by env.py")
warnings.warn("warned by env.py")
warnings.simplefilter("ignore")
os.environ["LEFT_BY_ENV"] = "1"
sys.path.insert(0, "/left/by/env")
sys.argv.append("--left-by-env")
os.chdir("/")
asyncio.run(asyncio.sleep(0))
from sqlalchemy import create_engine
engine = create_engine(context.config.get_main_option("sqlalchemy.url"))
{ONLINE}"""
INI = """
[loggers]
keys = root,alembic
[handlers]
keys = console
[formatters]
keys = generic
[logger_root]
level = WARNING
handlers = console
[logger_alembic]
level = INFO
handlers =
qualname = alembic
[handler_console]
class = StreamHandler
args = (sys.stderr,)
formatter = generic
[formatter_generic]
format = %(levelname)-5.5s [%(name)s] %(message)s
"""


@pytest.fixture
def project(tmp_path: Path, server: Server) -> WalkedProject:
    project = WalkedProject(tmp_path, server)
    project.write(ENV, ini=INI)
    return project


def process() -> tuple[object, ...]:
    loggers = [logging.root, logging.getLogger("shop"), logging.getLogger("alembic"), logging.getLogger("sqlalchemy")]
    return (
        [(logger.level, list(logger.handlers), logger.propagate, logger.disabled) for logger in loggers],
        list(warnings.filters),
        dict(os.environ),
        list(sys.path),
        list(sys.argv),
        Path.cwd(),
        asyncio.get_event_loop_policy(),
    )


def test_the_process_is_as_before(project: WalkedProject, caplog: pytest.LogCaptureFixture) -> None:
    before = process()
    assert walked(project.walk()) == VERIFIED
    assert process() == before
    assert caplog.messages == []
    logging.getLogger("shop").info("not shown at this level")
    with caplog.at_level(logging.INFO):
        logging.getLogger("shop").info("caplog works after a walk")
    assert caplog.messages == ["caplog works after a walk"]


def test_what_env_prints_is_in_the_record_and_nowhere_else(
    project: WalkedProject, capfd: pytest.CaptureFixture[str], recwarn: pytest.WarningsRecorder
) -> None:
    record = project.walk()
    lines = [line for line in record.output.splitlines() if "by env.py" in line]
    assert lines == [
        "printed by env.py",
        "INFO  [alembic.env] logged by env.py",
        f"{project.root / 'migrations' / 'env.py'}:8: UserWarning: warned by env.py",
        '  warnings.warn("warned by env.py")',
    ]
    assert (capfd.readouterr(), recwarn.list) == (("", ""), [])
    assert "INFO  [alembic.runtime.migration] Context impl MySQLImpl." in record.output.splitlines()
