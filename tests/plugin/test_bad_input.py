"""Every bad input, and the whole of what is said of it: what is wrong, where, and what to do. Never a traceback."""

# ruff: noqa: E501 - whole messages stand here as they are shown

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conftest import Project, Run, Told

V = "migrations/versions"
ENV = "migrations/env.py"
INI = "alembic.ini"
FUNCTIONS = "def upgrade(): pass\ndef downgrade(): pass\n"
LINKED = f'revision = "0002"\ndown_revision = "0001"\n{FUNCTIONS}'
CONFIGURED = """\
from alembic import context
from sqlalchemy import create_engine

engine = create_engine({url})
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""


@dataclass(frozen=True, slots=True)
class Case:
    """What is changed in a project of two revisions (None: taken away), and what is told then."""

    files: Mapping[str, str | bytes | None]
    told: str
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


HISTORY = {
    "a syntax error": Case(
        {f"{V}/0002.py": LINKED + "def broken(:\n"},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "git conflict markers": Case(
        {
            f"{V}/0002.py": 'revision = "0002"\n<<<<<<< HEAD\ndown_revision = "0001"\n=======\ndown_revision = "0003"\n>>>>>>> feature\n'
        },
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "bytes that are not UTF-8": Case(
        {f"{V}/0002.py": b'"""caf\xe9"""\n' + LINKED.encode()},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "UTF-16": Case(
        {f"{V}/0002.py": LINKED.encode("utf-16")},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "no down_revision": Case(
        {f"{V}/0002.py": 'revision = "0002"\n' + FUNCTIONS},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "no revision": Case(
        {f"{V}/0002.py": None, f"{V}/add_users.py": 'down_revision = "0001"\n' + FUNCTIONS},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "a computed variable whose import fails": Case(
        {f"{V}/0002.py": 'from shop.ids import after\nrevision = "0002"\ndown_revision = after\n'},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "two revisions with one id": Case(
        {f"{V}/0003.py": LINKED},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "an unknown parent": Case(
        {f"{V}/0002.py": LINKED.replace("0001", "0009")},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "a cycle": Case(
        {f"{V}/0001.py": LINKED.replace("0001", "0003").replace("0002", "0001").replace("0003", "0002")},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "several at once": Case(
        {f"{V}/0003.py": "if\n", f"{V}/0004.py": LINKED.replace("0002", "0004").replace("0001", "0009")},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "an empty versions directory": Case(
        {f"{V}/0001.py": None, f"{V}/0002.py": None},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "no versions directory": Case(
        {f"{V}/0001.py": None, f"{V}/0002.py": None, V: None},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "revisions in a subdirectory only": Case(
        {f"{V}/0001.py": None, f"{V}/0002.py": None, f"{V}/2024/0001.py": LINKED},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
}

PROJECT = {
    "no alembic.ini": Case(
        {INI: None},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "a script_location that is not there": Case(
        {INI: "[alembic]\nscript_location = %(here)s/database\n"},
        """\
status 1, 1 failed, 4 skipped

test_single_head:
stairway: the script directory that alembic.ini names cannot be found
  tried   ROOT/database does not exist
  fix     correct script_location in alembic.ini, or pass --stairway-config path/to/alembic.ini""",
    ),
    "no script_location": Case(
        {INI: "[alembic]\n"},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "no section in alembic.ini": Case(
        {INI: "script_location = migrations\n"},
        """\
status 1, 1 failed, 4 skipped

test_single_head:
stairway: alembic.ini is not an ini file that Alembic can read
  tried   alembic.ini:1: no [section] stands above it
  fix     write [alembic] above line 1""",
    ),
    "a line that is none in alembic.ini": Case(
        {INI: "[alembic]\nscript_location = migrations\nhush\n"},
        """\
status 1, 1 failed, 4 skipped

test_single_head:
stairway: alembic.ini is not an ini file that Alembic can read
  tried   alembic.ini:3: neither a [section] nor name = value
  fix     repair that line""",
    ),
    "an option twice in alembic.ini": Case(
        {INI: "[alembic]\nscript_location = migrations\nscript_location = db\n"},
        """\
status 1, 1 failed, 4 skipped

test_single_head:
stairway: alembic.ini is not an ini file that Alembic can read
  tried   alembic.ini:3: script_location is already set in [alembic]
  fix     delete one of the two lines""",
    ),
    "an alembic.ini that is not UTF-8": Case(
        {INI: b"[alembic]\n# caf\xe9\nscript_location = migrations\n"},
        """\
status 1, 1 failed, 4 skipped

test_single_head:
stairway: alembic.ini is not an ini file that Alembic can read
  tried   alembic.ini:2: byte 0xe9 is not utf-8
  fix     save it as utf-8""",
    ),
    "a misspelt reference in alembic.ini": Case(
        {INI: "[alembic]\nscript_location = %(hare)s/migrations\n"},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "no env.py": Case(
        {ENV: None},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
}

ENVIRONMENT = {
    "an exception": Case(
        {ENV: 'raise ValueError("no settings")\n'},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "a syntax error": Case(
        {ENV: "from alembic import context\nif\n"},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "git conflict markers": Case(
        {ENV: "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> feature\n"},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "bytes that are not UTF-8": Case(
        {ENV: b"x = 1\nname = '\xe9'\n"},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "a syntax error in what it imports": Case(
        {ENV: "import models\n", "models.py": "x = (\n"},
        """\
status 1, 1 failed, 2 passed, 4 skipped

test_upgrades[0001-create-roles]:
stairway: models.py cannot be parsed, so env.py cannot be run
  tried   models.py:1: SyntaxError: '(' was never closed
            x = (
  fix     repair its syntax""",
    ),
    "a missing package": Case(
        {ENV: "import dotenv_of_nobody.main\n"},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "a missing package whose distribution has another name": Case(
        {ENV: "raise ModuleNotFoundError(\"No module named 'MySQLdb'\", name='MySQLdb')\n"},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "a package of the project that is not on sys.path": Case(
        {ENV: "from shop.models import metadata\n", "src/shop/models.py": "metadata = None\n"},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "a misspelt submodule": Case(
        {ENV: "from shop.modles import metadata\n", "shop/models.py": "metadata = None\n"},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "a misspelt name": Case(
        {ENV: "from models import metdata\n"},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "a revision that imports a missing package": Case(
        {f"{V}/0002.py": "import shop_of_nobody\n" + LINKED},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "a revision that raises when it is imported": Case(
        {f"{V}/0002.py": LINKED + 'raise ValueError("not yet")\n'},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "an environment variable that is not set": Case(
        {ENV: "import os\nurl = os.environ['SHOP_DATABASE']\n"},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "a percent sign in alembic.ini": Case(
        {
            INI: "[alembic]\nscript_location = migrations\nprepend_sys_path = .\nshop.url = mysql://shop:hu%sh@db/\n",
            ENV: "from alembic import context\nurl = context.config.get_main_option('shop.url')\n",
        },
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "neither configured nor run": Case(
        {ENV: "def run_migrations_online(): pass\n"},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "configured and not run": Case(
        {
            ENV: CONFIGURED.format(url="context.config.get_main_option('sqlalchemy.url')").replace(
                "context.run_migrations()", "pass"
            )
        },
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "run and not configured": Case(
        {ENV: "from alembic import context\ncontext.run_migrations()\n"},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "configured without a connection": Case(
        {ENV: "from alembic import context\ncontext.configure(url='mysql://')\ncontext.run_migrations()\n"},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "an engine for SQLite": Case(
        {ENV: CONFIGURED.format(url="'sqlite:///shop.db'")},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "an engine for PostgreSQL, whose driver is not installed": Case(
        {
            ENV: CONFIGURED.format(url="'postgresql+psycopg://shop:hush@db/'").replace(
                "import create_engine", "import create_engine", 1
            )
        },
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
    ),
    "a URL that is none": Case(
        {ENV: CONFIGURED.format(url="'shop:hush@db'")},
        """\
status 1, 1 failed, 2 passed, 4 skipped

test_upgrades[0001-create-roles]:
stairway: env.py raised ArgumentError: Could not parse SQLAlchemy URL from given URL string
  tried   migrations/env.py:4: engine = create_engine('shop:***@db')
  fix     make `alembic upgrade heads` work on an empty database first
          or give env.py what it reads: url_variables = [...] and x = [...] in [tool.stairway]""",
    ),
}

SERVER = {
    "a URL for SQLite": Case(
        {},
        """\
status 1, 1 failed, 2 passed, 4 skipped

test_upgrades[0001-create-roles]:
stairway: --stairway-url is not of MySQL or MariaDB
  tried   sqlite: another kind of database
  fix     write it as mysql+pymysql://user:***@127.0.0.1:3306/, *** being the password
          or leave it out: a server is then started here""",
        arguments=("--stairway-url=sqlite:///shop.db",),
    ),
    "a URL for PostgreSQL in the settings": Case(
        {"pyproject.toml": '[tool.stairway]\nurl = "postgresql://shop:hush@db/shop"\n'},
        """\
status 1, 1 failed, 2 passed, 4 skipped

test_upgrades[0001-create-roles]:
stairway: url in pyproject.toml is not of MySQL or MariaDB
  tried   postgresql: another kind of database
  fix     write it as mysql+pymysql://user:***@127.0.0.1:3306/, *** being the password
          or leave it out: a server is then started here""",
    ),
    "a URL that is none": Case(
        {},
        """\
status 1, 1 failed, 2 passed, 4 skipped

test_upgrades[0001-create-roles]:
stairway: --stairway-url is not a SQLAlchemy URL
  tried   it is not shown, as it may hold a password
  fix     write it as mysql+pymysql://user:***@127.0.0.1:3306/, *** being the password""",
        arguments=("--stairway-url=root:hush hush@localhost",),
    ),
    "a URL whose port is none": Case(
        {},
        """\
status 1, 1 failed, 2 passed, 4 skipped

test_upgrades[0001-create-roles]:
stairway: --stairway-url is not a SQLAlchemy URL
  tried   it is not shown, as it may hold a password
  fix     write it as mysql+pymysql://user:***@127.0.0.1:3306/, *** being the password""",
        arguments=("--stairway-url=mysql://root:hush@localhost:hush/",),
    ),
    "a URL with two @": Case(
        {},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
        arguments=("--stairway-url=mysql://root:hu@sh@localhost/",),
    ),
    "a port where nobody listens": Case(
        {},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
        arguments=("--stairway-url=mysql+pymysql://root:hush@127.0.0.1:1/",),
    ),
    "an unknown host": Case(
        {},
        """\
status 1, 1 failed, 2 passed, 4 skipped

test_upgrades[0001-create-roles]:
stairway: the server given by --stairway-url cannot be used
  tried   mysql+pymysql://root:***@shop.invalid
          2003 Can't connect to MySQL server on 'shop.invalid' ([NO SUCH NAME])
  fix     start the server, or correct host and port in the URL""",
        arguments=("--stairway-url=mysql+pymysql://root:hush@shop.invalid/",),
    ),
    "a socket that is not there": Case(
        {},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
        arguments=("--stairway-url=mysql+pymysql://root:hush@/?unix_socket=/nowhere/mysqld.sock",),
    ),
    "an image that cannot be had": Case(
        {},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
        arguments=("--stairway-server=127.0.0.1:1/mysql:8.4",),
    ),
    "Docker asked for and no engine": Case(
        {},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
        arguments=("--stairway-server=mysql:8.4",),
        environment={"DOCKER_HOST": "unix:///nowhere/docker.sock"},
    ),
    "a server that is none": Case(
        {},
        """\
status 1, 1 failed, 2 passed, 4 skipped

test_upgrades[0001-create-roles]:
stairway: "oracle" is neither a kind of server nor an image of MySQL or MariaDB
  tried   server = "oracle", image = "mysql:8.4"
  fix     write "auto", "local", "mysqld", "mariadbd", "docker", or an image such as "mysql:8.4\"""",
        arguments=("--stairway-server=oracle",),
    ),
}

SETTINGS = {
    "an unknown key": Case(
        {"pyproject.toml": "[tool.stairway]\nheds = 2\n"},
        """\
status 4, no test
ERROR: stairway: pyproject.toml: [tool.stairway] has no key "heds"; did you mean "heads"?""",
    ),
    "a value of the wrong type": Case(
        {"pyproject.toml": '[tool.stairway]\nheads = "two"\n'},
        """\
status 4, no test
ERROR: stairway: pyproject.toml: [tool.stairway] heads must be a whole number of at least 1, found "two\"""",
    ),
    "a flag of the wrong type": Case(
        {},
        """\
status 4, no test
ERROR: stairway: --stairway-heads must be a whole number of at least 1, found "two\"""",
        arguments=("--stairway-heads=two",),
    ),
    "a config that is not there": Case(
        {},
        """\
status 4, no test
ERROR: Error importing plugin "noted_passwords": No module named 'noted_passwords'""",
        arguments=("--stairway-config=db.ini",),
    ),
}


def cases(group: Mapping[str, Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", group.values(), ids=group.keys())


@cases(HISTORY | PROJECT | SETTINGS | SERVER)
def test_what_needs_no_server(
    case: Case, project: Project, run_here: Run, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.change(case.files)
    for name, value in case.environment.items():
        monkeypatch.setenv(name, value)
    assert told(run_here(*case.arguments)) == case.told


@cases(ENVIRONMENT)
def test_what_env_py_does(case: Case, project: Project, run_here: Run, told: Told, given: str) -> None:
    project.change(case.files)
    assert told(run_here(f"--stairway-url={given}")) == case.told
