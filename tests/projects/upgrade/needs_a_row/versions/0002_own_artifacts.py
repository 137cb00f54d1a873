"""create artifacts, which belong to the default workspace"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    default = op.get_bind().execute(sa.text("SELECT id FROM workspaces WHERE name = 'default'")).scalar()
    if default is None:
        raise RuntimeError("there is no default workspace")  # expect: upgrade-fails
    op.create_table(
        "artifacts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("workspace_id", sa.Integer, nullable=False, server_default=str(default)),
    )


def downgrade():
    op.drop_table("artifacts")
