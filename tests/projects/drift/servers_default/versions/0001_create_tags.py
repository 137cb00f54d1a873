"""create tags, in a character set that the models do not name"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table(
        "tags",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        mysql_charset="latin1",
        mysql_collate="latin1_swedish_ci",
    )


def downgrade():
    op.drop_table("tags")
