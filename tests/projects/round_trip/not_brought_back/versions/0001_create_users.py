"""create users and logins"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("legacy", sa.String(8)),
        sa.CheckConstraint("legacy <> ''", name="ck_users_legacy"),
        sa.Index("ix_users_name", "name"),
    )
    op.create_table("logins", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(64)))


def downgrade():
    op.drop_table("logins")
    op.drop_table("users")
