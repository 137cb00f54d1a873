"""create roles and users"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table("roles", sa.Column("id", sa.Integer, primary_key=True))
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("logins", sa.Integer, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("status", sa.Enum("invited", "active", "blocked"), nullable=False),
        sa.Column("seen", sa.DateTime),
        sa.Column("email", sa.String(255), nullable=False),
        sa.Column("age", sa.Integer, nullable=False),
        sa.Column("role_id", sa.Integer, sa.ForeignKey("roles.id", name="fk_users_role"), index=True),
        sa.Index("ix_users_name", "name"),
        sa.CheckConstraint("age >= 0", name="ck_users_age"),
    )


def downgrade():
    op.drop_table("users")
    op.drop_table("roles")
