"""copy by a temporary table"""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade():
    op.execute("CREATE TEMPORARY TABLE users_copy SELECT * FROM users")
    op.execute("DROP TEMPORARY TABLE users_copy")
    op.execute("SET @since = 5")
    op.execute("SET SESSION lock_wait_timeout = 5")


def downgrade():
    pass
