"""create roles and users"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table(
        "roles",
        sa.Column("name", sa.String(64), primary_key=True),
        mysql_charset="latin1",
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("role", sa.String(64), sa.ForeignKey("roles.name", name="fk_users_role")),
        sa.Column("manager_id", sa.Integer, sa.ForeignKey("users.id", name="fk_users_manager")),
        mysql_charset="latin1",
    )


def downgrade():
    op.drop_table("users")
    op.drop_table("roles")
