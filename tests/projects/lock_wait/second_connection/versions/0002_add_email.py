"""add an e-mail address, while a connection of its own still reads the table"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    reader = op.get_bind().engine.connect()
    longest = reader.scalar(sa.text("SELECT MAX(CHAR_LENGTH(name)) FROM users"))
    op.add_column("users", sa.Column("email", sa.String(255 + (longest or 0))))  # expect: lock-wait
    reader.close()


def downgrade():
    op.drop_column("users", "email")
