"""create roles, and users that refer to a role by its name"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table(
        "roles",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.UniqueConstraint("name", name="uq_roles_name"),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("role", sa.String(64), sa.ForeignKey("roles.name", name="fk_users_role")),
    )


def downgrade():
    op.drop_table("users")
    op.drop_table("roles")
