"""let roles have the same name"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.drop_constraint("uq_roles_name", "roles", type_="unique")  # expect: upgrade-fails


def downgrade():
    op.create_unique_constraint("uq_roles_name", "roles", ["name"])
