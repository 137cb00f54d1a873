"""create roles and users"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table("roles", sa.Column("id", sa.Integer, primary_key=True))
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(64)),
        sa.Column("a_role", sa.Integer, sa.ForeignKey("roles.id", name="fk_a_role"), nullable=False),
    )
    op.create_table("sessions", sa.Column("token", sa.String(64), primary_key=True), sa.Column("number", sa.Integer))


def downgrade():
    op.drop_table("sessions")
    op.drop_table("users")
    op.drop_table("roles")
