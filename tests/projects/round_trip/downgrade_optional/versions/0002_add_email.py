"""add e-mail address; a downgrade that exists is judged all the same"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.add_column("users", sa.Column("email", sa.String(255)))
    op.create_index("ix_users_email", "users", ["email"])


def downgrade():  # expect: downgrade-differs
    op.drop_index("ix_users_email", table_name="users")
