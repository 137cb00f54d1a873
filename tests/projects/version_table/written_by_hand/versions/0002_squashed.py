"""stands for three old revisions, and clears their rows away"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():  # expect: version-table-differs
    op.execute("DELETE FROM alembic_version")


def downgrade():
    pass
