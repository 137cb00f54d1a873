"""Quoted text is never mistaken for syntax."""

from __future__ import annotations

import pytest

from pytest_stairway.schema.tokens import (
    Sort,
    string_literal,
    string_value,
    tokens,
    with_databases_renamed,
    without_database,
)


def test_tokens_and_the_blanks_between_them_are_the_whole_text() -> None:
    text = "CREATE /*!50100 x */ `a``b`\t('it''s', \"d\\\"q\", b'1') -- don't\n# `c\n/* 'e */ ON UPDATE=(-1);"
    position = 0
    for token in tokens(text):
        assert text[position : token.start].strip() == ""
        assert text[token.start : token.end] == token.text
        position = token.end
    assert position == len(text)


def test_quotes_in_quotes_end_nothing() -> None:
    found = [(token.sort, token.text) for token in tokens(r"`a``,(` 'it''s\',(' /*!80023 INVISIBLE */ /* ' */")]
    assert found == [
        (Sort.IDENTIFIER, "`a``,(`"),
        (Sort.STRING, r"'it''s\',('"),
        (Sort.VERSIONED, "/*!80023"),
        (Sort.WORD, "INVISIBLE"),
        (Sort.VERSIONED, "*/"),
        (Sort.COMMENT, "/* ' */"),
    ]


@pytest.mark.parametrize(
    ("literal", "value"),
    [("'it''s'", "it's"), (r"'it\'s'", "it's"), (r"'a\\n\n'", "a\\n\n"), ('"a""b\'\'"', "a\"b''"), (r"'\0'", "\0")],
)
def test_a_string_means_the_same_however_it_is_quoted(literal: str, value: str) -> None:
    assert string_value(literal) == value
    assert string_value(string_literal(value)) == value


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("from `db`.`t` join `db2`.`u`", "from `t` join `db2`.`u`"),
        ("select `db`.`db`.`id` from `db`.`db`", "select `db`.`id` from `db`"),
        ("select max(id) from db.t where x = 'db.t `db`.`t`'", "select max(id) from t where x = 'db.t `db`.`t`'"),
        ("from mydb.t, `a`.db", "from mydb.t, `a`.db"),
        ("-- don't `db`.x\nfrom `db`.t", "-- don't `db`.x\nfrom t"),
    ],
)
def test_only_the_qualifier_of_the_own_database_goes(text: str, without: str) -> None:
    assert without_database(text, "db") == without


def test_databases_are_renamed_where_they_qualify_a_name() -> None:
    text = "REFERENCES `old`.`users` (`old`) COMMENT '`old`.`users`' /* `old`.x */, `a`.`old`.`b`, `older`.`x`"
    assert with_databases_renamed(text, {"old": "new`s"}) == (
        "REFERENCES `new``s`.`users` (`old`) COMMENT '`old`.`users`' /* `old`.x */, `a`.`old`.`b`, `older`.`x`"
    )
