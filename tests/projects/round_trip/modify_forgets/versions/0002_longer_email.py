"""longer e-mail addresses"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.alter_column(
        "users",
        "email",
        type_=sa.String(320),
        existing_type=sa.String(120),
        existing_nullable=False,
        existing_server_default="",
        existing_comment="where we write to",
    )


def downgrade():
    op.alter_column("users", "email", type_=sa.String(120), existing_type=sa.String(320))  # expect: downgrade-differs
