"""Every table of the models can be created on the server, so that all of them can be compared."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_stairway.checks.drift import source
from pytest_stairway.checks.interface import Check, Subject
from pytest_stairway.checks.syntax import advice_on_syntax
from pytest_stairway.checks.wording import in_env, statement
from pytest_stairway.findings import Finding, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.walk.failure import Failure
    from pytest_stairway.walk.record import Uncreated


def run(subject: Subject) -> Iterator[Finding]:
    models = subject.walked.models
    for uncreated in models.uncreated if models is not None else ():
        yield _finding(subject, uncreated)


def _finding(subject: Subject, uncreated: Uncreated) -> Finding:
    failure, flavor = uncreated.failure, subject.walked.flavor
    if uncreated.table:
        what = f"the models' table {uncreated.table} cannot be created on {flavor}: {failure.error}"
    else:
        what = (
            f"create_all() of the models fails on {flavor} though each of their tables can be created: {failure.error}"
        )
    return Finding(
        code="models-uncreatable",
        stage=Stage.MODELS,
        location=source(subject, uncreated.table) or in_env(subject, "target_metadata"),
        object=uncreated.table or "models",
        message=what + statement(failure.statement),
        remedy=advice_on_syntax(failure.error, failure.statement or "", flavor) or _remedy(failure),
    )


def _remedy(failure: Failure) -> str:
    if failure.errno is not None:
        return _BY_NUMBER.get(failure.errno, "")
    return next((remedy for words, remedy in _BY_WORDS if re.search(words, failure.error)), "")


_BY_NUMBER = {
    1061: "Each index of a table needs a name of its own: index=True of a column names its index ix_<table>_<column>.",
    1071: 'Shorten the column, or index a prefix of it: Index(..., mysql_length={"column": 191})',
    1101: "Leave server_default out: MySQL takes one for TEXT, BLOB, JSON and GEOMETRY only as an expression, "
    'sa.text("(...)").',
    1118: "Make the longest String columns Text: a row keeps a pointer of theirs alone.",
    1170: 'Index a prefix of the column: Index(..., mysql_length={"column": 191}); or give it a length: String(191).',
    3750: "Give the table a primary key: primary_key=True of a column, or sa.PrimaryKeyConstraint(...).",
    3780: "Both sides of a foreign key need the same type, sign, character set and collation.",
}
_BY_WORDS = (
    (r"requires a length", "Give the column a length: String(255), not String()."),
    (
        r"can't render element of type",
        'Use a type that MySQL has: sa.JSON().with_variant(postgresql.JSONB(), "postgresql") serves both, for one.',
    ),
    (
        r"DDL for NullType",
        "Give the column a type; or import in env.py the table that its foreign key refers to, which gives it one.",
    ),
    (r"could not find table", "Import in env.py the module that defines the table which the foreign key refers to."),
)


CHECK = Check(name="models_uncreatable", codes=("models-uncreatable",), run=run)
