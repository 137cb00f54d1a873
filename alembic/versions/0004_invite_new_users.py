"""Invite new users

Revision ID: 0004
Revises: 0003
Create Date: 2024-04-11 14:22:10

"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision: str = "0004"
down_revision: str | Sequence[str] | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATUS = sa.Enum("invited", "active", "suspended")


def upgrade() -> None:
    """Upgrade schema."""
    op.alter_column(
        "users",
        "status",
        existing_type=STATUS,
        existing_nullable=False,
        existing_server_default="active",
        server_default="invited",
    )


def downgrade() -> None:
    """Downgrade schema."""
    op.alter_column(
        "users",
        "status",
        existing_type=STATUS,
        existing_nullable=False,
        existing_server_default="invited",
        server_default="active",
    )
