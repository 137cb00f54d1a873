"""create flavors, profiles, bindings, usages and sessions"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table("flavors", sa.Column("id", sa.Integer, primary_key=True))
    op.create_table("profiles", sa.Column("id", sa.Integer, primary_key=True))
    op.create_table(
        "bindings",
        sa.Column("profile_id", sa.Integer, sa.ForeignKey("profiles.id", name="fk_profile"), primary_key=True),
        sa.Column("flavor_id", sa.Integer, sa.ForeignKey("flavors.id", name="fk_flavor"), primary_key=True),
    )
    op.create_table("usages", sa.Column("id", sa.Integer, nullable=False))
    op.create_table(
        "sessions",
        sa.Column("session_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("token", sa.String(64)),
        sa.Column("agent", sa.String(64)),
    )


def downgrade():
    op.drop_table("sessions")
    op.drop_table("usages")
    op.drop_table("bindings")
    op.drop_table("profiles")
    op.drop_table("flavors")
