"""index addresses; the downgrade misspells the name"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.create_index("ix_users_email", "users", ["email"])


def downgrade():
    op.drop_index("ix_user_email", table_name="users")  # expect: downgrade-fails
