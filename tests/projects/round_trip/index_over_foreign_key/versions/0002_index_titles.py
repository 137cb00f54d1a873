"""index the titles of a user, with which the server drops its own index"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.create_index("ix_posts_user_title", "posts", ["user_id", "title"])


def downgrade():
    op.drop_index("ix_posts_user_title", table_name="posts")  # expect: downgrade-fails
