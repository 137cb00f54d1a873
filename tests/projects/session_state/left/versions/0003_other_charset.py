"""read another character set"""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    op.execute("SET NAMES latin1")  # expect: session-state-leaks


def downgrade():
    pass
