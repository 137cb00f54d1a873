"""users are of age"""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade():
    op.create_check_constraint(None, "users", "age >= 18")


def downgrade():
    op.drop_constraint(None, "users", type_="check")  # expect: downgrade-fails
