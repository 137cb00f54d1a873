"""orders with odd names"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = ("lä bel's 50% :x",)


def upgrade():
    op.create_table(
        "or`der's \"50%\" :x é日",
        sa.Column("i d", sa.Integer, primary_key=True),
        sa.Column("na`me's 50%:x \"é", sa.String(30), nullable=True),
        comment="t'c 100% `:x é",
    )
    op.execute(sa.text("INSERT INTO `or``der's \"50%\" \\:x é日` VALUES (1, 'it''s 50% \\:x 😀')"))


def downgrade():
    op.drop_table("or`der's \"50%\" :x é日")
