"""index names: right, and only if the database was rebuilt after the failed downgrade before it"""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    op.create_index("ix_users_name", "users", ["name", "nickname"])


def downgrade():
    op.drop_index("ix_users_name", table_name="users")
