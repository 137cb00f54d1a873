"""create users with a column that SELECT * leaves out"""

from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, legacy VARCHAR(20) NOT NULL DEFAULT '' INVISIBLE)")


def downgrade():
    op.drop_table("users")
