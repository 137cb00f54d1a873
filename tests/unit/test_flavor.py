"""Questions to a Flavor whose answer changed with a version."""

from __future__ import annotations

import pytest

from pytest_stairway.flavor import Flavor


@pytest.mark.parametrize(
    ("question", "no", "yes"),
    [
        ("has_vectors", "8.4.6", "9.0.0"),
        ("has_vectors", "11.6.2-MariaDB", "11.7.1-MariaDB"),
        ("has_vector_indexes", "9.7.0", "11.8.6-MariaDB"),
        ("has_duality_views", "9.3.0", "9.4.0"),
        ("has_libraries", "9.1.0", "9.2.0"),
        ("has_libraries", "11.8.6-MariaDB", "9.7.0"),
        ("has_uuid", "10.6.7-MariaDB", "10.7.1-MariaDB"),
        ("has_uuid", "9.7.0", "11.8.6-MariaDB"),
        ("has_inet4", "10.6.7-MariaDB", "10.11.19-MariaDB"),
        ("has_descending_indexes", "10.6.7-MariaDB", "10.11.19-MariaDB"),
        ("has_descending_indexes", "10.6.7-MariaDB", "8.0.28"),
        ("drops_default_to_null", "10.6.7-MariaDB", "10.11.19-MariaDB"),
        ("drops_default_to_none", "10.11.19-MariaDB", "9.7.0"),
        ("has_generated_invisible_primary_keys", "8.0.28", "8.0.30"),
    ],
)
def test_a_server_knows_what_its_version_brought(question: str, no: str, yes: str) -> None:
    assert (getattr(Flavor.parse(no), question), getattr(Flavor.parse(yes), question)) == (False, True)
