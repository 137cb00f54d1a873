"""Text from migrations, servers and people, put into Markdown so that it shows as it is."""

from __future__ import annotations

import re

_PLAIN = str.maketrans(
    {
        **{letter: f"\\{letter}" for letter in "\\`*_[]#|~$"},
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        "@": "@<!-- -->",  # a backslash would not keep GitHub from telling the user of that name
    }
)


def text(told: str) -> str:
    """Write plain text on one line: no markup, no HTML, no mention of a user."""
    return " ".join(told.split()).translate(_PLAIN)


def code_span(told: str) -> str:
    """Write code on one line, in more backticks than it holds; nothing of nothing."""
    line = " ".join(told.split())
    if not line:
        return ""
    fence = "`" * (_longest_run(line) + 1)
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{space}{line}{space}{fence}"


def code_block(told: str, language: str = "text") -> str:
    """Write lines as they are, fenced by more backticks than they hold."""
    fence = "`" * max(_longest_run(told) + 1, 3)
    return f"{fence}{language}\n{told}\n{fence}\n"


def table_cell(markdown: str) -> str:
    """Put what is Markdown already into a cell: a bar would end it, in a code span as well."""
    return re.sub(r"(?<!\\)\|", r"\\|", markdown)


def _longest_run(told: str) -> int:
    return max(map(len, re.findall(r"`+", told)), default=0)
