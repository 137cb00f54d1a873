"""alter what no revision made"""

from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.execute("ALTER TABLE long_gone ADD a INT")
