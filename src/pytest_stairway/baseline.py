"""The findings that a project had when it began: recorded in a file they fail nothing, and can only become fewer."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from pytest_stairway import waivers
from pytest_stairway.errors import SettingsError
from pytest_stairway.findings import Finding, Location, Stage
from pytest_stairway.report import Judged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from pytest_stairway.session import Session
    from pytest_stairway.settings import Settings

CODE = "baseline-outdated"
VERSION = 1
RECORDED = frozenset({Stage.HEADS, Stage.UPGRADE, Stage.ROUND_TRIP, Stage.MODELS})
"""Not recorded is what keeps Alembic from running at all, and what a change does to its base branch."""

_FIELDS = ("project", "code", "revision", "object", "detail")
_LINE = re.compile(r"(\.\w+):\d+\b")
_SERVER_VERSION = re.compile(r"\b(MySQL|MariaDB) \d[\d.]*\d")


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """A finding without what changes from run to run: lines of files, versions of servers, all but its first line.

    `project` is "" where there is one, `revision` where the finding is about the whole.
    """

    project: str
    code: str
    revision: str
    object: str
    detail: str

    @classmethod
    def of(cls, finding: Finding, project: str, hidden: Callable[[str], str]) -> Entry:
        first = hidden(finding.message).partition("\n")[0]
        detail = _SERVER_VERSION.sub(r"\1", _LINE.sub(r"\1", first))
        revision = finding.location.revision if finding.stage.is_of_one_revision else None
        return cls(project, finding.code, revision or "", hidden(finding.object), detail)


@dataclass(frozen=True, slots=True)
class Baseline:
    """The entries of one project. `name` is the file as it was given; one that is being written lists everything."""

    name: str
    project: str
    entries: frozenset[Entry]
    is_written: bool
    hidden: Callable[[str], str]

    @property
    def reason(self) -> str:
        return f"{self.name} lists it"

    def known_because(self, finding: Finding) -> str | None:
        """Say that a finding is recorded; None where it is not."""
        if finding.stage not in RECORDED or finding.code in {CODE, *waivers.CODES}:
            return None
        is_listed = self.is_written or Entry.of(finding, self.project, self.hidden) in self.entries
        return self.reason if is_listed else None

    def outdated(
        self, findings: Iterable[Finding], was_looked_for: Callable[[str, str | None], bool]
    ) -> Iterator[Finding]:
        """Find the entries that do not occur any more, where the check that could find them has looked."""
        if self.is_written:
            return
        found = {Entry.of(finding, self.project, self.hidden) for finding in findings}
        for entry in sorted(self.entries - found):
            if was_looked_for(entry.code, entry.revision or None):
                yield _outdated(entry, self.name)


def read_baseline(settings: Settings, root: Path, hidden: Callable[[str], str]) -> Baseline | None:
    """Read the file that the settings name; None where they name none.

    Raises:
        SettingsError: it is missing, or is no baseline.
    """
    if settings.baseline is None:
        return None
    entries = frozenset() if settings.baseline_write else frozenset(_entries(settings.baseline, root))
    own = frozenset(entry for entry in entries if entry.project == settings.name)
    return Baseline(settings.baseline, settings.name, own, settings.baseline_write, hidden)


def refuse_unusable(settings: Settings, root: Path) -> None:
    """Look at the files before any test.

    Raises:
        SettingsError: one line that names the file, and what is wrong with it.
    """
    for each in settings.projects or (settings,):
        if each.baseline_write and each.baseline is None:
            raise SettingsError("--stairway-baseline-write needs --stairway-baseline FILE, which is what it writes")
        read_baseline(each, root, str)
        if each.baseline is not None and (root / each.baseline).is_dir():
            raise SettingsError(f"baseline: {each.baseline} is a directory")


def write_baselines(sessions: Iterable[Session]) -> list[str]:
    """Write what is recorded by now; say of each file why it could not be written."""
    written: dict[Path, set[Entry]] = {}
    for session in sessions:
        baseline = session.baseline
        if baseline is None or not baseline.is_written:
            continue
        if session.known_record() is None:
            return [f"{baseline.name} was not written, because the migrations of {session.label} were not walked"]
        judged = (*session.judged_from_files, *session.judged_from_walk)
        written.setdefault(session.root / baseline.name, set()).update(
            Entry.of(each.finding, baseline.project, baseline.hidden)
            for each in judged
            if isinstance(each, Judged) and each.reason == baseline.reason
        )
    return [problem for path, entries in written.items() if (problem := _write(path, entries))]


def _write(path: Path, entries: set[Entry]) -> str:
    rows = [{name: value for name, value in asdict(entry).items() if value} for entry in sorted(entries)]
    text = json.dumps({"version": VERSION, "findings": rows}, indent=2, ensure_ascii=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        return f"{path} could not be written: {error.strerror}"
    return ""


def _entries(name: str, root: Path) -> Iterator[Entry]:
    try:
        content = json.loads((root / name).read_bytes())
    except FileNotFoundError as error:
        raise SettingsError(f"baseline: {name} does not exist; --stairway-baseline-write writes it") from error
    except OSError as error:
        raise SettingsError(f"baseline: {name} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise SettingsError(f"baseline: {name} is not valid JSON: {error}") from error
    rows = content.get("findings") if isinstance(content, dict) and content.get("version") == VERSION else None
    if not isinstance(rows, list) or not all(map(_is_entry, rows)):
        raise SettingsError(
            f"baseline: {name} is no baseline of version {VERSION}; --stairway-baseline-write writes one"
        )
    for row in rows:
        yield Entry(**{field: row.get(field, "") for field in _FIELDS})


def _is_entry(row: object) -> bool:
    return (
        isinstance(row, dict)
        and row.keys() <= set(_FIELDS)
        and "code" in row
        and all(isinstance(value, str) for value in row.values())
    )


def _outdated(entry: Entry, name: str) -> Finding:
    return Finding(
        CODE,
        Stage.MODELS,
        Location(name),
        f"{entry.code}: {entry.object}",
        f"{name} lists {entry.code} of {entry.object}, which is not found any more\n  {entry.detail}",
        f"Remove the entry, or write the file anew:\n    pytest --stairway-baseline {name} --stairway-baseline-write",
    )
