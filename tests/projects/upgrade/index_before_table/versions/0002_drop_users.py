"""drop users; as autogenerate writes it"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.drop_index(op.f("ix_users_role_id"), table_name="users")  # expect: upgrade-fails
    op.drop_table("users")


def downgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("role_id", sa.Integer, nullable=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["roles.id"], name=op.f("fk_users_role")),
    )
    op.create_index(op.f("ix_users_role_id"), "users", ["role_id"], unique=False)
