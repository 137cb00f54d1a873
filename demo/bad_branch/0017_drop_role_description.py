"""Drop role description

Revision ID: 0017
Revises: 0015
Create Date: 2025-05-07 16:20:11

"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("roles", "description")


def downgrade() -> None:
    op.add_column("roles", sa.Column("description", sa.String(255), nullable=True))
