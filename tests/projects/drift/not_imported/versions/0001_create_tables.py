"""create users, orders, and a table that no model has"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(64)))
    op.create_table("orders", sa.Column("id", sa.Integer, primary_key=True), sa.Column("amount", sa.Integer))
    op.create_table("old_users", sa.Column("id", sa.Integer, primary_key=True), sa.Column("left_in", sa.Integer))
    op.create_table("audit", sa.Column("id", sa.Integer, primary_key=True))  # expect: drift-extra


def downgrade():
    op.drop_table("audit")
    op.drop_table("old_users")
    op.drop_table("orders")
    op.drop_table("users")
