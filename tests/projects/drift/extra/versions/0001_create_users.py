"""create users"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("nickname", sa.String(64)),
        sa.Column("manager_id", sa.Integer, sa.ForeignKey("users.id", name="fk_users_manager")),
        sa.Index("ix_users_manager_id", "manager_id"),
        sa.CheckConstraint("name <> ''", name="ck_users_name"),
    )


def downgrade():
    op.drop_table("users")
