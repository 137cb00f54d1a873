"""pytest-alembic's tests run on the server that pytest-stairway started: its two fixtures are ours by another name."""

import pytest

alembic_engine = pytest.fixture(lambda stairway_engine: stairway_engine)
alembic_config = pytest.fixture(lambda stairway_alembic_config: stairway_alembic_config)
