"""make e-mail and phone unique; as autogenerate writes it"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.create_unique_constraint(None, "users", ["email"])
    op.create_unique_constraint(None, "users", ["phone"])


def downgrade():
    op.drop_constraint(None, "users", type_="unique")  # expect: downgrade-fails
    op.drop_constraint(None, "users", type_="unique")
