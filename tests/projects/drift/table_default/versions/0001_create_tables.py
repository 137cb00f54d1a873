"""create tags, users, countries and cities"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table(
        "tags",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("colour", sa.String(16)),
        mysql_charset="latin1",
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("nickname", sa.String(16), nullable=False),
        sa.Column("code", sa.String(8, collation="ascii_bin"), nullable=False),
        mysql_charset="latin1",
    )
    op.create_table(
        "countries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(64, collation="utf8mb4_bin"), nullable=False),
        mysql_charset="latin1",
    )
    op.create_table(
        "cities",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(64, collation="utf8mb4_bin"), nullable=False),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )


def downgrade():
    op.drop_table("cities")
    op.drop_table("countries")
    op.drop_table("users")
    op.drop_table("tags")
