"""creation times to the microsecond"""

from alembic import op
from sqlalchemy.dialects import mysql

revision = "0002"
down_revision = "0001"
tables = ("users", "teams", "orders", "invoices")


def upgrade():
    for table in tables:
        op.execute(f"ALTER TABLE {table} MODIFY created DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)")


def downgrade():
    for table in tables:
        op.alter_column(table, "created", type_=mysql.DATETIME(), existing_nullable=False)  # expect: downgrade-differs
