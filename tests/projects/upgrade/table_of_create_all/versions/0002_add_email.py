"""add an email to users, which create_all made"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.add_column("users", sa.Column("email", sa.String(64)))  # expect: upgrade-fails


def downgrade():
    op.drop_column("users", "email")
