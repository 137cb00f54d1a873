"""add phone number

Create Date: 2025-03-05 09:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0001"  # expect: multiple-heads


def upgrade():
    op.add_column("users", sa.Column("phone", sa.String(32)))


def downgrade():
    op.drop_column("users", "phone")
