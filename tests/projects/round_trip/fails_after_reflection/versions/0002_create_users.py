"""create users; both functions look for themselves what is there"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def has_index(name):
    return any(index["name"] == name for index in sa.inspect(op.get_bind()).get_indexes("users"))


def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("role_id", sa.Integer, sa.ForeignKey("roles.id", name="fk_users_role")),
    )
    if not has_index("ix_users_role_id"):
        op.create_index("ix_users_role_id", "users", ["role_id"])


def downgrade():
    if has_index("ix_users_role_id"):
        op.drop_index("ix_users_role_id", table_name="users")  # expect: downgrade-fails
    op.drop_table("users")
