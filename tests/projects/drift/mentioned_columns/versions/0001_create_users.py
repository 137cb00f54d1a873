"""create users, with a constraint and an index that attach themselves to the model's table"""

import sqlalchemy as sa
from alembic import op
from models import User

revision = "0001"
down_revision = None

KNOWN_ROLE = sa.CheckConstraint(User.role.in_(["guest", "member"]), name="known_role")
sa.Index("ix_users_role", User.role)


def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("role", sa.String(9), nullable=False),
        sa.CheckConstraint(KNOWN_ROLE.sqltext, name=KNOWN_ROLE.name),
    )


def downgrade():
    op.drop_table("users")
