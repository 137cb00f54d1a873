"""create users"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
NOW = "CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"


def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("email", sa.String(120), nullable=False, server_default="", comment="where we write to"),
        sa.Column("code", sa.String(16, collation="latin1_bin")),
        sa.Column("seen", sa.DateTime, nullable=False, server_default=sa.text(NOW)),
        sa.Column("total", sa.Integer, sa.Computed("3 * 4", persisted=True)),
        sa.Column("name", sa.String(64)),
    )


def downgrade():
    op.drop_table("users")
