"""name the users that have no name, in batches"""

import time

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    while op.get_bind().execute(sa.text("UPDATE users SET name = 'x' WHERE name IS NULL LIMIT 1000")).rowcount:
        pass
    time.sleep(0.1)


def downgrade():
    op.execute("DO SLEEP(0.1)")
