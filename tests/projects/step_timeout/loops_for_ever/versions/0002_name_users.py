"""name the users that have no name, as long as there are any, or none"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    count = sa.text("SELECT COUNT(*) FROM users WHERE name IS NULL")
    while op.get_bind().scalar(count) >= 0:
        op.execute("DO SLEEP(1000)")  # expect: step-timeout


def downgrade():
    pass
