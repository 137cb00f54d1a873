"""größe's 50% `x` "y" :z 日本"""

import sqlalchemy as sa
from alembic import op

revision = "größe 50%"
down_revision = None
branch_labels = ("lä bel's 50% :x",)


def upgrade():
    op.create_table(
        "or`der's \"50%\" :x é日",
        sa.Column("i d", sa.Integer, primary_key=True),
        sa.Column(
            "na`me's 50%:x \"é",
            sa.String(60),
            nullable=False,
            server_default="it's 50% `é` :x \"q\"",
            comment="o'clock 100% `x` :y é",
        ),
        sa.Column("st%ate", sa.Enum("it's", "50%", "a`b", ":c", 'q"q', "é日"), nullable=False),
    )
    op.create_index("i`x 50%'s :é", "or`der's \"50%\" :x é日", ["na`me's 50%:x \"é"])
    op.execute(sa.text("INSERT INTO `or``der's \"50%\" \\:x é日` VALUES (1, 'it''s 50% \\:x 😀', '\\:c')"))


def downgrade():
    op.drop_table("or`der's \"50%\" :x é日")
