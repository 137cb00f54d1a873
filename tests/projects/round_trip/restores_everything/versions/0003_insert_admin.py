"""insert the admin role"""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    op.execute("INSERT INTO roles (name) VALUES ('admin')")


def downgrade():
    op.execute("DELETE FROM roles WHERE name = 'admin'")
