"""create users; the downgrade is as autogenerate writes it"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("role_id", sa.Integer, sa.ForeignKey("roles.id", name="fk_users_role")),
    )
    op.create_index("ix_users_role_id", "users", ["role_id"])


def downgrade():
    op.drop_index("ix_users_role_id", table_name="users")  # expect: downgrade-fails
    op.drop_table("users")
