"""role names are unique, and have a description"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.add_column("roles", sa.Column("description", sa.String(255)))
    op.create_unique_constraint("uq_roles_name", "roles", ["name"])  # expect: upgrade-fails


def downgrade():
    op.drop_constraint("uq_roles_name", "roles", type_="unique")
    op.drop_column("roles", "description")
