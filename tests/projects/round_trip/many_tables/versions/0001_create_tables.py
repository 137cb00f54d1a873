"""create four tables with a creation time"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
tables = ("users", "teams", "orders", "invoices")


def upgrade():
    for table in tables:
        op.create_table(
            table,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("created", sa.DateTime, nullable=False, server_default=sa.text("CURRENT_TIMESTAMP")),
        )


def downgrade():
    for table in tables:
        op.drop_table(table)
