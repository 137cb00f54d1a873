"""What a comparison of schemas is proved on: by kind, single differences and pairs that are equivalent."""

from __future__ import annotations

from tests.server.drift_cases import columns
from tests.server.drift_cases.case import Case

DIFFERENT: dict[str, tuple[Case, ...]] = {
    "column type": columns.TYPES,
}
EQUIVALENT: dict[str, tuple[Case, ...]] = {}
