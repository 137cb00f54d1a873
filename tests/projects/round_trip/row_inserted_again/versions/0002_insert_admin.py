"""insert the admin role"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.execute("INSERT INTO roles (name) VALUES ('admin')")  # expect: reupgrade-fails


def downgrade():
    pass
