"""fail"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    # stairway: allow rows-lost -- whether rows are lost cannot be seen
    op.execute("ALTER TABLE nothing ADD a INT")  # expect: upgrade-fails


def downgrade():
    pass
