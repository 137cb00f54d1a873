"""The fixtures for a project's own data tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Project, Run

TABLES = """
import pytest
import sqlalchemy as sa

def tables(engine):
    return [name for name in sa.inspect(engine).get_table_names() if name != "alembic_version"]
"""


def test_stairway_at_goes_up_and_down(project: Project, run: Run) -> None:
    project.write(
        "test_mine.py",
        TABLES
        + """
@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (["0001"], ["roles"]),
        (["heads"], ["roles", "users"]),
        (["head", "0001"], ["roles"]),
        (["0001", "0002", "0001", "0002"], ["roles", "users"]),
        (["heads", "base"], []),
        (["0002", "0002"], ["roles", "users"]),
    ],
)
def test_mine(stairway_at, steps, expected):
    for step in steps:
        engine = stairway_at(step)
    assert tables(engine) == expected
""",
    )
    run("test_mine.py").assert_outcomes(passed=6)


def test_stairway_at_takes_the_beginning_of_an_id_and_a_branch_label(project: Project, run: Run) -> None:
    project.add_table("ab12cd34", "logs")
    file = project.root / "migrations/versions/ab12cd34.py"
    file.write_text(file.read_text() + "\n\nbranch_labels = ('logging',)\n")
    project.write(
        "test_mine.py",
        TABLES
        + """
@pytest.mark.parametrize("revision", ["ab12", "logging", "logging@head"])
def test_mine(stairway_at, revision):
    assert tables(stairway_at(revision)) == ["logs"]
""",
    )
    run("test_mine.py").assert_outcomes(passed=3)


def test_stairway_at_an_unknown_revision_fails_at_the_line_that_names_it(project: Project, run: Run) -> None:
    project.write("test_mine.py", "def test_mine(stairway_at):\n    stairway_at('0099')\n")
    result = run("test_mine.py")
    result.assert_outcomes(failed=1)
    lines = [line.rstrip() for line in result.outlines]
    start = next(number for number, line in enumerate(lines) if line.startswith("___")) + 1
    assert lines[start : lines.index("test_mine.py:2: Failed")] == [
        "",
        lines[start + 1],
        "",
        "    def test_mine(stairway_at):",
        ">       stairway_at('0099')",
        "E       Failed: stairway: there is no way to revision \"0099\": Can't locate revision identified by '0099'",
        'E         fix     name an id, the beginning of one, a branch label, "heads" or "base"',
        "",
    ]


def test_a_migration_that_fails_under_stairway_at_is_named(project: Project, run: Run) -> None:
    project.add("0003", "fail", "print('so far')\nop.execute('nonsense')")
    project.write("test_mine.py", "def test_mine(stairway_at):\n    stairway_at('0003')\n")
    result = run("test_mine.py")
    result.assert_outcomes(failed=1)
    assert [line for line in result.outlines if "pytest_stairway" in line] == []
    result.stdout.fnmatch_lines(["*migrations/versions/0003.py:13*"])


def test_what_migrations_print_under_stairway_at_is_shown_where_the_test_fails(project: Project, run: Run) -> None:
    project.add("0003", "speak", "print('migration speaks')")
    project.write(
        "test_mine.py",
        """
        def test_passes(stairway_at): stairway_at("0003")
        def test_fails(stairway_at): assert stairway_at("0003") is None
        """,
    )
    output = run("test_mine.py").outlines
    assert output.count("migration speaks") == 1


def test_each_test_has_an_empty_database_of_its_own(project: Project, run: Run) -> None:
    project.write(
        "test_mine.py",
        TABLES
        + """
@pytest.mark.parametrize("time", [1, 2])
def test_mine(stairway_database, stairway_engine, stairway_alembic_config, time):
    assert tables(stairway_engine) == []
    with stairway_engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE mine (id INT)"))
        assert connection.execute(sa.text("SELECT DATABASE()")).scalar() == stairway_database.name
    assert sa.engine.make_url(stairway_alembic_config.get_main_option("sqlalchemy.url")) == stairway_database.url
""",
    )
    run("test_mine.py").assert_outcomes(passed=2)


def test_every_worker_joins_the_server_that_one_of_them_started(project: Project, run: Run) -> None:
    project.write(
        "test_mine.py",
        TABLES
        + """
@pytest.mark.parametrize("time", range(6))
def test_mine(stairway_at, time, worker_id):
    engine = stairway_at("heads")
    with engine.connect() as connection, open(f"seen-{worker_id}", "w") as file:
        port = connection.execute(sa.text("SELECT CONCAT(@@datadir, @@port)")).scalar()
        file.write(port)
""",
    )
    run("test_mine.py", "-n", "2", "--dist", "each").assert_outcomes(passed=12)
    seen = [file.read_text() for file in project.root.glob("seen-*")]
    assert (len(seen), len(set(seen))) == (2, 1)


def test_each_fixture_is_documented(project: Project, run: Run) -> None:  # noqa: ARG001 - run
    lines = [line.strip() for line in run("--fixtures").outlines]
    documented = {
        line.split()[0]: lines[number + 1] for number, line in enumerate(lines) if line.startswith("stairway_")
    }
    assert documented == {
        "stairway_project": "Name the project or database that a test is about; to be parametrized among several.",
        "stairway_session": "Give what is verified of a project: files, server, the record of the walk, findings.",
        "stairway_database": "Give an empty database on the disposable server, dropped after the test.",
        "stairway_engine": "Give a SQLAlchemy engine on `stairway_database`, through PyMySQL.",
        "stairway_alembic_config": "Give the project's Alembic config with `stairway_database` as `sqlalchemy.url`.",
        "stairway_at": "Give a function that migrates `stairway_database` to a revision and returns `stairway_engine`.",
        "stairway_verdict": "Give a function that passes, fails or skips a test of the suite by what the checks found.",
    }
