"""index phone numbers: cannot be judged, since what it follows fails"""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    op.create_index("ix_users_phone", "users", ["phone"])


def downgrade():
    pass
