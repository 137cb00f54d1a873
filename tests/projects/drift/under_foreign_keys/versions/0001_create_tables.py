"""create roles and users"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table(
        "roles",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(32), unique=True),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("role_id", sa.Integer, sa.ForeignKey("roles.id", name="fk_users_role")),
        sa.Column("role_name", sa.String(32), sa.ForeignKey("roles.name", name="fk_users_role_name")),
    )


def downgrade():
    op.drop_table("users")
    op.drop_table("roles")
