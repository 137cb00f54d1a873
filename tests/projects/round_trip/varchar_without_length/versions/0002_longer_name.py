"""make users.name longer"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.alter_column("users", "name", type_=sa.String(128), existing_nullable=False)


def downgrade():
    op.alter_column("users", "name", type_=sa.String(), existing_nullable=False)  # expect: downgrade-fails
