"""A report with one of everything, and with what each format must escape."""

from __future__ import annotations

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

NASTY = 'widen <b>name</b> | `x` *and* "y" #12 @octocat 100%\r\nfor: a, b'
FILES = tuple(f"migrations/versions/000{number}.py" for number in range(1, 5))


def at(revision: int, line: int) -> Location:
    return Location(FILES[revision - 1], line, f"000{revision}")


DIFFERS = Finding(
    code="downgrade-differs",
    stage=Stage.ROUND_TRIP,
    location=at(3, 16),
    object="users.name",
    message="downgrade of 0003 leaves users.name as VARCHAR(9) NOT NULL; 100% `of` it, <b>\nstatement: ALTER",
    remedy='Instead:\n    op.alter_column("users", "name", nullable=True)\n    ```',
)
LOST = Finding(
    "column-lost", Stage.ROUND_TRIP, at(4, 12), "users.email", "upgrade of 0004 drops it", "", Severity.WARNING
)
WAIVED = Finding("rows-lost", Stage.ROUND_TRIP, at(4, 14), "users", "rows of users are gone")
KNOWN = Finding("upgrade-fails", Stage.UPGRADE, at(1, 10), "0001", "upgrade of 0001 fails")
DRIFT = Finding("drift-extra", Stage.MODELS, Location("models.py"), "audit log", "audit log is not in the models")
HEADS = Finding("multiple-heads", Stage.HEADS, Location("/elsewhere/a b.py", 3), "heads", "the history has 2 heads")
FINDINGS = (
    Judged(KNOWN, Standing.KNOWN, "main has 0001 already"),
    Judged(DIFFERS),
    Judged(LOST),
    Judged(WAIVED, Standing.WAIVED, "moved | to *accounts* in <0005>"),
    Judged(DRIFT),
    Judged(HEADS),
)
REVISIONS = (
    ReportedRevision("0001", "create users", FILES[0], 6, is_new=False, branch_labels=("shop",)),
    ReportedRevision("0002", "far from here", FILES[1], 6, ("0001",), is_new=False),
    ReportedRevision("0003", NASTY, FILES[2], 6, ("0002",), ("0001",)),
    ReportedRevision("0004", "drop email", FILES[3], 6, ("0002",)),
)
STEPS = (
    ReportedStep(
        "0003",
        "upgrade",
        (
            ReportedStatement("ALTER TABLE users\n\tMODIFY name VARCHAR(20)\n", at(3, 12), 0.0041),
            ReportedStatement("UPDATE users SET name = %s;", at(3, 13), 1.5, "('``` | </details>',)"),
        ),
        (ReportedChange("table", "users", "users.name", "VARCHAR(9) NULL", "ENUM('a|b','`') NOT NULL"),),
        ("roles", "users"),
        1.6,
    ),
    ReportedStep(
        "0003", "downgrade", (ReportedStatement("ALTER TABLE users ...", Location(), 0.002),), (), ("users",), 0.003
    ),
    ReportedStep(
        "0004",
        "upgrade",
        (ReportedStatement("ALTER TABLE nothing ADD a INT", at(4, 12), 0.001, "", "(1146) Table 'nothing'\nis not"),),
        (),
        (),
        0.002,
        "(1146) Table 'nothing'\nis not",
    ),
)
REPORT = Report(
    project="alembic.ini",
    revisions=REVISIONS,
    findings=FINDINGS,
    skips=(Skip("upgrade", Stage.ROUND_TRIP, at(4, 11), "not run: its upgrade failed"),),
    flavor=Flavor(Vendor.MARIADB, (10, 11, 19)),
    origin="local mariadbd",
    steps=STEPS,
    seconds=0.25,
    command="pytest -q '--stairway-json=a b.json'",
    prefix="backend/",
    version="0.1.0",
)
BROKEN = Report("shop (alembic.ini)", (), (), (), problem="no *server*", command=REPORT.command, version="0.1.0")
CLEAN = Report("alembic.ini", REVISIONS[:2], (), (), flavor=Flavor(Vendor.MYSQL, (9, 7, 0)), origin="mysql:9.7")
