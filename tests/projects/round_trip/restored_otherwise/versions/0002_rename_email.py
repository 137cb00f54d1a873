"""rename the e-mail address and drop the status; the downgrade brings both back as something else"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.drop_column("users", "status")
    op.alter_column(
        "users", "email", new_column_name="address", existing_type=sa.String(120), existing_nullable=False
    )


def downgrade():
    op.alter_column("users", "address", new_column_name="email", existing_type=sa.String(120))  # expect: downgrade-differs
    op.add_column("users", sa.Column("status", sa.String(255)))  # expect: downgrade-differs
