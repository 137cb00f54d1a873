"""insert without checks"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.execute("SET foreign_key_checks = 0, unique_checks = 0")  # expect: session-state-leaks
    op.execute("INSERT INTO users VALUES (1, 'ann')")


def downgrade():
    op.execute("DELETE FROM users")
    op.execute("SET SESSION sql_mode = ''")  # expect: session-state-leaks
