"""add users.email; the downgrade touches name as well, and the next upgrade finds it so"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.add_column("users", sa.Column("email", sa.String(255)))


def downgrade():
    op.drop_column("users", "email")
    op.execute("ALTER TABLE users MODIFY name VARCHAR(64)")  # expect: downgrade-differs
