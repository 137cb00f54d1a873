"""drop what nothing new is like: another type, two columns for one, a table of another shape"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade():
    op.drop_column("users", "years")
    op.add_column("users", sa.Column("born", sa.Date))
    op.drop_column("clubs", "name")
    op.add_column("clubs", sa.Column("short_name", sa.String(64)))
    op.add_column("clubs", sa.Column("long_name", sa.String(64)))
    op.create_index("ix_groups_name", "clubs", ["short_name"])


def downgrade():
    op.drop_column("clubs", "long_name")
    op.drop_column("clubs", "short_name")
    op.add_column("clubs", sa.Column("name", sa.String(64)))
    op.create_index("ix_groups_name", "clubs", ["name"])
    op.drop_column("users", "born")
    op.add_column("users", sa.Column("years", sa.Integer))
