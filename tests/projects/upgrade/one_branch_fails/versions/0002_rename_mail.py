"""rename the mail column, which an earlier revision was to create"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    with op.batch_alter_table("users") as users:
        users.add_column(sa.Column("phone", sa.String(32)))
        users.drop_column("mail")  # expect: upgrade-fails


def downgrade():
    op.drop_column("users", "phone")
