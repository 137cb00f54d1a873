"""create users, and what another service answers for"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
    )
    op.create_table("legacy_orders", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("legacy_orders")
    op.drop_table("users")
