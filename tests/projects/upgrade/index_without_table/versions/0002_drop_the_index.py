"""drop the index, as it is written for PostgreSQL and SQLite"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.drop_index("ix_users_name")  # expect: upgrade-fails


def downgrade():
    op.create_index("ix_users_name", "users", ["name"])
