"""create teams, and let users refer to it; the downgrade forgets that"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.create_table("teams", sa.Column("id", sa.Integer, primary_key=True))
    op.add_column("users", sa.Column("team_id", sa.Integer, sa.ForeignKey("teams.id", name="fk_users_team")))


def downgrade():
    op.drop_table("teams")  # expect: downgrade-fails
