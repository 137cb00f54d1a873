"""Name teams

Revision ID: 0016
Revises: 0014
Create Date: 2025-05-07 09:31:02

"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "teams",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("role_id", sa.Integer(), sa.ForeignKey("roles.id"), nullable=False),
    )
    op.create_index("ix_teams_role_id", "teams", ["role_id"])


def downgrade() -> None:
    op.drop_index("ix_teams_role_id", "teams")
    op.drop_table("teams")
