"""create invoices"""

import sqlalchemy as sa
from alembic import op

revision = "b001"
down_revision = None
depends_on = "0001"
branch_labels = "billing"


def upgrade():
    op.create_table(
        "invoices",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id", name="fk_invoices_user"), nullable=False),
    )


def downgrade():
    op.drop_table("invoices")
