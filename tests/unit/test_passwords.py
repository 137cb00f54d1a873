from __future__ import annotations

import pickle

import pytest

from pytest_stairway.passwords import Password, hide_in_finding, hide_password_of_url, hide_passwords

SECRET = "hu sh/\U0001f600%+"  # noqa: S105 - it is none


def test_a_password_shows_itself_to_nobody_but_the_driver() -> None:
    password = pickle.loads(pickle.dumps(Password(SECRET)))  # noqa: S301 - what this test has made
    assert repr({"password": password}) == "{'password': '***'}"
    assert password.encode("latin1") == SECRET.encode()
    assert password == SECRET


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("url=mysql://db/?user=a&password=b&ssl=1", "url=mysql://db/?user=a&password=***&ssl=1"),
        ("mysql://root@db/x", "mysql://root@db/x"),
        ("connect(**{'user': 'a', 'password': 'hush', 'x': 1})", "connect(**{'user': 'a', 'password': '***', 'x': 1})"),
        ("create_engine('shop:hush@db')", "create_engine('shop:***@db')"),
        ('connect(passwd = "hu sh", password="")', 'connect(passwd = "***", password="***")'),
        ("CREATE USER 'a' IDENTIFIED BY 'hush'", "CREATE USER 'a' IDENTIFIED BY '***'"),
        ("Can't locate revision identified by '0099'", "Can't locate revision identified by '0099'"),
        ('Column("password", String(9), comment="x")', 'Column("password", String(9), comment="x")'),
        ("to mysql://root:hush@db/x and pg://me:hu@sh@db:1", "to mysql://root:***@db/x and pg://me:***@db:1"),
    ],
)
def test_passwords_of_urls_in_a_text_are_hidden(text: str, shown: str) -> None:
    assert hide_passwords(text) == shown


def test_a_finding_hides_a_given_password_where_it_stands_in_a_url() -> None:
    assert hide_in_finding("u://a b:my pass@c, my pass", given=("my pass",)) == "u://a b:***@c, my pass"


def test_a_finding_keeps_columns_and_values_that_are_called_so() -> None:
    statement = "UPDATE users SET password = 'x', comment='password=x'"
    assert hide_in_finding(statement, "generated") == statement
    assert hide_in_finding("a:generated, u://a:b@c, IDENTIFIED BY 'x'", "generated") == (
        "a:***, u://a:***@c, IDENTIFIED BY '***'"
    )


@pytest.mark.parametrize(
    "form", [SECRET, "hu%20sh%2F%F0%9F%98%80%25%2B", "hu+sh%2F%F0%9F%98%80%25%2B", "hu sh%2F%F0%9F%98%80%25+"]
)
def test_a_known_password_is_hidden_in_each_form_that_it_has_in_a_url(form: str) -> None:
    assert hide_passwords(f"said '{form}'.", SECRET) == "said '***'."


def test_a_known_password_counts_as_a_whole_word() -> None:
    assert hide_passwords("root, roots, mysql_root", "root", "") == "***, roots, mysql_root"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("mysql+pymysql://root:hush@db:3307/x?charset=utf8mb4", "mysql+pymysql://root:***@db:3307/x?charset=utf8mb4"),
        ("mysql://root:hu sh/@#:\n?@db/", "mysql://root:***@db/"),
        ("mysql://ro@ot:hush@db/", "mysql://ro@ot:***@db/"),
        ("mysql://root:@db", "mysql://root:***@db"),
        ("mysql://root@[::1]:3306/x", "mysql://root@[::1]:3306/x"),
        ("mysql://db/x?password=hush&ssl=1", "mysql://db/x?password=***&ssl=1"),
        ("mysql:///x", "mysql:///x"),
        ("mysql://root:hush", "***"),
        ("root:hush@db", "***"),
        ("mysql://root:hush@db:hush/x", "***"),
        ("", "***"),
    ],
)
def test_a_url_is_shown_without_its_password(url: str, shown: str) -> None:
    assert hide_password_of_url(url) == shown
