"""Which key or constraint of one table answers to which of the other: by name, and by definition where names differ."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class Named(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def definition(self) -> str: ...


T = TypeVar("T", bound=Named)

Meaning = tuple[tuple[str, Hashable], ...]
"""(attribute, its value in one spelling): all that counts about an object but its name."""


@dataclass(frozen=True, slots=True)
class Matching(Generic[T]):
    """How objects of one sort are matched.

    `subject` is what one is about (the columns of an index); `is_automatic` tells whether its name says nothing.
    """

    meaning: Callable[[T], Meaning]
    subject: Callable[[T], Hashable]
    is_automatic: Callable[[T], bool]


def pair(before: Sequence[T], after: Sequence[T], matching: Matching[T]) -> list[tuple[T | None, T | None]]:
    """Match two sets, the surest matches first; what is left over came or went."""
    left, right = list(before), list(after)
    pairs: list[tuple[T | None, T | None]] = []

    def match(same: Callable[[T, T], bool]) -> None:
        for new in tuple(right):
            old = next((each for each in left if same(each, new)), None)
            if old is not None:
                left.remove(old)
                right.remove(new)
                pairs.append((old, new))

    def same_name(old: T, new: T) -> bool:
        return old.name.casefold() == new.name.casefold()

    def same_meaning(old: T, new: T) -> bool:
        return matching.meaning(old) == matching.meaning(new)

    match(lambda old, new: same_name(old, new) and same_meaning(old, new))
    match(same_meaning)
    match(lambda old, new: same_name(old, new) and not matching.is_automatic(old))
    match(lambda old, new: matching.subject(old) == matching.subject(new))
    match(same_name)
    return [*pairs, *((old, None) for old in left), *((None, new) for new in right)]


def differing(before: Meaning, after: Meaning) -> tuple[str, ...]:
    """Return the attributes whose values differ; both meanings list the same attributes in the same order."""
    return tuple(name for (name, old), (_, new) in zip(before, after, strict=True) if old != new)
