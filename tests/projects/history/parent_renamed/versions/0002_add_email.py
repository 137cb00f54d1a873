"""add e-mail address"""

import sqlalchemy as sa
from alembic import op

revision = "0002_add_email"
down_revision = "0001_create_user"  # expect: unknown-parent


def upgrade():
    op.add_column("users", sa.Column("email", sa.String(255)))


def downgrade():
    op.drop_column("users", "email")
