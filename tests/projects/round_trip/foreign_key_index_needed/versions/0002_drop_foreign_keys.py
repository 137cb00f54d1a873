"""drop the foreign key of users.role_id and its index, both named by the server

The index has another name after the downgrade, under which the next upgrade does not find it.
"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.drop_constraint("users_ibfk_1", "users", type_="foreignkey")
    op.drop_index("role_id", table_name="users")


def downgrade():
    op.create_foreign_key("users_ibfk_1", "users", "roles", ["role_id"], ["id"])  # expect: downgrade-differs
