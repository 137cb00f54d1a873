"""create users; the table takes its index with it"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("role_id", sa.Integer, sa.ForeignKey("roles.id", name="fk_users_role")),
        sa.Column("legacy", sa.String(8)),
    )
    op.create_index("ix_users_role_id", "users", ["role_id"])


def downgrade():
    op.drop_table("users")
