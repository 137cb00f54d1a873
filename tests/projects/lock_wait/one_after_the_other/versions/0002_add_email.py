"""add an e-mail address, after the connection that read the table is closed"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    with op.get_bind().engine.connect() as reader:
        longest = reader.scalar(sa.text("SELECT MAX(CHAR_LENGTH(name)) FROM users"))
    op.add_column("users", sa.Column("email", sa.String(255 + (longest or 0))))


def downgrade():
    op.drop_column("users", "email")
