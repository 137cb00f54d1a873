"""misspell the name of the function"""

import sqlalchemy as sa
from alembic import op

revision = "0002"  # expect: upgrade-fails
down_revision = "0001"


def upgrad():
    op.add_column("users", sa.Column("phone", sa.String(32)))


def downgrade():
    op.drop_column("users", "phone")
