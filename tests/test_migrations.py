"""What a project writes to have its migrations verified: one import, and a test of what only the project knows."""

from collections.abc import Callable

from sqlalchemy import Engine, text

from pytest_stairway.suite import *  # noqa: F403 -- these are the tests; nothing here calls them by name


def test_renaming_full_name_keeps_what_users_entered(stairway_at: Callable[[str], Engine]) -> None:
    with stairway_at("0009").begin() as connection:
        connection.execute(
            text("INSERT INTO users (username, email, full_name) VALUES ('ada', 'ada@example.org', 'Ada Lovelace')")
        )

    with stairway_at("0010").connect() as connection:
        assert connection.scalar(text("SELECT display_name FROM users WHERE username = 'ada'")) == "Ada Lovelace"

    with stairway_at("0009").connect() as connection:
        assert connection.scalar(text("SELECT full_name FROM users WHERE username = 'ada'")) == "Ada Lovelace"
