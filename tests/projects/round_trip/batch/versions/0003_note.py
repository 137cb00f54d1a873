"""add a note; the downgrade drops a key that has another name"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    with op.batch_alter_table("orders") as orders:
        orders.add_column(sa.Column("note", sa.String(255)))
        orders.create_index("ix_orders_note", ["note"])


def downgrade():
    with op.batch_alter_table("orders") as orders:
        orders.drop_index("ix_orders_notes")  # expect: downgrade-fails
        orders.drop_column("note")
