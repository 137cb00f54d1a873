"""Insert roles

Revision ID: 0009
Revises: 0008
Create Date: 2024-11-05 13:20:08

"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision: str = "0009"
down_revision: str | Sequence[str] | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ROLES = sa.table("roles", sa.column("name", sa.String))
NAMES = ("administrator", "editor", "reader")


def upgrade() -> None:
    """Upgrade schema."""
    op.bulk_insert(ROLES, [{"name": name} for name in NAMES])


def downgrade() -> None:
    """Downgrade schema."""
    op.execute(ROLES.delete().where(ROLES.c.name.in_(NAMES)))
