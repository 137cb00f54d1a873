"""longer names; the downgrade loses NOT NULL"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade():
    op.alter_column("users", "name", type_=sa.String(200), existing_type=sa.String(64), nullable=False)


def downgrade():
    op.alter_column("users", "name", type_=sa.String(64), existing_type=sa.String(200), existing_nullable=False)  # expect: downgrade-differs
