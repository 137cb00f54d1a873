"""index phone numbers"""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade():
    op.create_index("ix_users_phone", "users", ["phone"])


def downgrade():
    pass
