"""a line of a dump"""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade():
    op.execute("/*!40103 SET TIME_ZONE='+03:00' */")  # expect: session-state-leaks


def downgrade():
    pass
