"""No env.py reaches the application's own server: each is verified on the disposable one, or refused."""

from __future__ import annotations

import asyncio
import sys
import types
from textwrap import dedent
from typing import TYPE_CHECKING

import pymysql
import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, event, inspect

from pytest_stairway.errors import EnvironmentRefused, ProjectError
from tests.server.walked_projects import (
    MIGRATE,
    ONLINE,
    VERIFIED,
    Production,
    WalkedProject,
    needs_one_vendor,
    outcome_of,
    running_production,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.engine import Engine

    from pytest_stairway.servers.interface import Server
    from pytest_stairway.servers.places import Places
    from pytest_stairway.servers.rundir import RunDirectory

OPENED_ITSELF = """\
stairway: env.py or a migration opened a connection of its own through pymysql, past SQLAlchemy's URL
  tried   sending it to the disposable server: not possible for creator= and direct connects
  fix     let env.py build its engine from a URL, and migrations use op.get_bind()
          or set connection = "engine" in [tool.stairway] and use config.attributes["connection"]"""
OPENED_BEFORE = """\
stairway: env.py or a migration uses a connection that was opened before the walk, \
so its statements would reach another server
  fix     open the connection inside env.py, from an engine; let migrations use op.get_bind()
          or set connection = "connection" in [tool.stairway] and use config.attributes["connection"]"""
NO_CONNECTION = """\
stairway: env.py gave context.configure() no connection, so its migrations would only print SQL
  fix     call context.configure(connection=...) when context.is_offline_mode() is false"""
NOT_CALLED = """\
stairway: migrations/env.py ended without calling {call}
  tried   running it online, as `alembic upgrade heads` does
  fix     call {call} when the file is run,
          not only inside a function that nobody calls, or where context.is_offline_mode() is true"""
ONLY_AS_A_SCRIPT = """\
stairway: migrations/env.py ended without calling context.configure(connection=...) and context.run_migrations()
  tried   running it online, as `alembic upgrade heads` does
  fix     call context.configure(connection=...) and context.run_migrations() without `if __name__ == "__main__"`: \
Alembic imports the file"""
TWICE = """\
stairway: migrations/env.py calls context.run_migrations() 2 times, for 1, 2
  fix     set engines = ["1", "2"] in [tool.stairway], to have each verified"""


@pytest.fixture
def project(tmp_path: Path, server: Server) -> WalkedProject:
    return WalkedProject(tmp_path, server)


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, production: Production) -> Iterator[types.SimpleNamespace]:
    """Import the application, long before the walk: `app.engine` is on its own server."""
    module = types.SimpleNamespace(engine=create_engine(production.url(), future=True))
    monkeypatch.setitem(sys.modules, "app", module)
    yield module
    module.engine.dispose()


def hard_coded(production: Production) -> str:
    return f"from sqlalchemy import create_engine\nengine = create_engine('{production.url()}')\n{ONLINE}"


def fill_pool(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")


ENGINES = {
    "a hard-coded URL": "create_engine('{url}')",
    "a hard-coded socket": "create_engine('mysql+pymysql://app:secret@/shop?unix_socket={socket}')",
    "ssl in the URL": "create_engine('{url}?ssl_ca=/no/such.pem&ssl_check_hostname=true')",
    "ssl arguments": "create_engine('{url}', connect_args=dict(ssl=dict(ca='/no/such.pem'), ssl_verify_cert=True))",
    "host and port as arguments": "create_engine('mysql+pymysql://', connect_args={arguments})",
    "aliases as arguments": "create_engine('mysql+pymysql://', connect_args={aliases})",
    "an option file": "create_engine('mysql+pymysql:///', connect_args=dict(read_default_file='{option_file}'))",
    "an init_command with USE": "create_engine('{url}', connect_args=dict(init_command='USE shop'))",
    "bind_address": "create_engine('{url}', connect_args=dict(bind_address='127.0.0.9'))",
    "a statically pooled engine": "create_engine('{url}', poolclass=StaticPool)",
    "engine_from_config": "engine_from_config(context.config.get_section('app'), prefix='sqlalchemy.')",
}


@pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES.keys())
def test_an_engine_is_sent_to_the_disposable_server(
    project: WalkedProject, production: Production, engine: str
) -> None:
    option_file = project.root / "my.cnf"
    option_file.write_text(
        f"[client]\nhost=127.0.0.1\nport={production.port}\nuser=app\npassword=secret\ndatabase=shop\n"
    )
    text = engine.format(
        url=production.url(),
        socket=production.socket,
        option_file=option_file,
        arguments={**production.arguments, "database": "shop"},
        aliases={"host": "127.0.0.1", "port": production.port, "user": "app", "passwd": "secret", "db": "shop"},
    )
    project.write(
        f"from sqlalchemy import create_engine, engine_from_config\nfrom sqlalchemy.pool import StaticPool\n"
        f"engine = {text}\n{ONLINE}",
        ini=f"[app]\nsqlalchemy.url = {production.url()}\n",
    )
    production.watch()
    assert (outcome_of(project), production.activity()) == (VERIFIED, {})


def test_an_outer_transaction_is_on_the_disposable_server(project: WalkedProject, production: Production) -> None:
    project.write(
        f"from sqlalchemy import create_engine\nengine = create_engine('{production.url()}')\n"
        f"with engine.begin() as connection:{MIGRATE}"
    )
    production.watch()
    assert (outcome_of(project), production.activity()) == (VERIFIED, {})


def test_a_token_listener_on_the_engine_is_not_asked(
    project: WalkedProject, production: Production, app: types.SimpleNamespace
) -> None:
    asked = []

    @event.listens_for(app.engine, "do_connect")
    def give_token(_dialect: object, _record: object, _args: object, arguments: dict[str, object]) -> None:
        asked.append("token")
        arguments |= production.arguments

    project.write(f"from app import engine\n{ONLINE}")
    production.watch()
    assert (outcome_of(project), production.activity(), asked) == (VERIFIED, {}, [])


def test_a_listener_on_the_engine_that_connects_itself_is_not_asked(
    project: WalkedProject, production: Production, app: types.SimpleNamespace
) -> None:
    @event.listens_for(app.engine, "do_connect")
    def connect(*_: object) -> object:
        return pymysql.connect(**production.arguments)

    project.write(f"from app import engine\n{ONLINE}")
    production.watch()
    assert (outcome_of(project), production.activity()) == (VERIFIED, {})


def test_a_pool_filled_before_the_walk_reconnects(
    project: WalkedProject, production: Production, app: types.SimpleNamespace
) -> None:
    needs_one_vendor(project, production)
    fill_pool(app.engine)
    project.write(f"from app import engine\n{ONLINE}")
    production.watch()
    assert (outcome_of(project), production.activity()) == (VERIFIED, {})


def test_a_pool_filled_before_the_walk_that_pings_first_sends_the_ping_and_nothing_else(
    project: WalkedProject, production: Production, app: types.SimpleNamespace
) -> None:
    needs_one_vendor(project, production)
    app.engine = create_engine(production.url(), pool_pre_ping=True)
    fill_pool(app.engine)
    project.write(f"from app import engine\n{ONLINE}")
    production.watch()
    assert outcome_of(project) == VERIFIED
    assert production.activity() == {"Com_admin_commands": 1}  # COM_PING, no statement


def test_the_applications_pool_is_its_own_again_after_the_walk(
    project: WalkedProject, production: Production, app: types.SimpleNamespace
) -> None:
    needs_one_vendor(project, production)
    fill_pool(app.engine)
    project.write(f"from app import engine\n{ONLINE}")
    project.walk()
    with app.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT DATABASE(), @@port, COUNT(*) FROM orders").one()
        assert (tuple(found), inspect(connection).get_table_names()) == (("shop", production.port, 0), ["orders"])


def test_compiled_statements_of_the_walk_are_not_used_after_it(
    project: WalkedProject, app: types.SimpleNamespace
) -> None:
    """On MariaDB an INSERT compiled by SQLAlchemy may end in RETURNING, which MySQL does not know."""
    users = Table("users", MetaData(), Column("id", Integer, primary_key=True), Column("name", String(40)))
    app.add = lambda connection: connection.execute(users.insert().values(name="a"))
    project.write(
        f"from app import engine\n{ONLINE}",
        migration="import app; app.add(op.get_bind()); op.execute('DELETE FROM users')",
    )
    assert outcome_of(project) == VERIFIED
    with app.engine.connect() as connection:
        connection.exec_driver_sql("CREATE TEMPORARY TABLE users (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40))")
        assert app.add(connection).inserted_primary_key == (1,)


def test_an_engine_that_knows_mariadb_is_refused_on_mysql(
    project: WalkedProject, run: RunDirectory, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLAlchemy itself keeps such an engine from learning anew."""
    if project.server.flavor.is_mariadb:
        pytest.skip("the disposable server is MariaDB as well")
    with running_production(run, places, "mariadbd") as production:
        engine = create_engine(production.url())
        fill_pool(engine)
        monkeypatch.setitem(sys.modules, "app", types.SimpleNamespace(engine=engine))
        project.write(f"from app import engine\n{ONLINE}")
        refused(
            project,
            production,
            "stairway: env.py's engine was connected to MariaDB before the walk, and the disposable server is MySQL\n"
            "  fix     verify on MariaDB: --stairway-server mariadb:11.4, or mariadbd for a local one",
        )
        with engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT @@port").scalar_one() == production.port
        engine.dispose()


def refused(project: WalkedProject, production: Production, message: str) -> None:
    """Check that a walk is refused with this message before any table is created anywhere."""
    created = project.created_tables()
    production.watch()
    assert (outcome_of(project), production.activity()) == (message, {})
    assert project.created_tables() == created


def test_a_creator_is_refused(project: WalkedProject, production: Production) -> None:
    project.write(
        dedent(f"""
            import pymysql
            from sqlalchemy import create_engine
            def connect():
                return pymysql.connect(**{production.arguments})
            engine = create_engine("mysql+pymysql://", creator=connect)
        """)
        + ONLINE
    )
    refused(project, production, OPENED_ITSELF)


def test_a_creator_with_a_pool_filled_before_the_walk_is_refused(
    project: WalkedProject, production: Production, app: types.SimpleNamespace
) -> None:
    def connect() -> object:
        return pymysql.connect(**production.arguments)

    app.engine = create_engine("mysql+pymysql://", creator=connect)
    fill_pool(app.engine)
    project.write(f"from app import engine\n{ONLINE}")
    refused(project, production, OPENED_ITSELF)


def test_a_connection_opened_before_the_walk_is_refused(
    project: WalkedProject, production: Production, app: types.SimpleNamespace
) -> None:
    with app.engine.connect() as app.connection:
        project.write(f"from app import connection\nif True:{MIGRATE}")
        refused(project, production, OPENED_BEFORE)


def test_a_connection_opened_before_the_walk_from_an_engine_with_options_is_refused(
    project: WalkedProject, production: Production, app: types.SimpleNamespace
) -> None:
    with app.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as app.connection:
        project.write(
            f"from app import connection\nconnection.exec_driver_sql('SELECT 1')\n{MIGRATE}".replace("\n    ", "\n")
        )
        refused(project, production, OPENED_BEFORE)


@pytest.mark.parametrize(
    "use",
    [
        "app.connection.exec_driver_sql('INSERT INTO orders VALUES (1)')",
        "exec('with app.connection.begin(): app.connection.exec_driver_sql(\"INSERT INTO orders VALUES (1)\")')",
        "exec('try: app.connection.exec_driver_sql(\"SELECT 1\")\\nexcept BaseException: pass')",
    ],
    ids=["executes", "begins and executes", "catches the refusal"],
)
def test_a_migration_that_uses_a_connection_opened_before_the_walk_is_refused(
    project: WalkedProject, production: Production, app: types.SimpleNamespace, use: str
) -> None:
    with app.engine.connect() as app.connection:
        project.write(hard_coded(production), migration=f"import app; {use}")
        production.watch()
        assert (outcome_of(project), production.activity()) == (OPENED_BEFORE, {})


@pytest.mark.parametrize("use", ["commit()", "exec_driver_sql('INSERT INTO orders VALUES (2)')"])
def test_a_migration_cannot_end_or_use_a_transaction_that_was_begun_before_the_walk(
    project: WalkedProject, production: Production, app: types.SimpleNamespace, use: str
) -> None:
    with app.engine.connect() as app.connection:
        app.connection.exec_driver_sql("INSERT INTO orders VALUES (1)")
        project.write(hard_coded(production), migration=f"import app; app.connection.{use}")
        production.watch()
        assert (outcome_of(project), production.activity()) == (OPENED_BEFORE, {})


def test_a_migration_that_connects_directly_is_refused(project: WalkedProject, production: Production) -> None:
    project.write(
        hard_coded(production),
        migration=f"import pymysql; pymysql.connect(**{production.arguments})",
    )
    production.watch()
    assert (outcome_of(project), production.activity()) == (OPENED_ITSELF, {})


@pytest.mark.parametrize("swallow", ["pass", "raise SystemExit(1)", "raise ValueError('failed')"])
def test_an_env_that_catches_everything_does_not_hide_the_refusal(
    project: WalkedProject, production: Production, app: types.SimpleNamespace, swallow: str
) -> None:
    with app.engine.connect() as app.connection:
        project.write(f"from app import connection\ntry:{MIGRATE}\nexcept BaseException:\n    {swallow}\n")
        refused(project, production, OPENED_BEFORE)


def test_an_env_that_catches_what_its_migrations_raise_ends_the_walk(project: WalkedProject) -> None:
    project.write(
        dedent("""
            from sqlalchemy import create_engine
            engine = create_engine(context.config.get_main_option("sqlalchemy.url"))
            with engine.connect() as connection:
                connection.exec_driver_sql("CREATE TABLE alembic_version (other INT)")
                context.configure(connection=connection)
                try:
                    context.run_migrations()
                except Exception:
                    pass
        """)
    )
    clause = "SELECT" if project.server.flavor.is_mariadb else "field list"
    assert outcome_of(project) == (
        "stairway: env.py raised OperationalError: (pymysql.err.OperationalError)"
        f" (1054, \"Unknown column 'alembic_version.version_num' in '{clause}'\")\n"
        "  tried   migrations/env.py:9: context.run_migrations()\n"
        "  fix     make `alembic upgrade heads` work on an empty database first\n"
        "          or give env.py what it reads: url_variables = [...] and x = [...] in [tool.stairway]"
    )


def other_dialect(name: str) -> str:
    return (
        f"stairway: env.py connects with the dialect '{name}'; only MySQL and MariaDB can be verified\n"
        "  fix     let env.py use sqlalchemy.url of the Alembic config, which is the disposable database's here\n"
        "          or name the environment variables it reads: url_variables = [...] in [tool.stairway]"
    )


def test_sqlite_is_refused_and_no_file_is_created(project: WalkedProject, production: Production) -> None:
    file = project.root / "app.db"
    project.write(f"from sqlalchemy import create_engine\nengine = create_engine('sqlite:///{file}')\n{ONLINE}")
    refused(project, production, other_dialect("sqlite"))
    assert not file.exists()


def test_postgresql_is_refused(project: WalkedProject, production: Production) -> None:
    """No driver for it is needed: the module given stands for one."""
    project.write(
        "import types\nfrom sqlalchemy import create_engine\n"
        "driver = types.SimpleNamespace(paramstyle='format', Error=Exception, __version__='1.31.2')\n"
        f"engine = create_engine('postgresql+pg8000://app@127.0.0.1:{production.port}/shop', module=driver)\n{ONLINE}"
    )
    refused(project, production, other_dialect("postgresql"))


def test_a_driver_that_cannot_be_guarded_is_refused(project: WalkedProject, production: Production) -> None:
    project.write(
        "import types\nfrom sqlalchemy import create_engine\n"
        "driver = types.SimpleNamespace(paramstyle='qmark', Error=Exception, version='5.0')\n"
        f"engine = create_engine('mysql+pyodbc://app@shop', module=driver)\n{ONLINE}"
    )
    refused(
        project,
        production,
        "stairway: env.py connects with the driver 'pyodbc', whose connections cannot be kept from other servers\n"
        "  fix     let env.py use one of aiomysql, asyncmy, mariadbconnector, mysqlconnector, mysqldb, pymysql"
        " when it migrates",
    )


def test_an_env_that_is_only_offline_is_refused(project: WalkedProject, production: Production) -> None:
    project.write("context.configure(url=context.config.get_main_option('sqlalchemy.url'))\ncontext.run_migrations()\n")
    refused(project, production, NO_CONNECTION)


def test_an_engine_in_place_of_a_connection_is_alembics_own_error(
    project: WalkedProject, production: Production
) -> None:
    project.write(
        f"from sqlalchemy import create_engine\ncontext.configure(connection=create_engine('{production.url()}'))\n"
    )
    refused(
        project,
        production,
        "stairway: Alembic stopped: 'connection' argument to configure() is expected to be a"
        f" sqlalchemy.engine.Connection instance, got Engine({production.url().replace('secret', '***')})\n"
        "  tried   migrations/env.py:3: "
        f"context.configure(connection=create_engine('{production.url().replace('secret', '***')}'))\n"
        "  fix     make `alembic upgrade heads` work on an empty database first",
    )


def test_an_env_that_never_configures_is_told(project: WalkedProject, production: Production) -> None:
    project.write("pass\n")
    refused(
        project, production, NOT_CALLED.format(call="context.configure(connection=...) and context.run_migrations()")
    )


def test_an_env_that_runs_as_a_script_only_is_told(project: WalkedProject, production: Production) -> None:
    project.write("if __name__ == '__main__':\n    context.configure(dialect_name='mysql')\n")
    refused(project, production, ONLY_AS_A_SCRIPT)


def test_an_env_that_configures_and_never_runs_is_told(project: WalkedProject, production: Production) -> None:
    project.write(
        f"from sqlalchemy import create_engine\nengine = create_engine('{production.url()}')\n"
        "with engine.connect() as connection:\n    context.configure(connection=connection)\n"
    )
    refused(project, production, NOT_CALLED.format(call="context.run_migrations()"))


def test_an_env_that_runs_without_configuring_is_told(project: WalkedProject, production: Production) -> None:
    project.write("context.run_migrations()\n")
    refused(
        project,
        production,
        "stairway: env.py calls context.run_migrations() before context.configure()\n"
        "  fix     call context.configure(connection=...) first, then context.run_migrations()",
    )


def test_an_env_that_runs_the_migrations_twice_is_told(project: WalkedProject, production: Production) -> None:
    project.write(hard_coded(production) + ONLINE)
    production.watch()
    assert (outcome_of(project), production.activity()) == (TWICE, {})


def test_an_env_that_raises_is_told_with_its_line(project: WalkedProject, production: Production) -> None:
    project.write("import os\nurl = os.environ['SHOP_DATABASE']\n")
    refused(
        project,
        production,
        "stairway: env.py raised KeyError: 'SHOP_DATABASE'\n"
        "  tried   migrations/env.py:3: url = os.environ['SHOP_DATABASE']\n"
        "  fix     set SHOP_DATABASE where pytest is run; if env.py takes the database's URL from it, set\n"
        '          url_variables = ["SHOP_DATABASE"] in [tool.stairway], and it is that of the scratch database',
    )


def test_an_env_whose_driver_is_not_installed_is_told_which_package_has_it(project: WalkedProject) -> None:
    project.write("raise ModuleNotFoundError(\"No module named 'MySQLdb'\", name='MySQLdb')\n")
    assert outcome_of(project) == (
        "stairway: env.py cannot be imported: No module named 'MySQLdb'\n"
        "  tried   migrations/env.py:2: raise ModuleNotFoundError(\"No module named 'MySQLdb'\", name='MySQLdb')\n"
        f"          importing from {project.root} and sys.path, prepend_sys_path of the Alembic config included\n"
        "  fix     install it into this environment: pip install mysqlclient\n"
        "          or, if it is your own, name the directory that holds it: "
        "prepend_sys_path = path/to/directory in [alembic] of alembic.ini"
    )


def test_the_url_reaches_env_in_the_variables_that_the_settings_name(
    project: WalkedProject, production: Production, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_DATABASE", production.url())
    project.write(
        "import os\nfrom sqlalchemy import create_engine\n"
        "url = context.config.get_main_option('sqlalchemy.url')\n"
        "assert os.environ['SHOP_DATABASE'] == os.environ['SHOP_REPLICA'] == url\n"
        f"engine = create_engine(os.environ['SHOP_DATABASE'])\n{ONLINE}"
    )
    production.watch()
    outcome = outcome_of(project, url_variables=("SHOP_DATABASE", "SHOP_REPLICA"))
    assert (outcome, production.activity()) == (VERIFIED, {})


@pytest.mark.parametrize("connectable", ["engine", "connection"])
def test_an_env_that_needs_a_connectable_gets_what_the_settings_say(
    project: WalkedProject, production: Production, connectable: str
) -> None:
    opened = ".connect()" if connectable == "engine" else ""
    project.write(f"connection = context.config.attributes['connection']{opened}\nif True:{MIGRATE}")
    production.watch()
    assert (outcome_of(project, connection=connectable), production.activity()) == (VERIFIED, {})


def test_an_env_gets_the_attributes_of_the_settings(project: WalkedProject) -> None:
    project.write(
        "assert context.config.attributes['table_prefix'] == 'shop_'\n"
        f"connection = context.config.attributes['connection']\nif True:{MIGRATE}"
    )
    attributes = {"table_prefix": "shop_"}
    assert outcome_of(project, connection="connection", attributes=attributes) == VERIFIED


def test_env_gets_what_the_command_line_would_have_given_it(project: WalkedProject, production: Production) -> None:
    project.write(
        dedent(f"""
            import sys
            from sqlalchemy import create_engine
            print(context.get_x_argument(as_dictionary=True))
            print(sys.argv)
            print(context.get_revision_argument())
            options = context.config.cmd_opts
            print(options.cmd[0].__name__, options.revision, options.sql)
            print(context.config.config_file_name, context.get_tag_argument())
            engine = create_engine("{production.url()}")
        """)
        + ONLINE
    )
    ini = project.root / "alembic.ini"
    assert outcome_of(project, x=("tenant=a b", "seed=1")) == VERIFIED
    assert project.output[0].splitlines()[:5] == [
        "{'tenant': 'a b', 'seed': '1'}",
        str(["alembic", "-c", str(ini), "-n", "alembic", "-x", "tenant=a b", "-x", "seed=1", "upgrade", "heads"]),
        "('0002',)",
        "upgrade heads False",
        f"{ini} None",
    ]


def test_a_walk_inside_a_running_event_loop_is_as_any_other(
    project: WalkedProject, production: Production, app: types.SimpleNamespace
) -> None:
    needs_one_vendor(project, production)
    fill_pool(app.engine)
    project.write(f"import asyncio\nfrom app import engine\nasyncio.run(asyncio.sleep(0))\n{ONLINE}")

    async def test() -> tuple[object, object]:
        loop = asyncio.get_event_loop()
        outcome = outcome_of(project)
        return outcome, loop is asyncio.get_event_loop()

    production.watch()
    assert asyncio.run(test()) == (VERIFIED, True)
    assert production.activity() == {}


def test_the_guard_is_removed_where_it_cannot_be_put_up(
    project: WalkedProject, production: Production, app: types.SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    listen = event.listen

    def fail_for_pools(target: type, name: str, function: object) -> None:
        if name == "checkout":
            raise RuntimeError("no more listeners")
        listen(target, name, function)

    project.write(f"from app import engine\n{ONLINE}")
    monkeypatch.setattr(event, "listen", fail_for_pools)
    with pytest.raises(RuntimeError, match=r"^no more listeners$"):
        project.walk()
    monkeypatch.undo()
    with app.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT @@port").scalar_one() == production.port
    pymysql.connect(**production.arguments).close()


def test_refusals_and_project_errors_are_told_apart(project: WalkedProject) -> None:
    project.write("")
    with pytest.raises(ProjectError):
        project.walk()
    (project.root / "migrations" / "env.py").write_text("from alembic import context\ncontext.configure()\n")
    with pytest.raises(EnvironmentRefused):
        project.walk()


def test_a_message_of_several_lines_is_quoted_with_them(project: WalkedProject) -> None:
    project.write("raise ValueError('1 validation error for Settings\\ndatabase_url\\n  Field required')")
    assert outcome_of(project) == (
        "stairway: env.py raised ValueError: 1 validation error for Settings\n"
        "  tried   migrations/env.py:2: "
        "raise ValueError('1 validation error for Settings\\ndatabase_url\\n  Field required')\n"
        "          database_url\n"
        "            Field required\n"
        "  fix     make `alembic upgrade heads` work on an empty database first\n"
        "          or give env.py what it reads: url_variables = [...] and x = [...] in [tool.stairway]"
    )


def test_a_revision_that_cannot_be_imported_is_named_with_its_line(project: WalkedProject) -> None:
    project.write(f"from sqlalchemy import create_engine\nengine = create_engine('mysql+pymysql://')\n{ONLINE}")
    broken = project.root / "migrations" / "versions" / "0003.py"
    broken.write_text("import not_installed_here\nrevision = '0003'\ndown_revision = '0002'\n")
    assert outcome_of(project) == (
        "stairway: Alembic cannot load the revisions: ModuleNotFoundError: No module named 'not_installed_here'\n"
        "  tried   migrations/versions/0003.py:1: import not_installed_here\n"
        "  fix     install it into this environment: pip install not_installed_here\n"
        "          or, if it is your own, name the directory that holds it: "
        "prepend_sys_path = path/to/directory in [alembic] of alembic.ini"
    )
