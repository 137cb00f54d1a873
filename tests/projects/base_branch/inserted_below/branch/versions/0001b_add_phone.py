"""Add phone"""

import sqlalchemy as sa
from alembic import op

revision = "0001b"
down_revision = "0001"  # expect: revision-not-on-top


def upgrade():
    op.add_column("users", sa.Column("phone", sa.String(20)))


def downgrade():
    op.drop_column("users", "phone")
