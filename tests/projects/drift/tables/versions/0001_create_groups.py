"""create groups and members, whose models are imported nowhere"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table("groupings", sa.Column("id", sa.Integer, primary_key=True))
    id_of_grouping = sa.Column("id", sa.Integer, sa.ForeignKey("groupings.id"), primary_key=True)
    op.create_table("members", id_of_grouping)  # expect: drift-extra drift-extra


def downgrade():
    op.drop_table("members")
    op.drop_table("groupings")
