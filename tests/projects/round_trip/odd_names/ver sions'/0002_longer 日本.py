"""forgets what it does not repeat"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "größe 50%"
ORDERS = "or`der's \"50%\" :x é日"


def upgrade():
    op.alter_column(
        ORDERS,
        "na`me's 50%:x \"é",
        type_=sa.String(90),
        existing_type=sa.String(60),
        existing_nullable=False,
        existing_server_default="it's 50% `é` :x \"q\"",
        existing_comment="o'clock 100% `x` :y é",
    )
    op.alter_column(ORDERS, "st%ate", existing_type=sa.String(9), type_=sa.Enum("50%", ":c", "é日"), nullable=False)


def downgrade():
    op.alter_column(ORDERS, "na`me's 50%:x \"é", type_=sa.String(60), existing_type=sa.String(90))  # expect: downgrade-differs
    op.alter_column(ORDERS, "st%ate", type_=sa.Enum("50%", ":c"), existing_type=sa.String(9))  # expect: downgrade-differs
