"""insert a user; the downgrade waits until somebody deletes it"""

import time

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.execute("INSERT INTO users (name) VALUES ('guest')")


def downgrade():
    while op.get_bind().scalar(sa.text("SELECT COUNT(*) FROM users")):
        time.sleep(1000)  # expect: step-timeout
