"""drop name"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    # stairway: allow column-lost: users.name -- kept by the directory service
    op.drop_column("users", "name")


def downgrade():
    op.add_column("users", sa.Column("name", sa.String(80)))


def _why():
    return "# stairway: allow cycle -- a string is no comment"
