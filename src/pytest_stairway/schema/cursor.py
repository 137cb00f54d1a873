"""Reading tokens from left to right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_stairway.schema.tokens import Sort, Token, identifier_value, string_value

if TYPE_CHECKING:
    from collections.abc import Sequence


class UnexpectedToken(Exception):  # noqa: N818 - a signal inside the parser, which keeps the line as text
    pass


class Cursor:
    """A position in a run of tokens. The marks of versioned comments are stepped over: what they enclose counts."""

    def __init__(self, text: str, run: Sequence[Token]) -> None:
        self._text = text
        self._tokens = [token for token in run if token.sort is not Sort.VERSIONED]
        self._at = 0
        self._start = run[0].start if run else 0
        self._end = run[-1].end if run else 0

    @property
    def done(self) -> bool:
        return self._at >= len(self._tokens)

    def peek(self, ahead: int = 0) -> Token | None:
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else None

    def take(self, *sorts: Sort) -> Token:
        """Return the next token and step over it.

        Raises:
            UnexpectedToken: there is none, or it is of another sort.
        """
        token = self.peek()
        if token is None or (sorts and token.sort not in sorts):
            raise UnexpectedToken
        self._at += 1
        return token

    def starts(self, *words: str) -> bool:
        following = self._tokens[self._at : self._at + len(words)]
        return len(following) == len(words) and all(map(Token.is_word, following, words))

    def accept(self, *words: str) -> bool:
        """Step over these words if they come next, all of them or none."""
        if not self.starts(*words):
            return False
        self._at += len(words)
        return True

    def accept_sort(self, sort: Sort) -> bool:
        token = self.peek()
        if token is None or token.sort is not sort:
            return False
        self._at += 1
        return True

    def identifier(self) -> str:
        return identifier_value(self.take(Sort.IDENTIFIER).text)

    def string(self) -> str:
        return string_value(self.take(Sort.STRING).text)

    def value(self) -> str:
        """Take what stands after a `=` or in its place: a word, a literal, a name or a group."""
        self.accept_sort(Sort.EQUALS)
        token = self.peek()
        if token is not None and token.sort is Sort.OPEN:
            return f"({self.group()})"
        return self.take().text

    def group(self) -> str:
        """Take a parenthesised group and return the text inside."""
        run = self._group()
        return self._text[run[0].end : run[-1].start].strip()

    def group_items(self) -> list[Cursor]:
        """Take a parenthesised group and return its parts between commas."""
        return [Cursor(self._text, run) for run in split_at_commas(self._group()[1:-1])]

    def expression(self) -> str:
        """Take the operand of DEFAULT or ON UPDATE: one token or group, and whatever follows without a blank.

        MariaDB prints expressions bare (`uuid()`, `-1`, `nextval(...)`) but puts parentheses around operators.
        """
        start = end = None
        while (token := self.peek()) is not None and token.sort is not Sort.COMMA:
            if end is not None and token.start != end:
                break
            start = token.start if start is None else start
            end = self._group()[-1].end if token.sort is Sort.OPEN else self.take().end
        if start is None:
            raise UnexpectedToken
        return self._text[start:end]

    def to_end(self) -> str:
        """Return what is left, to the end of the run, without moving."""
        token = self.peek()
        return "" if token is None else self._text[token.start : self._end]

    def rest(self) -> str:
        """Return what is left, to the end of the run, and move there."""
        text = self.to_end()
        self._at = len(self._tokens)
        return text

    def whole(self) -> str:
        return self._text[self._start : self._end]

    def _group(self) -> list[Token]:
        run = [self.take(Sort.OPEN)]
        depth = 1
        while depth:
            token = self.take()
            depth += (token.sort is Sort.OPEN) - (token.sort is Sort.CLOSE)
            run.append(token)
        return run


def split_at_commas(run: Sequence[Token]) -> list[list[Token]]:
    """Cut a run at the commas that stand outside parentheses."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in run:
        depth += (token.sort is Sort.OPEN) - (token.sort is Sort.CLOSE)
        if token.sort is Sort.COMMA and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part]
