"""Shorten email

Revision ID: 0015
Revises: 0014
Create Date: 2025-05-06 10:14:40

"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("users", "email", existing_type=sa.String(255), type_=sa.String(120), existing_nullable=False)


def downgrade() -> None:
    op.alter_column("users", "email", existing_type=sa.String(120), type_=sa.String(255))
