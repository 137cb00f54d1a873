"""lock users while they are changed"""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    op.execute("LOCK TABLES users WRITE")
    op.execute("UPDATE users SET name = name")
    op.execute("UNLOCK TABLES")


def downgrade():
    pass
