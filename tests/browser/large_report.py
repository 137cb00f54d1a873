"""A report of a history such as a project has after ten years: 344 revisions, branches, merges, two heads."""

from __future__ import annotations

import random

from pytest_stairway.findings import Finding, Location, Severity, Skip, Stage
from pytest_stairway.flavor import Flavor, Vendor
from pytest_stairway.report import (
    Judged,
    Report,
    ReportedChange,
    ReportedRevision,
    ReportedStatement,
    ReportedStep,
    Standing,
)

REVISIONS = 344
NEW = 5
TABLES = ("users", "roles", "orders", "invoices", "a_table_whose_name_is_as_long_as_mysql_lets_a_name_be_64_characters")
CODES = ("downgrade-differs", "downgrade-fails", "rows-lost", "column-lost", "upgrade-fails")


def large_report() -> Report:
    revisions = _revisions(random.Random(7))  # noqa: S311 - the same graph every time is wanted
    steps = tuple(step for revision in revisions for step in _steps(revision))
    drift = Finding(
        "drift-missing",
        Stage.MODELS,
        Location("models.py", 12),
        "users.nickname",
        "the models have users.nickname VARCHAR(40) NULL, which no migration creates",
        'op.add_column("users", sa.Column("nickname", sa.String(40)))',
    )
    return Report(
        project="alembic.ini",
        revisions=revisions,
        findings=(*(_finding(number, revisions[number]) for number in range(17, REVISIONS, 29)), Judged(drift)),
        skips=(Skip("rows", Stage.ROUND_TRIP, Location(revisions[3].path, 9, revisions[3].id), "CHECKSUM gave NULL"),),
        flavor=Flavor(Vendor.MYSQL, (9, 7, 4)),
        origin="Docker mysql:9.7",
        steps=steps,
        seconds=6.41,
        command="pytest --stairway-html report.html",
    )


def _revisions(random_: random.Random) -> tuple[ReportedRevision, ...]:
    revisions: list[ReportedRevision] = []
    heads: list[str] = []
    for number in range(REVISIONS):
        name = f"{random_.getrandbits(48):012x}"
        draw = random_.random()
        if len(heads) > 1 and (draw < 0.25 or len(heads) > 5 or number in {REVISIONS - 9, REVISIONS - 7}):
            down = tuple(random_.sample(heads, 2))
        elif draw > 0.88 and number > 2:
            down = (revisions[-random_.randint(1, min(9, number))].id,)
        else:
            down = (random_.choice(heads),) if heads else ()
        heads = [head for head in heads if head not in down] + [name]
        table = TABLES[number % len(TABLES)]
        message = f"merge {' and '.join(down)}" if len(down) > 1 else f"add column number {number} to {table}"
        revisions.append(
            ReportedRevision(
                id=name,
                message=message,
                path=f"alembic/versions/{name}_{message.replace(' ', '_')[:40]}.py",
                line=14,
                down_revisions=down,
                depends_on=(revisions[number - 30].id,) if number % 97 == 96 else (),
                is_new=number >= REVISIONS - NEW,
            )
        )
    return tuple(revisions)


def _steps(revision: ReportedRevision) -> tuple[ReportedStep, ...]:
    if len(revision.down_revisions) > 1:
        return ()
    table = revision.message.rpartition(" ")[2]
    column = f"column_{revision.id}"
    there, back = f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR(120) NOT NULL DEFAULT ''", None
    text = "varchar(120) NOT NULL DEFAULT ''"
    ways = (
        ("upgrade", there, ReportedChange("table", table, f"{table}.{column}", back, text)),
        ("downgrade", f"ALTER TABLE {table} DROP COLUMN {column}", ReportedChange("table", table, column, text, back)),
    )
    return tuple(
        ReportedStep(
            revision.id,
            direction,
            (ReportedStatement(sql, Location(revision.path, 22, revision.id), 0.0041),),
            (change,),
            (table,),
            0.0052,
        )
        for direction, sql, change in ways
    )


def _finding(number: int, revision: ReportedRevision) -> Judged:
    code = CODES[number % len(CODES)]
    finding = Finding(
        code,
        Stage.ROUND_TRIP,
        Location(revision.path, 31, revision.id),
        "users.email",
        f"downgrade of {revision.id} leaves users.email as VARCHAR(120) NULL; before the upgrade it was VARCHAR(120)"
        " NOT NULL DEFAULT ''\nstatement: ALTER TABLE users MODIFY email VARCHAR(120) NULL",
        'Instead:\n    op.alter_column("users", "email", existing_type=sa.String(120), nullable=False)',
        Severity.WARNING if code == "column-lost" else Severity.ERROR,
    )
    if number < REVISIONS // 2:
        return Judged(finding, Standing.KNOWN, "the base branch has it")
    return Judged(finding, Standing.WAIVED, "restored from a backup") if code == "rows-lost" else Judged(finding)
