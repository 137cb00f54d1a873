"""Every bad input, and the whole of what is said of it: what is wrong, where, and what to do. Never a traceback."""

# ruff: noqa: E501 - whole messages stand here as they are shown

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

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


def why_no_url(text: str) -> str:
    """Give what this version of SQLAlchemy says of a text that is no URL."""
    with pytest.raises(ArgumentError) as raised:
        make_url(text)
    return str(raised.value)


HISTORY = {
    "a syntax error": Case(
        {f"{V}/0002.py": LINKED + "def broken(:\n"},
        """\
status 1, 2 failed, 4 skipped

test_history:
migrations/versions/0002.py:5  unreadable-revision
  0002.py cannot be loaded, so no Alembic command that reads the history works
    SyntaxError: invalid syntax
      def broken(:
  In migrations/versions/0002.py:5: repair its syntax

test_upgrades[0001-create-roles]:
stairway: the migrations cannot be run, because their files cannot be linked
  tried   migrations/versions/0002.py:5: unreadable-revision
  fix     repair what test_history finds first""",
    ),
    "git conflict markers": Case(
        {
            f"{V}/0002.py": 'revision = "0002"\n<<<<<<< HEAD\ndown_revision = "0001"\n=======\ndown_revision = "0003"\n>>>>>>> feature\n'
        },
        """\
status 1, 2 failed, 4 skipped

test_history:
migrations/versions/0002.py:2  unreadable-revision
  0002.py cannot be loaded, so no Alembic command that reads the history works
    SyntaxError: it holds the conflict markers of a git merge that was not finished
  In migrations/versions/0002.py:2: keep what is right of both sides, and delete the lines that begin with <<<<<<<, ======= and >>>>>>>

test_upgrades[0001-create-roles]:
stairway: the migrations cannot be run, because their files cannot be linked
  tried   migrations/versions/0002.py:2: unreadable-revision
  fix     repair what test_history finds first""",
    ),
    "bytes that are not UTF-8": Case(
        {f"{V}/0002.py": b'"""caf\xe9"""\n' + LINKED.encode()},
        """\
status 1, 2 failed, 4 skipped

test_history:
migrations/versions/0002.py:1  unreadable-revision
  0002.py cannot be loaded, so no Alembic command that reads the history works
    SyntaxError: byte 0xe9 is not utf-8
  In migrations/versions/0002.py:1: save it as utf-8, or declare the encoding that it has in its first line: # coding: latin-1

test_upgrades[0001-create-roles]:
stairway: the migrations cannot be run, because their files cannot be linked
  tried   migrations/versions/0002.py:1: unreadable-revision
  fix     repair what test_history finds first""",
    ),
    "UTF-16": Case(
        {f"{V}/0002.py": LINKED.encode("utf-16")},
        """\
status 1, 2 failed, 4 skipped

test_history:
migrations/versions/0002.py:1  unreadable-revision
  0002.py cannot be loaded, so no Alembic command that reads the history works
    SyntaxError: it is saved as UTF-16, which Python does not read
  In migrations/versions/0002.py:1: save it as UTF-8

test_upgrades[0001-create-roles]:
stairway: the migrations cannot be run, because their files cannot be linked
  tried   migrations/versions/0002.py:1: unreadable-revision
  fix     repair what test_history finds first""",
    ),
    "no down_revision": Case(
        {f"{V}/0002.py": 'revision = "0002"\n' + FUNCTIONS},
        """\
status 1, 2 failed, 4 skipped

test_history:
migrations/versions/0002.py:1  unreadable-revision
  0002.py cannot be loaded, so no Alembic command that reads the history works
    AttributeError: it has no attribute 'down_revision'
  In migrations/versions/0002.py:1: write down_revision = None, or the id that it follows

test_upgrades[0001-create-roles]:
stairway: the migrations cannot be run, because their files cannot be linked
  tried   migrations/versions/0002.py:1: unreadable-revision
  fix     repair what test_history finds first""",
    ),
    "no revision": Case(
        {f"{V}/0002.py": None, f"{V}/add_users.py": 'down_revision = "0001"\n' + FUNCTIONS},
        """\
status 1, 2 failed, 4 skipped

test_history:
migrations/versions/add_users.py  unreadable-revision
  add_users.py cannot be loaded, so no Alembic command that reads the history works
    CommandError: Could not determine revision id from filename add_users.py
  In migrations/versions/add_users.py: give it a revision and a down_revision, or move it out of the directory

test_upgrades[0001-create-roles]:
stairway: the migrations cannot be run, because their files cannot be linked
  tried   migrations/versions/add_users.py: unreadable-revision
  fix     repair what test_history finds first""",
    ),
    "a computed variable whose import fails": Case(
        {f"{V}/0002.py": 'from shop.ids import after\nrevision = "0002"\ndown_revision = after\n'},
        """\
status 1, 2 failed, 4 skipped

test_history:
migrations/versions/0002.py:1  unreadable-revision
  0002.py cannot be loaded, so no Alembic command that reads the history works
    ModuleNotFoundError: No module named 'shop'
  In migrations/versions/0002.py:1: write its revision and down_revision as plain strings, or make it importable

test_upgrades[0001-create-roles]:
stairway: the migrations cannot be run, because their files cannot be linked
  tried   migrations/versions/0002.py:1: unreadable-revision
  fix     repair what test_history finds first""",
    ),
    "two revisions with one id": Case(
        {f"{V}/0003.py": LINKED},
        """\
status 1, 2 failed, 1 passed, 5 skipped

test_history:
migrations/versions/0003.py:1  duplicate-revision
  revision 0002 is declared by 2 files: Alembic warns "Revision 0002 is present more than once", and `alembic upgrade head` stops with "Multiple head revisions are present for given argument 'head'"
    migrations/versions/0002.py:7
    migrations/versions/0003.py:1
  Give one of them an id of its own, in migrations/versions/0003.py:1:
      revision = "0003"
  and name it in the files that follow it

test_upgrades[0001-create-roles]:
stairway: the migrations cannot be run, because their files cannot be linked
  tried   migrations/versions/0003.py:1: duplicate-revision
  fix     repair what test_history finds first""",
    ),
    "an unknown parent": Case(
        {f"{V}/0002.py": LINKED.replace("0001", "0009")},
        """\
status 1, 2 failed, 6 skipped

test_history:
migrations/versions/0002.py:2  unknown-parent
  down_revision of revision 0002 is "0009", which is the id of no revision: Alembic stops with KeyError: '0009'
  The nearest id is 0001; in migrations/versions/0002.py:2:
      down_revision = "0001"
  or restore the file with revision = "0009"

test_upgrades[0002]:
stairway: the migrations cannot be run, because their files cannot be linked
  tried   migrations/versions/0002.py:2: unknown-parent
  fix     repair what test_history finds first""",
    ),
    "a cycle": Case(
        {f"{V}/0001.py": LINKED.replace("0001", "0003").replace("0002", "0001").replace("0003", "0002")},
        """\
status 1, 2 failed, 6 skipped

test_history:
migrations/versions/0001.py:2  cycle
  revisions follow one another in a circle: 0001 -> 0002 -> 0001; Alembic stops with "Cycle is detected in revisions"
  In whichever comes first of migrations/versions/0001.py:2, migrations/versions/0002.py:8:
      down_revision = None

test_upgrades[0001]:
stairway: the migrations cannot be run, because their files cannot be linked
  tried   migrations/versions/0001.py:2: cycle
  fix     repair what test_history finds first""",
    ),
    "several at once": Case(
        {f"{V}/0003.py": "if\n", f"{V}/0004.py": LINKED.replace("0002", "0004").replace("0001", "0009")},
        """\
status 1, 2 failed, 8 skipped

test_history:
migrations/versions/0003.py:1  unreadable-revision
  0003.py cannot be loaded, so no Alembic command that reads the history works
    SyntaxError: invalid syntax
      if
  In migrations/versions/0003.py:1: repair its syntax

migrations/versions/0004.py:2  unknown-parent
  down_revision of revision 0004 is "0009", which is the id of no revision: Alembic stops with KeyError: '0009'
  The nearest id is 0002; in migrations/versions/0004.py:2:
      down_revision = "0002"
  or restore the file with revision = "0009"

test_upgrades[0004]:
stairway: the migrations cannot be run, because their files cannot be linked
  tried   migrations/versions/0003.py:1: unreadable-revision
          migrations/versions/0004.py:2: unknown-parent
  fix     repair what test_history finds first""",
    ),
    "an empty versions directory": Case(
        {f"{V}/0001.py": None, f"{V}/0002.py": None},
        """\
status 1, 1 failed, 1 passed, 4 skipped

test_single_head:
stairway: alembic.ini leads to no revisions
  tried   migrations/versions: no revision file in it
  fix     write the first: alembic revision --autogenerate -m first
          or correct script_location or version_locations in alembic.ini""",
    ),
    "no versions directory": Case(
        {f"{V}/0001.py": None, f"{V}/0002.py": None, V: None},
        """\
status 1, 1 failed, 1 passed, 4 skipped

test_single_head:
stairway: alembic.ini leads to no revisions
  tried   migrations/versions: not there
  fix     write the first: alembic revision --autogenerate -m first
          or correct script_location or version_locations in alembic.ini""",
    ),
    "revisions in a subdirectory only": Case(
        {f"{V}/0001.py": None, f"{V}/0002.py": None, f"{V}/2024/0001.py": LINKED},
        """\
status 1, 1 failed, 1 passed, 4 skipped

test_single_head:
stairway: alembic.ini leads to no revisions
  tried   migrations/versions: revisions only below it, which recursive_version_locations = true finds
  fix     write the first: alembic revision --autogenerate -m first
          or correct script_location or version_locations in alembic.ini""",
    ),
}

PROJECT = {
    "no alembic.ini": Case(
        {INI: None},
        """\
status 1, 1 failed, 5 skipped

test_single_head:
stairway: no Alembic project in ROOT
  tried   alembic.ini: not there
          pyproject.toml: not there
          migrations/alembic.ini: not there
  fix     pass --stairway-config path/to/alembic.ini
          or set config = "path/to/alembic.ini" in [tool.stairway] of pyproject.toml""",
    ),
    "a script_location that is not there": Case(
        {INI: "[alembic]\nscript_location = %(here)s/database\n"},
        """\
status 1, 1 failed, 5 skipped

test_single_head:
stairway: the script directory that alembic.ini names cannot be found
  tried   ROOT/database does not exist
  fix     correct script_location in alembic.ini, or pass --stairway-config path/to/alembic.ini""",
    ),
    "no script_location": Case(
        {INI: "[alembic]\n"},
        """\
status 1, 1 failed, 5 skipped

test_single_head:
stairway: alembic.ini has no script_location in [alembic]
  fix     write script_location = %(here)s/<the directory of env.py> into [alembic]""",
    ),
    "no section in alembic.ini": Case(
        {INI: "script_location = migrations\n"},
        """\
status 1, 1 failed, 5 skipped

test_single_head:
stairway: alembic.ini is not an ini file that Alembic can read
  tried   alembic.ini:1: no [section] stands above it
  fix     write [alembic] above line 1""",
    ),
    "a line that is none in alembic.ini": Case(
        {INI: "[alembic]\nscript_location = migrations\nhush\n"},
        """\
status 1, 1 failed, 5 skipped

test_single_head:
stairway: alembic.ini is not an ini file that Alembic can read
  tried   alembic.ini:3: neither a [section] nor name = value
  fix     repair that line""",
    ),
    "an option twice in alembic.ini": Case(
        {INI: "[alembic]\nscript_location = migrations\nscript_location = db\n"},
        """\
status 1, 1 failed, 5 skipped

test_single_head:
stairway: alembic.ini is not an ini file that Alembic can read
  tried   alembic.ini:3: script_location is already set in [alembic]
  fix     delete one of the two lines""",
    ),
    "an alembic.ini that is not UTF-8": Case(
        {INI: b"[alembic]\n# caf\xe9\nscript_location = migrations\n"},
        """\
status 1, 1 failed, 5 skipped

test_single_head:
stairway: alembic.ini is not an ini file that Alembic can read
  tried   alembic.ini:2: byte 0xe9 is not utf-8
  fix     save it as utf-8""",
    ),
    "a misspelt reference in alembic.ini": Case(
        {INI: "[alembic]\nscript_location = %(hare)s/migrations\n"},
        """\
status 1, 1 failed, 5 skipped

test_single_head:
stairway: the script directory that alembic.ini names cannot be found
  tried   InterpolationMissingOptionError: Bad value substitution: option 'script_location' in section 'alembic' contains an interpolation key 'hare' which is not a valid option name. Raw value: '%(hare)s/migrations'
  fix     correct script_location in alembic.ini, or pass --stairway-config path/to/alembic.ini""",
    ),
    "no env.py": Case(
        {ENV: None},
        """\
status 1, 1 failed, 5 skipped

test_single_head:
stairway: migrations has no env.py, which Alembic runs for every command
  tried   ROOT/migrations/env.py: not there
  fix     restore migrations/env.py, or copy the one that `alembic init` writes
          or pass --stairway-config path/to/alembic.ini""",
    ),
}

ENVIRONMENT = {
    "an exception": Case(
        {ENV: 'raise ValueError("no settings")\n'},
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: env.py raised ValueError: no settings
  tried   migrations/env.py:1: raise ValueError("no settings")
  fix     make `alembic upgrade heads` work on an empty database first
          or give env.py what it reads: url_variables = [...] and x = [...] in [tool.stairway]""",
    ),
    "a syntax error": Case(
        {ENV: "from alembic import context\nif\n"},
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: migrations/env.py cannot be parsed
  tried   migrations/env.py:2: SyntaxError: invalid syntax
            if
  fix     repair its syntax""",
    ),
    "git conflict markers": Case(
        {ENV: "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> feature\n"},
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: migrations/env.py cannot be parsed
  tried   migrations/env.py:1: SyntaxError: it holds the conflict markers of a git merge that was not finished
  fix     keep what is right of both sides, and delete the lines that begin with <<<<<<<, ======= and >>>>>>>""",
    ),
    "bytes that are not UTF-8": Case(
        {ENV: b"x = 1\nname = '\xe9'\n"},
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: migrations/env.py cannot be parsed
  tried   migrations/env.py:2: SyntaxError: byte 0xe9 is not utf-8
  fix     save it as utf-8, or declare the encoding that it has in its first line: # coding: latin-1""",
    ),
    "a syntax error in what it imports": Case(
        {ENV: "import models\n", "models.py": "x = (\n"},
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: models.py cannot be parsed, so env.py cannot be run
  tried   models.py:1: SyntaxError: '(' was never closed
            x = (
  fix     repair its syntax""",
    ),
    "a missing package": Case(
        {ENV: "import dotenv_of_nobody.main\n"},
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: env.py cannot be imported: No module named 'dotenv_of_nobody'
  tried   migrations/env.py:1: import dotenv_of_nobody.main
          importing from ROOT and sys.path, prepend_sys_path of the Alembic config included
  fix     install it into this environment: pip install dotenv_of_nobody
          or, if it is your own, name the directory that holds it: prepend_sys_path = path/to/directory in [alembic] of alembic.ini""",
    ),
    "a missing package whose distribution has another name": Case(
        {ENV: "raise ModuleNotFoundError(\"No module named 'MySQLdb'\", name='MySQLdb')\n"},
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: env.py cannot be imported: No module named 'MySQLdb'
  tried   migrations/env.py:1: raise ModuleNotFoundError("No module named 'MySQLdb'", name='MySQLdb')
          importing from ROOT and sys.path, prepend_sys_path of the Alembic config included
  fix     install it into this environment: pip install mysqlclient
          or, if it is your own, name the directory that holds it: prepend_sys_path = path/to/directory in [alembic] of alembic.ini""",
    ),
    "a package of the project that is not on sys.path": Case(
        {ENV: "from shop.models import metadata\n", "src/shop/models.py": "metadata = None\n"},
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: env.py cannot be imported: No module named 'shop'
  tried   migrations/env.py:1: from shop.models import metadata
          importing from ROOT and sys.path, prepend_sys_path of the Alembic config included
  fix     let Alembic find src/shop: prepend_sys_path = src in [alembic] of alembic.ini""",
    ),
    "a misspelt submodule": Case(
        {ENV: "from shop.modles import metadata\n", "shop/models.py": "metadata = None\n"},
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: env.py cannot be imported: No module named 'shop.modles'
  tried   migrations/env.py:1: from shop.modles import metadata
          importing from ROOT and sys.path, prepend_sys_path of the Alembic config included
  fix     correct the import: shop is there, and has no module modles""",
    ),
    "a misspelt name": Case(
        {ENV: "from models import metdata\n"},
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: env.py cannot be imported: cannot import name 'metdata' from 'models' (ROOT/models.py)
  tried   migrations/env.py:1: from models import metdata
          importing from ROOT and sys.path, prepend_sys_path of the Alembic config included
  fix     correct the import, or install the version that has this name""",
    ),
    "a revision that imports a missing package": Case(
        {f"{V}/0002.py": "import shop_of_nobody\n" + LINKED},
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: Alembic cannot load the revisions: ModuleNotFoundError: No module named 'shop_of_nobody'
  tried   migrations/versions/0002.py:1: import shop_of_nobody
  fix     install it into this environment: pip install shop_of_nobody
          or, if it is your own, name the directory that holds it: prepend_sys_path = path/to/directory in [alembic] of alembic.ini""",
    ),
    "a revision that raises when it is imported": Case(
        {f"{V}/0002.py": LINKED + 'raise ValueError("not yet")\n'},
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: Alembic cannot load the revisions: ValueError: not yet
  tried   migrations/versions/0002.py:5: raise ValueError("not yet")
  fix     repair it there; `alembic history` must work first""",
    ),
    "an environment variable that is not set": Case(
        {ENV: "import os\nurl = os.environ['SHOP_DATABASE']\n"},
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: env.py raised KeyError: 'SHOP_DATABASE'
  tried   migrations/env.py:2: url = os.environ['SHOP_DATABASE']
  fix     set SHOP_DATABASE where pytest is run; if env.py takes the database's URL from it, set
          url_variables = ["SHOP_DATABASE"] in [tool.stairway], and it is that of the scratch database""",
    ),
    "an attribute that the project's own command puts on the config": Case(
        {ENV: "from alembic import context\nsettings = context.config.shop_config\n"},
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: env.py raised AttributeError: 'Config' object has no attribute 'shop_config'
  tried   migrations/env.py:2: settings = context.config.shop_config
  fix     set in conftest.py what the project's own command sets before it calls Alembic:
          alembic.config.Config.shop_config = ...
          whatever database it names, env.py's connections go to the disposable one""",
    ),
    "an engine for SQLite where a variable says nothing else": Case(
        {
            ENV: "import os\n"
            + CONFIGURED.format(url="os.environ.get('SHOP_DATABASE_URL') or os.getenv('SHOP_DSN', 'sqlite://')")
        },
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: env.py connects with the dialect 'sqlite'; only MySQL and MariaDB can be verified
  tried   migrations/env.py:6: with engine.connect() as connection:
  fix     let env.py use sqlalchemy.url of the Alembic config, which is the disposable database's here
          or name the environment variables it reads: url_variables = ["SHOP_DATABASE_URL", "SHOP_DSN"] in [tool.stairway]""",
    ),
    "an engine for SQLite in an application that reads URLs of other services first": Case(
        {
            ENV: "import os\n"
            "for name in ('SHOP__SENTRY_DSN', 'SHOP_HOME_URL'):\n    os.environ.get(name)\n"
            + CONFIGURED.format(url="os.environ.get('SHOP__SQL_ALCHEMY_CONN', 'sqlite://')")
        },
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: env.py connects with the dialect 'sqlite'; only MySQL and MariaDB can be verified
  tried   migrations/env.py:8: with engine.connect() as connection:
  fix     let env.py use sqlalchemy.url of the Alembic config, which is the disposable database's here
          or name the environment variables it reads: url_variables = ["SHOP__SQL_ALCHEMY_CONN", "SHOP_HOME_URL"] in [tool.stairway]""",
    ),
    "an option that oslo.config did not find": Case(
        {
            ENV: "import os\n"
            "for name in ('OS_DATABASE__CONNECTION', 'OS_SHOP_DATABASE__CONNECTION'):\n    os.environ.get(name)\n"
            "raise LookupError('value required for option connection in group [shop_database]')\n"
        },
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: env.py raised LookupError: value required for option connection in group [shop_database]
  tried   migrations/env.py:4: raise LookupError('value required for option connection in group [shop_database]')
  fix     make `alembic upgrade heads` work on an empty database first
          or give env.py what it reads: url_variables = ["OS_SHOP_DATABASE__CONNECTION"] and x = [...] in [tool.stairway]""",
    ),
    "an engine for SQLite where oslo.config was not called": Case(
        {ENV: "import os\n" + CONFIGURED.format(url="os.environ.get('OS_DATABASE__CONNECTION', 'sqlite://')")},
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: env.py connects with the dialect 'sqlite'; only MySQL and MariaDB can be verified
  tried   migrations/env.py:6: with engine.connect() as connection:
  fix     let env.py use sqlalchemy.url of the Alembic config, which is the disposable database's here
          or name the environment variables it reads: url_variables = ["OS_DATABASE__CONNECTION"] in [tool.stairway]
          and let conftest.py import what registers the project's options, then call
          oslo_config.cfg.CONF([], default_config_files=[]): oslo.config heeds no variable before""",
    ),
    "a connection that env.py expects to be given": Case(
        {
            ENV: "from alembic import context\n"
            "if context.config.attributes.get('connection') is None:\n"
            "    raise RuntimeError('no connection in the config')\n"
        },
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: env.py raised RuntimeError: no connection in the config
  tried   migrations/env.py:3: raise RuntimeError('no connection in the config')
  fix     make `alembic upgrade heads` work on an empty database first
          or set connection = "connection" (or "engine") in [tool.stairway]: it is config.attributes["connection"]
          or give env.py what it reads: url_variables = [...] and x = [...] in [tool.stairway]""",
    ),
    "an attribute that the application sets": Case(
        {ENV: "from alembic import context\nprefix = context.config.attributes['table_prefix']\n"},
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: env.py reads config.attributes["table_prefix"], and nobody put it there
  tried   migrations/env.py:2: prefix = context.config.attributes['table_prefix']
  fix     set attributes = { table_prefix = "..." } in [tool.stairway], as the application does""",
    ),
    "fileConfig() without its sections": Case(
        {
            ENV: "from alembic import context\nfrom logging.config import fileConfig\n"
            "fileConfig(context.config.config_file_name)\n"
        },
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: env.py configures logging from alembic.ini, which has no [formatters]
  tried   migrations/env.py:3: fileConfig(context.config.config_file_name)
  fix     add the sections [loggers], [handlers] and [formatters], as `alembic init` writes them
          or let env.py call fileConfig() only where the file has them""",
    ),
    "a percent sign in alembic.ini": Case(
        {
            INI: "[alembic]\nscript_location = migrations\nprepend_sys_path = .\nshop.url = mysql://shop:hu%sh@db/\n",
            ENV: "from alembic import context\nurl = context.config.get_main_option('shop.url')\n",
        },
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: shop.url in [alembic] of alembic.ini holds a % that means nothing
  tried   migrations/env.py:2: url = context.config.get_main_option('shop.url')
  fix     write %% where % itself is meant, as in a password; %(here)s is the directory of the file""",
    ),
    "neither configured nor run": Case(
        {ENV: "def run_migrations_online(): pass\n"},
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: migrations/env.py ended without calling context.configure(connection=...) and context.run_migrations()
  tried   running it online, as `alembic upgrade heads` does
  fix     call context.configure(connection=...) and context.run_migrations() when the file is run,
          not only inside a function that nobody calls, or where context.is_offline_mode() is true""",
    ),
    "configured and not run": Case(
        {
            ENV: CONFIGURED.format(url="context.config.get_main_option('sqlalchemy.url')").replace(
                "context.run_migrations()", "pass"
            )
        },
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: migrations/env.py ended without calling context.run_migrations()
  tried   running it online, as `alembic upgrade heads` does
  fix     call context.run_migrations() when the file is run,
          not only inside a function that nobody calls, or where context.is_offline_mode() is true""",
    ),
    "run and not configured": Case(
        {ENV: "from alembic import context\ncontext.run_migrations()\n"},
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: env.py calls context.run_migrations() before context.configure()
  tried   migrations/env.py:2: context.run_migrations()
  fix     call context.configure(connection=...) first, then context.run_migrations()""",
    ),
    "a transaction begun and not configured": Case(
        {ENV: "from alembic import context\nwith context.begin_transaction():\n    context.run_migrations()\n"},
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: env.py uses the migration context before context.configure()
  tried   migrations/env.py:2: with context.begin_transaction():
  fix     call context.configure(connection=connection, target_metadata=target_metadata) before that line""",
    ),
    "a driver that SQLAlchemy does not know": Case(
        {ENV: "import sqlalchemy\nengine = sqlalchemy.create_engine('mysql+pymsql://shop@db/shop')\n"},
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: SQLAlchemy knows no dialect mysql+pymsql
  tried   migrations/env.py:2: engine = sqlalchemy.create_engine('mysql+pymsql://shop@db/shop')
  fix     correct the beginning of the URL, as in mysql+pymysql://, or driver in [tool.stairway]
          or install the package that brings the dialect""",
    ),
    "configured without a connection": Case(
        {ENV: "from alembic import context\ncontext.configure(url='mysql://')\ncontext.run_migrations()\n"},
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: env.py gave context.configure() no connection, so its migrations would only print SQL
  tried   migrations/env.py:2: context.configure(url='mysql://')
  fix     call context.configure(connection=...) when context.is_offline_mode() is false""",
    ),
    "run only where the file is the program": Case(
        {ENV: "from alembic import context\nif __name__ == '__main__':\n    context.run_migrations()\n"},
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: migrations/env.py ended without calling context.configure(connection=...) and context.run_migrations()
  tried   running it online, as `alembic upgrade heads` does
  fix     call context.configure(connection=...) and context.run_migrations() without `if __name__ == "__main__"`: Alembic imports the file""",
    ),
    "an end before the migrations": Case(
        {ENV: "import sys\nsys.exit()\n"},
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: migrations/env.py ended without calling context.configure(connection=...) and context.run_migrations()
  tried   running it online, as `alembic upgrade heads` does
  fix     call context.configure(connection=...) and context.run_migrations() when the file is run,
          not only inside a function that nobody calls, or where context.is_offline_mode() is true""",
    ),
    "an exit status": Case(
        {ENV: "import sys\nsys.exit('no database')\n"},
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: env.py raised SystemExit: no database
  tried   migrations/env.py:2: sys.exit('no database')
  fix     make `alembic upgrade heads` work on an empty database first
          or give env.py what it reads: url_variables = [...] and x = [...] in [tool.stairway]""",
    ),
    "another Alembic command": Case(
        {
            ENV: "from alembic import command, context\n"
            "if not context.config.attributes.get('nested'):\n"
            "    context.config.attributes['nested'] = True\n"
            "    command.stamp(context.config, 'base')\n"
            + CONFIGURED.format(url="context.config.get_main_option('sqlalchemy.url')")
        },
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: migrations/env.py runs another Alembic command, which takes alembic.context away from the one that runs env.py
  tried   migrations/env.py:8: engine = create_engine(context.config.get_main_option('sqlalchemy.url'))
          Alembic then stops with a KeyError itself
  fix     let env.py migrate by context.run_migrations() alone, and call command.upgrade(), command.stamp()
          and the like where the application starts""",
    ),
    "a hook that raises after each step": Case(
        {
            ENV: "def log(**_):\n    raise ValueError('no log')\n"
            + CONFIGURED.format(url="context.config.get_main_option('sqlalchemy.url')").replace(
                "connection=connection", "connection=connection, on_version_apply=log"
            )
        },
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: on_version_apply of env.py raised ValueError: no log
  tried   after upgrade of 0001
          migrations/env.py:2: raise ValueError('no log')
  fix     let it work after each step, also on a database that is empty at first""",
    ),
    "an engine for SQLite": Case(
        {ENV: CONFIGURED.format(url="'sqlite:///shop.db'")},
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: env.py connects with the dialect 'sqlite'; only MySQL and MariaDB can be verified
  tried   migrations/env.py:5: with engine.connect() as connection:
  fix     let env.py use sqlalchemy.url of the Alembic config, which is the disposable database's here
          or name the environment variables it reads: url_variables = [...] in [tool.stairway]""",
    ),
    "an engine for PostgreSQL, whose driver is not installed": Case(
        {
            ENV: CONFIGURED.format(url="'postgresql+psycopg2://shop:hush@db/'").replace(
                "import create_engine", "import create_engine", 1
            )
        },
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: env.py connects with the dialect 'postgresql'; only MySQL and MariaDB can be verified
  tried   migrations/env.py:4: engine = create_engine('postgresql+psycopg2://shop:***@db/')
  fix     let env.py use sqlalchemy.url of the Alembic config, which is the disposable database's here
          or name the environment variables it reads: url_variables = [...] in [tool.stairway]""",
    ),
    "a URL that is none": Case(
        {ENV: CONFIGURED.format(url="'shop:hush@db'")},
        f"""\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: env.py raised ArgumentError: {why_no_url("shop:***@db")}
  tried   migrations/env.py:4: engine = create_engine('shop:***@db')
  fix     make `alembic upgrade heads` work on an empty database first
          or give env.py what it reads: url_variables = [...] and x = [...] in [tool.stairway]""",
    ),
}

SERVER = {
    "a URL for SQLite": Case(
        {},
        """\
status 1, 1 failed, 2 passed, 5 skipped

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
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: url in pyproject.toml is not of MySQL or MariaDB
  tried   postgresql: another kind of database
  fix     write it as mysql+pymysql://user:***@127.0.0.1:3306/, *** being the password
          or leave it out: a server is then started here""",
    ),
    "a URL that is none": Case(
        {},
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: --stairway-url is not a SQLAlchemy URL
  tried   it is not shown, as it may hold a password
  fix     write it as mysql+pymysql://user:***@127.0.0.1:3306/, *** being the password""",
        arguments=("--stairway-url=root:hush hush@localhost",),
    ),
    "a URL whose port is none": Case(
        {},
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: --stairway-url is not a SQLAlchemy URL
  tried   it is not shown, as it may hold a password
  fix     write it as mysql+pymysql://user:***@127.0.0.1:3306/, *** being the password""",
        arguments=("--stairway-url=mysql://root:hush@localhost:hush/",),
    ),
    "a URL with two @": Case(
        {},
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: --stairway-url has more than one @
  tried   it is not shown, as it may hold a password
  fix     write %40 for @, %3A for :, %2F for / and %25 for % in the user and the password""",
        arguments=("--stairway-url=mysql://root:hu@sh@localhost/",),
    ),
    "a port where nobody listens": Case(
        {},
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: the server given by --stairway-url cannot be used
  tried   mysql+pymysql://root:***@127.0.0.1:1
          2003 Can't connect to MySQL server on '127.0.0.1' ([Errno 111] Connection refused)
  fix     start the server, or correct host and port in the URL""",
        arguments=("--stairway-url=mysql+pymysql://root:hush@127.0.0.1:1/",),
    ),
    "an unknown host": Case(
        {},
        """\
status 1, 1 failed, 2 passed, 5 skipped

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
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: the server given by --stairway-url cannot be used
  tried   mysql+pymysql://root:***@?unix_socket=SOCKET
          2002 No such file or directory at /nowhere/mysqld.sock
  fix     start the server, or correct host and port in the URL""",
        arguments=("--stairway-url=mysql+pymysql://root:hush@/?unix_socket=/nowhere/mysqld.sock",),
    ),
    "an image that cannot be had": Case(
        {},
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: server = "127.0.0.1:1/mysql:8.4" is asked for, and Docker does not provide it
  tried   Docker: image 127.0.0.1:1/mysql:8.4 is not there and cannot be pulled: Get "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused
  fix     correct the name, or see why `docker pull 127.0.0.1:1/mysql:8.4` fails
          or set server = "local" to use an installed one
          or pass --stairway-url mysql+pymysql://root@127.0.0.1/""",
        arguments=("--stairway-server=127.0.0.1:1/mysql:8.4",),
    ),
    "Docker asked for and no engine": Case(
        {},
        """\
status 1, 1 failed, 2 passed, 5 skipped

test_upgrades[0001-create-roles]:
stairway: server = "mysql:8.4" is asked for, and Docker does not provide it
  tried   Docker: no engine answers at unix:///nowhere/docker.sock
  fix     start Docker, or set DOCKER_HOST to where it answers
          or set server = "local" to use an installed one
          or pass --stairway-url mysql+pymysql://root@127.0.0.1/""",
        arguments=("--stairway-server=mysql:8.4",),
        environment={"DOCKER_HOST": "unix:///nowhere/docker.sock"},
    ),
    "a server that is none": Case(
        {},
        """\
status 1, 1 failed, 2 passed, 5 skipped

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
ERROR: stairway: pyproject.toml: [tool.stairway] heads must be a whole number of at least 1 or "per-branch", found "two\"""",
    ),
    "a flag of the wrong type": Case(
        {},
        """\
status 4, no test
ERROR: stairway: --stairway-heads must be a whole number of at least 1 or "per-branch", found "two\"""",
        arguments=("--stairway-heads=two",),
    ),
    "a config that is not there": Case(
        {},
        """\
status 1, 1 failed, 5 skipped

test_single_head:
stairway: db.ini does not exist; config (--stairway-config) names it
  tried   ROOT/db.ini
  fix     pass --stairway-config path/to/alembic.ini""",
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
