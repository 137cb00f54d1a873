"""misspell a table"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    op.add_column("user", sa.Column("name", sa.String(64)))  # expect: upgrade-fails


def downgrade():
    op.drop_column("user", "name")
