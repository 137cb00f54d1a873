"""index users by role and name"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.drop_index("ix_users_role_id", table_name="users")  # expect: upgrade-fails
    op.create_index("ix_users_role_id_name", "users", ["role_id", "name"])


def downgrade():
    op.create_index("ix_users_role_id", "users", ["role_id"])
    op.drop_index("ix_users_role_id_name", table_name="users")
