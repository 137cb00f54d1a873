"""every installation has a name of its own, frozen into the column's default"""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    name = uuid.uuid4().hex
    op.add_column("settings", sa.Column("installation", sa.String(32), nullable=False, server_default=name))  # expect: reupgrade-differs


def downgrade():
    op.drop_column("settings", "installation")
