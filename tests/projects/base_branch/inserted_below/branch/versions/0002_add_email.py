"""Add email"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001b"


def upgrade():
    op.add_column("users", sa.Column("email", sa.String(120)))


def downgrade():
    op.drop_column("users", "email")
