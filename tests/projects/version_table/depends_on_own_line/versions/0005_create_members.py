"""create members; needs teams, which it follows anyway"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
depends_on = "0003"


def upgrade():
    op.create_table("members", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():  # expect: version-table-differs
    op.drop_table("members")
