"""drop plans"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.drop_table("plans")  # expect: rows-lost


def downgrade():
    op.create_table("plans", sa.Column("code", sa.String(16), primary_key=True))
