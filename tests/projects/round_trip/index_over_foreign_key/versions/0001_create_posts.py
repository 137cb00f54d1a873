"""create users and posts; the server makes an index for the foreign key"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer, primary_key=True))
    op.create_table(
        "posts",
        sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id", name="fk_posts_user", ondelete="CASCADE")),
        sa.Column("title", sa.String(80)),
    )


def downgrade():
    op.drop_table("posts")
    op.drop_table("users")
