"""Which plugins a pytest that a test runs in a process of its own is without."""

from __future__ import annotations

LEFT_OUT = "-p no:hypothesispytest -p no:pytest_alembic"
"""For PYTEST_ADDOPTS. They are there for this suite's own tests, and importing them takes longer than most such runs:
Hypothesis imports all of itself at the end of any run. Both are beside our plugin in the run that runs these tests.
"""
