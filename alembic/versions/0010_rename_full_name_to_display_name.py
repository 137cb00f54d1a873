"""Rename full name to display name

Revision ID: 0010
Revises: 0009
Create Date: 2025-01-14 09:33:41

"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision: str = "0010"
down_revision: str | Sequence[str] | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Upgrade schema."""
    op.alter_column(
        "users",
        "full_name",
        new_column_name="display_name",
        existing_type=sa.String(128),
        existing_nullable=True,
        existing_comment="As other users see it",
    )


def downgrade() -> None:
    """Downgrade schema."""
    op.alter_column(
        "users",
        "display_name",
        new_column_name="full_name",
        existing_type=sa.String(128),
        existing_nullable=True,
        existing_comment="As other users see it",
    )
