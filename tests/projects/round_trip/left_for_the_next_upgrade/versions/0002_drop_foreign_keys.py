"""drop the foreign keys, whatever they are called; their indexes stay, under the names that the server gave them"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    for key in sa.inspect(op.get_bind()).get_foreign_keys("users"):
        op.drop_constraint(key["name"], "users", type_="foreignkey")


def downgrade():
    op.drop_index("role_id", table_name="users")
    op.create_foreign_key("fk_users_role", "users", "roles", ["role_id"], ["id"])  # expect: downgrade-differs
