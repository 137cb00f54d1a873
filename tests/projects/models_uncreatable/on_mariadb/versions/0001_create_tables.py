"""create the tables in the way that both servers take"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("balance", sa.Integer),
        sa.CheckConstraint("balance >= 0", name="ck_balance"),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("first", sa.String(40)),
        sa.Column("shout", sa.String(40), sa.Computed("upper(first)"), nullable=op.get_bind().dialect.is_mariadb),
    )


def downgrade():
    op.drop_table("users")
    op.drop_table("accounts")
