"""Add role description

Revision ID: 0011
Revises: 0009
Create Date: 2025-01-15 17:02:59

"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision: str = "0011"
down_revision: str | Sequence[str] | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ROLES = sa.table("roles", sa.column("name", sa.String), sa.column("description", sa.String))
DESCRIPTIONS = {
    "administrator": "Manages users and their roles",
    "editor": "Writes and publishes",
    "reader": "Reads what is published",
}


def upgrade() -> None:
    """Upgrade schema."""
    op.add_column("roles", sa.Column("description", sa.String(255), nullable=True))
    for name, description in DESCRIPTIONS.items():
        op.execute(ROLES.update().where(ROLES.c.name == name).values(description=description))


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_column("roles", "description")
