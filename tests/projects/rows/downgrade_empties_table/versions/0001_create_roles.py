"""create roles, with the two that every installation has"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    roles = op.create_table(
        "roles",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
    )
    op.bulk_insert(roles, [{"name": "admin"}, {"name": "reader"}])


def downgrade():
    op.drop_table("roles")
