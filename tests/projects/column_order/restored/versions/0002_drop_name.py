"""drop the name"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.drop_column("users", "name")


def downgrade():
    op.execute("ALTER TABLE users ADD COLUMN name VARCHAR(64) NOT NULL AFTER id")
