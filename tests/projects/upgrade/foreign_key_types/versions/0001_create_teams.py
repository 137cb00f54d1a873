"""create teams and members"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table("teams", sa.Column("id", sa.BigInteger, primary_key=True))
    op.create_table(
        "members",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("team_id", sa.Integer, nullable=False),
    )


def downgrade():
    op.drop_table("members")
    op.drop_table("teams")
