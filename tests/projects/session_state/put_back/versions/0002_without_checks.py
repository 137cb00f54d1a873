"""insert without checks"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.execute("SET @foreign_key_checks = @@foreign_key_checks, foreign_key_checks = 0")
    try:
        op.execute("INSERT INTO users VALUES (1, 'ann')")
    finally:
        op.execute("SET foreign_key_checks = @foreign_key_checks")


def downgrade():
    op.execute("DELETE FROM users")
