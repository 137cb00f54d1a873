"""drop a column that no row ever had a value in; brought back, it comes last, which is no difference"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade():
    with op.batch_alter_table("users") as users:
        users.drop_column("legacy")
        users.add_column(sa.Column("created", sa.DateTime, nullable=False, server_default=sa.func.now()))
    op.execute("CREATE VIEW admins AS SELECT id FROM users WHERE role_id = 1")


def downgrade():
    op.execute("DROP VIEW admins")
    with op.batch_alter_table("users") as users:
        users.drop_column("created")
        users.add_column(sa.Column("legacy", sa.String(8)))
