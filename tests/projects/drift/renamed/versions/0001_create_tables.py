"""create tables under their old names"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table(
        "roles",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(64)),
        sa.UniqueConstraint("name"),
    )
    op.create_table(  # expect: drift-extra
        "users",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("email", sa.String(120), nullable=False, server_default="", comment="where we write to"),
        sa.Column("group_id", sa.Integer, sa.ForeignKey("roles.id")),
    )
    op.create_index("ix_users_email", "users", ["email"])
    op.create_table(
        "members",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("user", sa.Integer, sa.ForeignKey("users.id")),
    )
    op.create_table("phones", sa.Column("id", sa.Integer, primary_key=True), sa.Column("number", sa.String(16)))
    op.create_table("events", sa.Column("id", sa.Integer, primary_key=True), sa.Column("data", sa.JSON, nullable=False))


def downgrade():
    op.drop_table("events")
    op.drop_table("phones")
    op.drop_table("members")
    op.drop_table("users")
    op.drop_table("roles")
