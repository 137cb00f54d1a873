"""create audits"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = None


def upgrade():
    op.create_table("audits", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("audits")
