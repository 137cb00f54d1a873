"""name teams; the downgrade is wrong, and found on this branch as ever"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade():
    op.add_column("teams", sa.Column("name", sa.String(64), nullable=False))
    op.create_index("ix_teams_name", "teams", ["name"])


def downgrade():  # expect: downgrade-differs
    op.drop_index("ix_teams_name", table_name="teams")
