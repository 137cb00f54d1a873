"""create users"""

import sqlalchemy as sa
from alembic import op

revision = "0001_create_the_users_and_their_roles"
down_revision = None


def upgrade():  # expect: version-table-differs
    op.create_table("users", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("users")
