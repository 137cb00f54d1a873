"""Findings that a project allows: a comment in the revision file, or a row of the settings, each with its reason."""

from __future__ import annotations

import io
import re
import tokenize
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_stairway.findings import Location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.findings import Finding

INVALID, UNUSED = "waiver-invalid", "waiver-unused"
CODES = (INVALID, UNUSED)
"""The codes of findings about waivers, which cannot be waived themselves."""

FORM = "# stairway: allow <code>[: object] -- <reason>"

_COMMENT = re.compile(r"#\s*stairway\s*(?P<colon>:|(?=allow\b))\s*(?P<words>.*)", re.IGNORECASE)
"""What is meant as a waiver: the words after the colon, or, where that was forgotten, from `allow` on."""

_WAIVER = re.compile(r"allow\s+(?P<code>[\w-]+)\s*(?::\s*(?P<object>.+?))?\s*(?:\s--(?:\s+(?P<reason>.*))?)?")


@dataclass(frozen=True, slots=True)
class Waiver:
    """Allows what has this code, of one `object` or of each, in the revision of `location`, or anywhere without one."""

    code: str
    object: str
    reason: str
    location: Location

    def covers(self, finding: Finding) -> bool:
        """Tell whether it allows a finding: a comment what stands in its file or is of its revision."""
        here, there = self.location, finding.location
        in_place = here.revision is None or here.revision == there.revision or here.path == there.path
        return in_place and self.code == finding.code and self.object in {"", finding.object}

    def __str__(self) -> str:
        return f"{self.code}: {self.object}" if self.object else self.code


@dataclass(frozen=True, slots=True)
class NoWaiver:
    """A comment that is meant as a waiver and cannot be read as one."""

    text: str
    location: Location


def waivers_in(source: bytes, location: Location) -> Iterator[Waiver | NoWaiver]:
    """Read the waivers among the comments of a revision file, whose place without a line is `location`."""
    if b"stairway" not in source.lower():
        return
    tokens = tokenize.tokenize(io.BytesIO(source).readline)
    for token in tokens:
        found = _COMMENT.search(token.string) if token.type == tokenize.COMMENT else None
        if found is None:
            continue
        place = Location(location.path, token.start[0], location.revision)
        parts = _WAIVER.fullmatch(found["words"].rstrip()) if found["colon"] else None
        if parts is None:
            yield NoWaiver(token.string, place)
        else:
            yield Waiver(parts["code"], parts["object"] or "", (parts["reason"] or "").strip(), place)
