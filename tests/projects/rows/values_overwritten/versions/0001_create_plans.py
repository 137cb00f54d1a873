"""create plans"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    plans = op.create_table(
        "plans",
        sa.Column("code", sa.String(16), primary_key=True),
        sa.Column("monthly_cents", sa.Integer, nullable=False),
    )
    op.bulk_insert(plans, [{"code": "free", "monthly_cents": 0}, {"code": "team", "monthly_cents": 999}])


def downgrade():
    op.drop_table("plans")
