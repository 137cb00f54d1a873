"""insert the first user"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.execute("INSERT INTO users (id) VALUES (1)")


def downgrade():
    op.execute("DELETE FROM users WHERE id = 1")
