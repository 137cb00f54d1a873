"""copy by a temporary table"""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade():
    op.execute("CREATE TEMPORARY TABLE users_copy SELECT * FROM users")  # expect: session-state-leaks


def downgrade():
    pass
