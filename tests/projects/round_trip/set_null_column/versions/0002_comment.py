"""say what the role is; the downgrade believes that every user had one"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.alter_column("users", "role_id", existing_type=sa.Integer, nullable=True, comment="empty for guests")


def downgrade():
    op.alter_column("users", "role_id", existing_type=sa.Integer, nullable=False)  # expect: downgrade-fails
