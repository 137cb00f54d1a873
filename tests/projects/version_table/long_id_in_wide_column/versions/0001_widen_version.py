"""give long ids room"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.alter_column(
        "alembic_version", "version_num", type_=sa.String(128), existing_type=sa.String(32), existing_nullable=False
    )


def downgrade():
    op.alter_column(
        "alembic_version", "version_num", type_=sa.String(32), existing_type=sa.String(128), existing_nullable=False
    )
