"""Describe users

Revision ID: 0006
Revises: 0005
Create Date: 2024-06-03 08:58:20

"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision: str = "0006"
down_revision: str | Sequence[str] | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATUS = sa.Enum("invited", "active", "suspended")


def upgrade() -> None:
    """Upgrade schema."""
    op.create_table_comment("users", "People who sign in, or are invited to")
    op.alter_column(
        "users",
        "full_name",
        existing_type=sa.String(128),
        existing_nullable=True,
        comment="As other users see it",
    )
    op.alter_column(
        "users",
        "status",
        existing_type=STATUS,
        existing_nullable=False,
        existing_server_default="invited",
        comment="Invited until the first sign-in",
    )


def downgrade() -> None:
    """Downgrade schema."""
    op.alter_column(
        "users",
        "status",
        existing_type=STATUS,
        existing_nullable=False,
        existing_server_default="invited",
        existing_comment="Invited until the first sign-in",
        comment=None,
    )
    op.alter_column(
        "users",
        "full_name",
        existing_type=sa.String(128),
        existing_nullable=True,
        existing_comment="As other users see it",
        comment=None,
    )
    op.drop_table_comment("users", existing_comment="People who sign in, or are invited to")
