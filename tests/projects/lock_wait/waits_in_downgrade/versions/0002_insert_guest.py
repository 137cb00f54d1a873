"""insert a user; the downgrade deletes by a second connection what the first has locked"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.execute("INSERT INTO users (name) VALUES ('guest')")


def downgrade():
    op.execute("UPDATE users SET name = 'former guest' WHERE name = 'guest'")
    with op.get_bind().engine.begin() as second:
        second.execute(sa.text("DELETE FROM users WHERE name = 'former guest'"))  # expect: lock-wait
