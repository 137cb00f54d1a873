"""create roles and users, some of it in other words than the models'"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table(
        "roles",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.UniqueConstraint("name", name="uq_role_names"),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("role_id", sa.Integer, sa.ForeignKey("roles.id", name="fk_role", ondelete="SET NULL")),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("status", sa.Enum("invited", "active"), nullable=False, server_default="invited"),
        sa.Column("credit", sa.Numeric(8, 2), nullable=False, server_default="0.00"),
        sa.Column("created", sa.DateTime, nullable=False, server_default=sa.text("(now())")),
        sa.Column("label", sa.String(80), sa.Computed("concat(name, ' user')", persisted=True)),
        sa.CheckConstraint("credit >= 0", name="ck_users_credit"),
    )
    op.create_index("ix_users_name", "users", ["name"])


def downgrade():
    op.drop_table("users")
    op.drop_table("roles")
