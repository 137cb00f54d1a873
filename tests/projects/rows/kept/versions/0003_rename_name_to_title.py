"""rename roles.name to title"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
unchanged = {"existing_type": sa.String(64), "existing_nullable": False}


def upgrade():
    op.alter_column("roles", "name", new_column_name="title", **unchanged)


def downgrade():
    op.alter_column("roles", "title", new_column_name="name", **unchanged)
