"""create roles"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002_create_users_for_the_billing_service"


def upgrade():
    op.create_table("roles", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("roles")
