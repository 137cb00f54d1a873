"""titles in a table of their own, and back"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade():
    op.create_table("titles", sa.Column("role_id", sa.Integer, primary_key=True), sa.Column("title", sa.String(64)))
    op.execute("INSERT INTO titles SELECT id, title FROM roles")
    op.drop_column("roles", "title")


def downgrade():
    op.add_column("roles", sa.Column("title", sa.String(64), nullable=False))
    op.execute("UPDATE roles JOIN titles ON titles.role_id = roles.id SET roles.title = titles.title")
    op.drop_table("titles")
