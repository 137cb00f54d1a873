"""keep orders of deleted customers, in more digits"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    with op.batch_alter_table("orders") as orders:
        orders.drop_constraint("fk_orders_customer", type_="foreignkey")
        orders.alter_column("total", type_=sa.Numeric(12, 2), existing_nullable=False, existing_server_default="0.00")
        orders.create_foreign_key("fk_orders_customer", "customers", ["customer_id"], ["id"], ondelete="RESTRICT")


def downgrade():
    with op.batch_alter_table("orders") as orders:
        orders.drop_constraint("fk_orders_customer", type_="foreignkey")
        orders.alter_column("total", type_=sa.Numeric(10, 2), existing_nullable=False)  # expect: downgrade-differs
        orders.create_foreign_key("fk_orders_customer", "customers", ["customer_id"], ["id"])  # expect: downgrade-differs
