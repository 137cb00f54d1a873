"""create users and groups, without rows"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("email", sa.String(120), nullable=False, server_default="", comment="where we write to"),
        sa.Column("age", sa.Integer),
    )
    op.create_index(op.f("ix_users_email"), "users", ["email"])
    op.create_table("groups", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(64)))
    op.create_index(op.f("ix_groups_name"), "groups", ["name"])


def downgrade():
    op.drop_table("groups")
    op.drop_table("users")
