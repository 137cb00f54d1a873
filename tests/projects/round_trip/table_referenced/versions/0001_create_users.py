"""create roles and users; the downgrade begins with the table that the other one references"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table("roles", sa.Column("id", sa.Integer, primary_key=True))
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("role_id", sa.Integer, sa.ForeignKey("roles.id", name="fk_users_role")),
    )


def downgrade():
    op.drop_table("roles")  # expect: downgrade-fails
    op.drop_table("users")
