"""give rank a default; the downgrade is as autogenerate writes it"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.alter_column("users", "rank", existing_type=sa.Integer, server_default="1", existing_nullable=True)


def downgrade():
    op.alter_column("users", "rank", existing_type=sa.Integer, server_default=None)  # expect on MySQL: downgrade-differs
