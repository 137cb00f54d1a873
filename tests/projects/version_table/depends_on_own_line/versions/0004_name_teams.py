"""name teams"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade():
    op.add_column("teams", sa.Column("name", sa.String(64)))


def downgrade():
    op.drop_column("teams", "name")
