"""create posts and tags, with a row each"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table("posts", sa.Column("id", sa.Integer, primary_key=True), sa.Column("title", sa.String(80)))
    op.create_table("tags", sa.Column("id", sa.Integer, primary_key=True), sa.Column("label", sa.String(9), index=True))
    op.execute("INSERT INTO posts VALUES (1, 'hello')")
    op.execute("INSERT INTO tags VALUES (1, 'new')")


def downgrade():
    op.drop_table("tags")
    op.drop_table("posts")
