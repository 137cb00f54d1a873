"""Add name"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0002"


def upgrade():
    op.add_column("users", sa.Column("name", sa.String(20)))


def downgrade():
    op.drop_column("users", "name")
