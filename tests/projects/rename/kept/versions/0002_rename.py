"""rename users.email and groups; the index keeps its name"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.alter_column(
        "users",
        "email",
        new_column_name="mail",
        existing_type=sa.String(120),
        existing_nullable=False,
        existing_server_default="",
        existing_comment="where we write to",
    )
    op.rename_table("groups", "teams")


def downgrade():
    op.rename_table("teams", "groups")
    op.alter_column(
        "users",
        "mail",
        new_column_name="email",
        existing_type=sa.String(120),
        existing_nullable=False,
        existing_server_default="",
        existing_comment="where we write to",
    )
