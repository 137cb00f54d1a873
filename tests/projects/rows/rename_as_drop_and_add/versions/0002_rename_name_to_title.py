"""rename roles.name to title, as autogenerate sees it"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.add_column("roles", sa.Column("title", sa.String(64), nullable=False))
    op.drop_column("roles", "name")  # expect: column-lost


def downgrade():
    op.add_column("roles", sa.Column("name", sa.String(64), nullable=False))
    op.drop_column("roles", "title")
