"""What a finding is known by from run to run: neither its line nor its words, which change with every edit."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.report import Judged, Report


def fingerprinted(report: Report) -> Iterator[tuple[Judged, str]]:
    """Give each finding with 64 hexadecimal digits of its own.

    They are of project, code, revision (the file, where it is of none) and object; of several that have all of these
    in common, the second and later ones are counted.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    for judged in report.findings:
        finding = judged.finding
        where = finding.location.revision or finding.location.path or ""
        key = report.project, finding.code, where, finding.object
        seen[key] += 1
        yield judged, hashlib.sha256("\0".join((*key, str(seen[key]))).encode()).hexdigest()
