"""Count failed logins

Revision ID: 0013
Revises: 0012
Create Date: 2025-03-21 12:48:13

"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision: str = "0013"
down_revision: str | Sequence[str] | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Upgrade schema."""
    op.add_column("users", sa.Column("failed_logins", sa.Integer(), server_default="0", nullable=False))
    op.create_check_constraint(op.f("ck_users_failed_logins_not_negative"), "users", "failed_logins >= 0")


def downgrade() -> None:
    """Downgrade schema."""
    # Both servers know DROP CONSTRAINT; op.drop_constraint writes DROP CHECK, MySQL's own, where it cannot ask (--sql).
    op.execute("ALTER TABLE users DROP CONSTRAINT ck_users_failed_logins_not_negative")
    op.drop_column("users", "failed_logins")
