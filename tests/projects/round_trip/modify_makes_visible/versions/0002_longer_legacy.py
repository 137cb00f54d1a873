"""make a column longer; as autogenerate writes it"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.alter_column(
        "users",
        "legacy",
        existing_type=sa.String(20),
        type_=sa.String(40),
        existing_nullable=False,
        existing_server_default="",
    )


def downgrade():
    op.alter_column(  # expect: downgrade-differs
        "users",
        "legacy",
        existing_type=sa.String(40),
        type_=sa.String(20),
        existing_nullable=False,
        existing_server_default="",
    )
