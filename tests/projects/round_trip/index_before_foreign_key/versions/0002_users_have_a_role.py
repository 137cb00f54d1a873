"""give users a role; the downgrade takes the index away before the foreign key"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.add_column("users", sa.Column("role_id", sa.Integer))
    op.create_index("ix_users_role_id", "users", ["role_id"])
    op.create_foreign_key("fk_users_role", "users", "roles", ["role_id"], ["id"])


def downgrade():
    op.drop_index("ix_users_role_id", table_name="users")  # expect: downgrade-fails
    op.drop_constraint("fk_users_role", "users", type_="foreignkey")
    op.drop_column("users", "role_id")
