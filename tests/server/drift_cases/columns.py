"""Single differences of columns."""

from __future__ import annotations

from tests.server.drift_cases.case import Case

TYPES = (
    Case("unsigned", "a INT", "a INT UNSIGNED", "t.a: type", 'Column("a", Integer)'),
    Case(
        "signed",
        "a BIGINT UNSIGNED NOT NULL",
        "a BIGINT NOT NULL",
        "t.a: type",
        'Column("a", mysql.BIGINT(unsigned=True), nullable=False)',
    ),
    Case("geometry subtype", "a POINT", "a GEOMETRY", "t.a: type", 'Column("a", Raw("POINT"))'),
    Case(
        "table of its own",
        "CREATE TABLE $u (a INT)",
        "CREATE TABLE $v (a INT)",
        "-u +v",
        'Table("$u", metadata, Column("a", Integer))',
    ),
    Case("vector", "a VECTOR(3)", "a VECTOR(4)", "t.a: type", needs="has_vectors"),
)
