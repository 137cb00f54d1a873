"""What a walk may change in the process is as before when it ends, also where it ends with an exception."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import logging.config
import os
import sys
import warnings
from pathlib import Path
from textwrap import dedent

import pytest

from pytest_stairway.walk.isolation import own_event_loop, process_kept

STOCK_LOGGING = """
    [loggers]
    keys = root,sqlalchemy,alembic
    [handlers]
    keys = console,file
    [formatters]
    keys = generic
    [logger_root]
    level = WARNING
    handlers = console,file
    [logger_sqlalchemy]
    level = ERROR
    handlers =
    qualname = sqlalchemy.engine
    [logger_alembic]
    level = INFO
    handlers =
    qualname = alembic
    [handler_console]
    class = StreamHandler
    args = (sys.stderr,)
    level = NOTSET
    formatter = generic
    [handler_file]
    class = FileHandler
    args = ('migrations.log', 'w')
    [formatter_generic]
    format = %(levelname)s [%(name)s] %(message)s
"""


@pytest.fixture
def ini(tmp_path: Path) -> Path:
    """Write the logging that `alembic init` writes, and a file."""
    path = tmp_path / "alembic.ini"
    path.write_text(dedent(STOCK_LOGGING))
    return path


def test_the_stock_logging_of_an_env_is_taken_back(ini: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It sets levels, disables every logger that it does not name, and closes all handlers."""
    audit = logging.FileHandler(tmp_path / "audit.log", "w")
    shop, engine = logging.getLogger("shop.orders"), logging.getLogger("sqlalchemy.engine")
    shop.addHandler(audit)
    before = (logging.root.level, list(logging.root.handlers), engine.level, shop.level, list(shop.handlers))
    with process_kept(tmp_path, ["alembic"]) as output:
        logging.config.fileConfig(ini)
        logging.getLogger("alembic.runtime").info("Running upgrade")
        logging.getLogger("imported.in.env").warning("slow")
        assert shop.disabled
    assert (logging.root.level, list(logging.root.handlers), engine.level, shop.level, list(shop.handlers)) == before
    assert (shop.disabled, logging.getLogger("imported.in.env").disabled) == (False, False)
    shop.error("order lost")
    shop.removeHandler(audit)
    audit.close()
    assert [record.getMessage() for record in caplog.records] == ["order lost"]
    assert (tmp_path / "audit.log").read_text() == "order lost\n"
    assert output.getvalue() == "INFO [alembic.runtime] Running upgrade\nWARNING [imported.in.env] slow\n"


def test_what_an_env_does_to_loggers_that_it_makes_is_undone(tmp_path: Path) -> None:
    with process_kept(tmp_path, []):
        logger = logging.getLogger("made.by.env")
        logger.setLevel(logging.ERROR)
        logger.propagate = False
        logger.addHandler(logging.NullHandler())
        logging.disable(logging.CRITICAL)
    assert (logger.level, logger.propagate, logger.handlers) == (logging.NOTSET, True, [])
    assert logger.isEnabledFor(logging.WARNING)


def test_a_handler_that_basic_config_forces_out_stays_open(tmp_path: Path) -> None:
    handler = logging.FileHandler(tmp_path / "app.log", "w")
    logging.root.addHandler(handler)
    try:
        with process_kept(tmp_path, []):
            logging.basicConfig(force=True, level=logging.DEBUG)
        logging.getLogger("shop.forced").warning("still written")
    finally:
        logging.root.removeHandler(handler)
        handler.close()
    assert (tmp_path / "app.log").read_text() == "still written\n"


def test_what_is_printed_logged_and_warned_is_collected_and_shown_nowhere(
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    recwarn: pytest.WarningsRecorder,
) -> None:
    with process_kept(tmp_path, []) as output:
        print("printed")  # noqa: T201 - what env.py files do
        sys.stderr.write("to standard error\n")
        sys.stdout.buffer.write(b"as bytes\n")
        logging.getLogger("shop.collected").warning("logged")
        logging.getLogger("shop.collected").debug("below the level")
        warnings.warn_explicit("warned", UserWarning, "env.py", 3)
        warnings.warn_explicit("hidden as Python does", DeprecationWarning, "env.py", 4)
    assert output.getvalue() == "printed\nto standard error\nas bytes\nlogged\nenv.py:3: UserWarning: warned\n"
    assert (capfd.readouterr(), caplog.records, recwarn.list) == (("", ""), [], [])


def test_a_warning_raises_nothing_in_the_walk_of_a_session_that_makes_errors_of_them(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        before = list(warnings.filters)
        with process_kept(tmp_path, []):
            warnings.simplefilter("ignore")
            warnings.warn("only a warning", UserWarning, stacklevel=1)
        assert warnings.filters == before
        with pytest.raises(UserWarning, match=r"^an error$"):
            warnings.warn("an error", UserWarning, stacklevel=1)


@pytest.mark.parametrize("ends", ["returns", "raises", "is interrupted"])
def test_environment_path_arguments_and_directory_are_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: str
) -> None:
    monkeypatch.setenv("SHOP_DATABASE", "mysql://production")
    monkeypatch.setenv("SHOP_MODE", "test")
    state = lambda: (dict(os.environ), list(sys.path), list(sys.argv), Path.cwd(), sys.stdout, sys.stderr)  # noqa: E731
    before, paths = state(), sys.path
    inside = []
    try:
        with process_kept(tmp_path, ["alembic", "upgrade", "heads"]):
            inside.append((list(sys.argv), Path.cwd()))
            os.environ |= {"SHOP_DATABASE": "mysql://scratch", "NEW": "1"}
            del os.environ["SHOP_MODE"]
            sys.path.insert(0, "/nowhere")
            sys.argv.append("-x")
            os.chdir("/")
            if ends != "returns":
                raise ValueError if ends == "raises" else KeyboardInterrupt
    except (ValueError, KeyboardInterrupt):
        pass
    assert inside == [(["alembic", "upgrade", "heads"], tmp_path)]
    assert state() == before
    assert sys.path is paths


@pytest.mark.filterwarnings("ignore:.*policy:DeprecationWarning")  # since Python 3.14
def test_the_event_loop_of_the_thread_is_as_before() -> None:
    """asyncio.run leaves its thread without a current loop."""
    policy, loop = asyncio.get_event_loop_policy(), asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        with own_event_loop():
            asyncio.get_event_loop().run_until_complete(asyncio.sleep(0))
            asyncio.run(asyncio.sleep(0))
            asyncio.set_event_loop_policy(asyncio.DefaultEventLoopPolicy())
        assert (asyncio.get_event_loop_policy(), asyncio.get_event_loop()) == (policy, loop)
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def test_the_same_relative_entry_of_sys_path_means_each_directory_in_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(".")
    for name in ("first_app", "second_app"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.py").write_text("")
        with process_kept(tmp_path / name, []):
            assert importlib.util.find_spec(name) is not None
