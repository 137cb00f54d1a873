"""create plans"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    plans = op.create_table("plans", sa.Column("code", sa.String(16), primary_key=True))
    op.bulk_insert(plans, [{"code": "free"}, {"code": "team"}])


def downgrade():
    op.drop_table("plans")
