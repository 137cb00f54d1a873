"""shorten ids"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    op.alter_column("users", "id", type_=sa.BigInteger, existing_type=sa.Integer, existing_nullable=False)


def downgrade():
    pass  # stairway: allow downgrade-missing -- ids no longer fit into 32 bits
