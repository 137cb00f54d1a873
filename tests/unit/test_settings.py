from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from pytest_stairway.errors import SettingsError
from pytest_stairway.load_settings import load_settings
from pytest_stairway.setting_kinds import Start
from pytest_stairway.settings import KEYS, Settings

if TYPE_CHECKING:
    from pathlib import Path


def written(root: Path, toml: str) -> Path:
    (root / "pyproject.toml").write_text(toml)
    return root


def refusal(root: Path, toml: str = "", **overrides: object) -> str:
    with pytest.raises(SettingsError) as error:
        load_settings(written(root, toml), overrides)
    return str(error.value)


def test_without_a_file_the_defaults_are_in_force(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {})
    assert settings == Settings()
    assert settings.in_force() == ()


def test_a_file_without_the_table_gives_the_defaults(tmp_path: Path) -> None:
    assert load_settings(written(tmp_path, '[tool.other]\nheads = "x"\n'), {}) == Settings()


def test_every_key_is_read_from_the_file(tmp_path: Path) -> None:
    toml = """
    [tool.stairway]
    config = "db/alembic.ini"
    section = "main"
    url = "mysql://root@db/"
    url_is_disposable = true
    server = "local"
    image = "mariadb:11"
    server_variables = {sql_mode = "ANSI", max_connections = 10}
    start_timeout = 30
    driver = "mysql+asyncmy"
    app = "shop:create_app"
    url_variables = ["DATABASE_URL"]
    x = ["tenant=a", "verbose"]
    engines = ["shop", "audit"]
    connection = "engine"
attributes = {table_prefix = "shop_", level = 2}
    installed_by = "create_all"
    start = { revision = "0007", schema = "create_all" }
    base = "origin/main"
    all = true
    baseline = "known.json"
    baseline_write = true
    heads = 2
    branch = "audit"
    downgrade = "optional"
    column_order = true
    databases = ["billing"]
    only_in_database = {"legacy_*" = "the billing service answers for it"}
    lock_timeout = 2.5
    step_timeout = 0
    severity = {column-lost = "error", cycle = "off"}
    markdown = "a.md"
    sarif = "a.sarif"
    json = "a.json"
    codequality = "b.json"
    html = "a.html"
    [[tool.stairway.waivers]]
    code = "drift-extra"
    object = "audit"
    reason = "another application's"
    """
    settings = load_settings(written(tmp_path, toml), {})
    assert settings == Settings(
        config="db/alembic.ini",
        section="main",
        url="mysql://root@db/",
        url_is_disposable=True,
        server="local",
        image="mariadb:11",
        server_variables=(("sql_mode", "ANSI"), ("max_connections", 10)),
        start_timeout=30,
        driver="mysql+asyncmy",
        app="shop:create_app",
        url_variables=("DATABASE_URL",),
        x=("tenant=a", "verbose"),
        engines=("shop", "audit"),
        connection="engine",
        attributes=(("table_prefix", "shop_"), ("level", 2)),
        installed_by="create_all",
        start=Start(("0007",), "create_all"),
        base="origin/main",
        all=True,
        baseline="known.json",
        baseline_write=True,
        heads=2,
        branch="audit",
        downgrade="optional",
        column_order=True,
        lock_timeout=2.5,
        step_timeout=0,
        databases=("billing",),
        only_in_database=(("legacy_*", "the billing service answers for it"),),
        severity=(("column-lost", "error"), ("cycle", "off")),
        markdown="a.md",
        sarif="a.sarif",
        json="a.json",
        codequality="b.json",
        html="a.html",
        waivers=((("code", "drift-extra"), ("object", "audit"), ("reason", "another application's")),),
    )
    assert {name for name, _ in settings.sources} == {key.name for key in KEYS}


def test_the_command_line_overrides_the_file_and_none_was_not_given(tmp_path: Path) -> None:
    root = written(tmp_path, '[tool.stairway]\nserver = "local"\nheads = 2\n')
    settings = load_settings(root, {"server": "mysql:9.7", "heads": None, "lock_timeout": "2.5", "x": ["a=b"]})
    assert (settings.server, settings.heads, settings.lock_timeout, settings.x) == ("mysql:9.7", 2, 2.5, ("a=b",))
    assert settings.in_force() == (
        "server=mysql:9.7 (--stairway-server)",
        "x=a=b (--stairway-x)",
        "heads=2 (pyproject.toml)",
        "lock_timeout=2.5 (--stairway-lock-timeout)",
    )


def test_a_value_given_as_its_default_is_not_named_as_in_force(tmp_path: Path) -> None:
    assert load_settings(written(tmp_path, '[tool.stairway]\ndowngrade = "required"\n'), {}).in_force() == ()


def test_passwords_are_not_shown(tmp_path: Path) -> None:
    overrides = {"url": "mysql+pymysql://root:se@cr/et@db:3307/?charset=utf8mb4", "url_is_disposable": True}
    assert load_settings(tmp_path, overrides).in_force() == (
        "url=mysql+pymysql://root:***@db:3307/?charset=utf8mb4 (--stairway-url)",
        "url_is_disposable=true (--stairway-url-is-disposable)",
    )
    assert "se@cr" not in repr(load_settings(tmp_path, overrides))


def test_tables_and_lists_are_shown_in_words(tmp_path: Path) -> None:
    toml = '[tool.stairway]\nurl_variables = ["A", "B"]\nserver_variables = {sql_mode = "", port = 1}\n'
    assert load_settings(written(tmp_path, toml), {}).in_force() == (
        "server_variables=sql_mode=, port=1 (pyproject.toml)",
        "url_variables=A, B (pyproject.toml)",
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('downgrades = "none"', 'has no key "downgrades"; did you mean "downgrade"?'),
        ("lock-timeout = 1", 'has no key "lock-timeout"; did you mean "lock_timeout"?'),
        (
            "zzzzz = 1",
            f'has no key "zzzzz"; it has {", ".join(key.name for key in KEYS)}',
        ),
        ("config = 1", "config must be text, found 1"),
        ('section = ""', 'section must be text, found ""'),
        ('url = ["mysql://a:b@c/"]', "url must be text, found a list: mysql://a:***@c/"),
        ('url_is_disposable = "yes"', 'url_is_disposable must be true or false, found "yes"'),
        ("heads = 0", 'heads must be a whole number of at least 1 or "per-branch", found 0'),
        ("heads = 1.0", 'heads must be a whole number of at least 1 or "per-branch", found 1.0'),
        ("heads = true", 'heads must be a whole number of at least 1 or "per-branch", found true'),
        ("lock_timeout = 0", "lock_timeout must be a number of seconds above 0, found 0"),
        ("step_timeout = -1", "step_timeout must be a number of seconds, or 0 for no limit, found -1"),
        ("step_timeout = false", "step_timeout must be a number of seconds, or 0 for no limit, found false"),
        ("lock_timeout = inf", "lock_timeout must be a number of seconds above 0, found inf"),
        ("start_timeout = false", "start_timeout must be a number of seconds above 0, found false"),
        ('driver = "asyncmy"', 'driver must be a drivername such as "mysql+asyncmy", found "asyncmy"'),
        ('url_variables = "DATABASE_URL"', 'url_variables must be a list of texts, found "DATABASE_URL"'),
        ("x = [1]", "x must be a list of texts, found a list: 1"),
        ("x = {}", "x must be a list of texts, found a table: empty"),
        (
            "server_variables = {a = true}",
            "server_variables must be a table of texts and whole numbers, found a table: a=True",
        ),
        ("attributes = {a = []}", "attributes must be a table of texts, numbers, true and false, found a table: a=[]"),
        ('connection = "both"', 'connection must be "engine" or "connection", found "both"'),
        ('downgrade = "never"', 'downgrade must be "required", "optional" or "none", found "never"'),
        ("downgrade = []", 'downgrade must be "required", "optional" or "none", found a list: empty'),
        (
            'databases = ["MySQL"]',
            "databases must be a list of names, none of them of a database of the server itself, found a list: MySQL",
        ),
        (
            'only_in_database = {"legacy_*" = " "}',
            (
                'only_in_database must be a table of patterns with the reason of each ("legacy_*" = "owned by the '
                'billing service"), found a table: legacy_*= '
            ),
        ),
        (
            'only_in_database = ["legacy_*"]',
            (
                'only_in_database must be a table of patterns with the reason of each ("legacy_*" = "owned by the '
                'billing service"), found a list: legacy_*'
            ),
        ),
        (
            'severity = {column-lost = "fatal"}',
            'severity must be a table of codes, each "error", "warning" or "off", found a table: column-lost=fatal',
        ),
        (
            'waivers = [{kode = "cycle"}]',
            "waivers must be a list of tables of code, object and reason, found a list: kode=cycle",
        ),
        ("heads = 2024-01-01", 'heads must be a whole number of at least 1 or "per-branch", found a date: 2024-01-01'),
    ],
)
def test_a_key_that_cannot_be_used_is_one_line(tmp_path: Path, line: str, expected: str) -> None:
    found = refusal(tmp_path, f"[tool.stairway]\n{line}\n")
    assert found == f"stairway: pyproject.toml: [tool.stairway] {expected}"


@pytest.mark.parametrize("toml", ["[tool]\nstairway = 3\n", "tool = 3\n"])
def test_a_table_that_is_none_is_one_line(tmp_path: Path, toml: str) -> None:
    assert refusal(tmp_path, toml) == "stairway: pyproject.toml: [tool.stairway] must be a table, found 3"


def test_a_syntax_error_names_its_position(tmp_path: Path) -> None:
    expected = "stairway: pyproject.toml: not valid TOML: Invalid value (at line 2, column 9)"
    assert refusal(tmp_path, "[tool.stairway]\nheads = \n") == expected


def test_a_file_that_is_not_utf8_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"\xff")
    with pytest.raises(SettingsError) as error:
        load_settings(tmp_path, {})
    assert str(error.value) == (
        "stairway: pyproject.toml: not valid TOML: "
        "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"
    )


def test_a_pyproject_that_is_a_directory_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").mkdir()
    with pytest.raises(SettingsError) as error:
        load_settings(tmp_path, {})
    assert str(error.value) == "stairway: pyproject.toml: cannot be read: Is a directory"


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ({"heads": "two"}, '--stairway-heads must be a whole number of at least 1 or "per-branch", found "two"'),
        ({"lock_timeout": "-1"}, "--stairway-lock-timeout must be a number of seconds above 0, found -1.0"),
        ({"downgrade": "no"}, '--stairway-downgrade must be "required", "optional" or "none", found "no"'),
        ({"x": [""]}, "--stairway-x must be a list of texts, found a list: empty"),
    ],
)
def test_a_flag_that_cannot_be_used_is_one_line(tmp_path: Path, overrides: dict[str, object], expected: str) -> None:
    assert refusal(tmp_path, **overrides) == f"stairway: {expected}"


def test_flags_are_those_that_a_person_types() -> None:
    assert [key.flag for key in KEYS if key.flag] == [
        "--stairway-config",
        "--stairway-section",
        "--stairway-url",
        "--stairway-url-is-disposable",
        "--stairway-server",
        "--stairway-driver",
        "--stairway-app",
        "--stairway-x",
        "--stairway-base",
        "--stairway-all",
        "--stairway-baseline",
        "--stairway-baseline-write",
        "--stairway-heads",
        "--stairway-branch",
        "--stairway-downgrade",
        "--stairway-lock-timeout",
        "--stairway-step-timeout",
        "--stairway-markdown",
        "--stairway-sarif",
        "--stairway-json",
        "--stairway-codequality",
        "--stairway-html",
    ]


def test_each_field_but_the_sources_is_a_key_with_help() -> None:
    fields = [field.name for field in dataclasses.fields(Settings)]
    assert [key.name for key in KEYS] == fields[:-3]
    assert [key.name for key in KEYS if not key.help] == []
    assert fields[-3:] == ["name", "projects", "sources"]


def test_a_start_is_a_revision_and_what_makes_its_schema(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.stairway.start]\nrevision = "0007"\nschema = "dump.sql"\n')
    settings = load_settings(tmp_path, {})
    assert settings.start == Start(("0007",), "dump.sql")
    assert settings.in_force() == ("start=0007 by dump.sql (pyproject.toml)",)


@pytest.mark.parametrize(
    ("schema", "is_function"), [("create_all", False), ("a.b:make", True), ("a/b.sql", False), ("dump.sql.gz", False)]
)
def test_a_schema_with_a_colon_is_a_function(schema: str, is_function: bool) -> None:  # noqa: FBT001 - a fact
    assert Start(("base",), schema).is_function is is_function


@pytest.mark.parametrize(
    "table",
    ['revision = "0007"', 'revison = "0007"\nschema = "a.sql"', 'revision = []\nschema = "a.sql"', "revision = 7"],
)
def test_a_start_that_lacks_something(tmp_path: Path, table: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.stairway.start]\n{table}\n")
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path, {})
    expected = 'must be a table such as { revision = "0007", schema = "create_all" }, found a table: '
    assert caught.value.what.startswith(f"pyproject.toml: [tool.stairway] start {expected}")
