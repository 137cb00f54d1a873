"""insert the editor role"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.execute("INSERT INTO roles (name) VALUES ('editor')")


def downgrade():
    op.execute("DELETE FROM roles WHERE name = 'editor'")
