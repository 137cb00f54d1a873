"""create members"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0001"
depends_on = ("0003", "0004")


def upgrade():  # expect: version-table-differs
    op.create_table("members", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("members")
