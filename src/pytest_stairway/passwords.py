"""Passwords, and texts that must not show them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Sequence

HIDDEN = "***"

_URL = re.compile(
    r"""
    (?P<who>[\w+]+://(?:[^:/]*(?P<password>:.*)?@)?)
    (?P<rest>(?:\[[^]]*]|[^]:/?@[]*)(?::\d+)?(?:[/?].*)?)
    """,
    re.DOTALL | re.VERBOSE,
)
_IN_SOURCE = re.compile(r"""(\b(?:password|passwd)["']?\s*[:=]\s*)(["']).*?\2""")


class Password(str):
    """A password that no traceback shows, and that PyMySQL, aiomysql and asyncmy send as the server stored it.

    They encode it as latin-1; in the server's tables are the bytes of the client that set it, UTF-8 nowadays.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"'{HIDDEN}'"

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:  # noqa: ARG002 - see the class
        return super().encode("utf-8", errors)


def hide_passwords(text: str, *known: str) -> str:
    """Replace the passwords of URLs, what is called a password in Python or in a URL's query, and the known ones.

    A known one counts as a whole word, in every form that it has in a URL: "root" does not spoil the name "roots".
    """
    text = re.sub(r"\b((?:password|passwd)=)[^&\s\"']+", rf"\1{HIDDEN}", text)
    text = re.sub(r"""(["'][^"':/@\s]*):[^"'/\s][^"'\s]*@""", rf"\1:{HIDDEN}@", text)
    text = _IN_SOURCE.sub(rf"\1\2{HIDDEN}\2", text)
    return hide_in_finding(text, *known)


def hide_in_finding(text: str, *generated: str, given: Sequence[str] = ()) -> str:
    """Replace what is a password for certain, and leave the columns and values called so: remedies are pasted.

    One that was `given` counts where it stands in a URL, since it may be a word that is used for something else.
    """
    for password in filter(None, given):
        for form in _forms(password):
            text = text.replace(f":{form}@", f":{HIDDEN}@")
    text = re.sub(r"(://[^:/@\s]*):\S*@", rf"\1:{HIDDEN}@", text)
    # Alembic says "locate revision identified by" of what is no password.
    text = re.sub(r"(?<!revision )(\bIDENTIFIED\s+BY\s+)'[^']*'", rf"\1'{HIDDEN}'", text, flags=re.IGNORECASE)
    for password in filter(None, generated):
        for form in _forms(password):
            text = re.sub(rf"(?<!\w){re.escape(form)}(?!\w)", HIDDEN, text)
    return text


def _forms(password: str) -> set[str]:
    """Give every form that a password has in a URL."""
    return {password, quote(password, safe=""), quote(password, safe=" +"), quote_plus(password)}


def hide_password_of_url(url: str) -> str:
    """Show a URL as it was given without its password, and nothing of a text that is none: it may stand anywhere."""
    found = _URL.fullmatch(url)
    if found is None:
        return HIDDEN
    password, rest = found["password"], hide_passwords(found["rest"])
    if password is None:
        return found["who"] + rest
    return f"{found['who'].removesuffix(f'{password}@')}:{HIDDEN}@{rest}"
