"""create roles, and the two that each installation has"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    roles = op.create_table(
        "roles", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20), nullable=False)
    )
    op.bulk_insert(roles, [{"name": "admin"}, {"name": "member"}])


def downgrade():
    op.drop_table("roles")
