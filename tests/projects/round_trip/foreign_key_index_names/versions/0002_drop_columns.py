"""drop role_id and team_id

The server names the index of role_id otherwise when the foreign key brings a name; that of team_id has one of its own.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.drop_constraint("users_ibfk_1", "users", type_="foreignkey")
    op.drop_column("users", "role_id")
    op.drop_constraint("fk_users_team", "users", type_="foreignkey")
    op.drop_column("users", "team_id")


def downgrade():
    op.add_column("users", sa.Column("role_id", sa.Integer))
    op.create_foreign_key("users_ibfk_1", "users", "roles", ["role_id"], ["id"])
    op.add_column("users", sa.Column("team_id", sa.Integer))
    op.create_foreign_key("fk_users_team", "users", "teams", ["team_id"], ["id"])  # expect: downgrade-differs
