"""insert outside of a transaction"""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("INSERT INTO users VALUES (2, 'bob')")


def downgrade():
    op.execute("DELETE FROM users WHERE id = 2")
