"""add names; the downgrade drops one column and fails at the other"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.add_column("users", sa.Column("name", sa.String(64)))
    op.add_column("users", sa.Column("nickname", sa.String(64)))


def downgrade():
    op.drop_column("users", "name")
    op.drop_column("users", "nick_name")  # expect: downgrade-fails
