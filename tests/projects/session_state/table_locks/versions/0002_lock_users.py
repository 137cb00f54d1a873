"""lock users while they are changed"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.execute("LOCK TABLES users WRITE")  # expect: session-state-leaks
    op.execute("UPDATE users SET name = ''")


def downgrade():
    pass
