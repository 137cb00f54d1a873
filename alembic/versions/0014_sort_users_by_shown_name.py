"""Sort users by shown name

Revision ID: 0014
Revises: 0013
Create Date: 2025-06-10 14:36:50

"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision: str = "0014"
down_revision: str | Sequence[str] | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Upgrade schema."""
    op.add_column(
        "users",
        sa.Column(
            "shown_name",
            sa.String(128),
            sa.Computed("coalesce(display_name, username)", persisted=False),
            nullable=True,
        ),
    )
    op.create_index(op.f("ix_users_shown_name"), "users", ["shown_name"])


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_index(op.f("ix_users_shown_name"), table_name="users")
    op.drop_column("users", "shown_name")
