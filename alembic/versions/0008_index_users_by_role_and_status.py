"""Index users by role and status

Revision ID: 0008
Revises: 0007
Create Date: 2024-09-30 10:44:19

"""

from collections.abc import Sequence

from alembic import op

# revision identifiers, used by Alembic.
revision: str = "0008"
down_revision: str | Sequence[str] | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# The foreign key on role_id needs an index that starts with it, or MySQL refuses the drop with error 1553:
# in both directions the new index is there before the old one goes.


def upgrade() -> None:
    """Upgrade schema."""
    op.create_index(op.f("ix_users_role_id_status"), "users", ["role_id", "status"])
    op.drop_index(op.f("ix_users_role_id"), table_name="users")


def downgrade() -> None:
    """Downgrade schema."""
    op.create_index(op.f("ix_users_role_id"), "users", ["role_id"])
    op.drop_index(op.f("ix_users_role_id_status"), table_name="users")
